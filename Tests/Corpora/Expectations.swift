/// Where this server means to differ from what both browsers do with a description, and what becomes of each text made to do
/// harm. The same for the negotiation alone and for a whole server.
public enum Expectations {
    /// What both browsers take and we refuse, and why.
    public static let refused: [String: (code: String, why: String)] = [
        "chromium156--hundred-video-mlines.trickle.sdp": ("sdp-too-large", "486 KiB: a limit of ours, documented"),
        "firefox153--hundred-video-mlines.trickle.sdp": (
            "sdp-too-many-media-sections", "a hundred m-sections: a limit of ours, documented"
        ),
        "chromium156--empty-offer.trickle.sdp": ("no-media-section", "valid, and there is nothing to connect"),
        "go2rtc--rtsp_test-0.sdp": ("media-disabled", "a camera's: browsers answer with nothing but port 0"),
        "webrtc-sdp--lib_tests-2.sdp": ("media-disabled", "browsers answer with nothing but port 0"),
        "webrtc-sdp--parse_sdp_tests-2.sdp": ("media-disabled", "browsers answer with nothing but port 0"),
        "werift-webrtc--peerConnection.test-0.sdp": ("media-disabled", "browsers answer with nothing but port 0"),
    ]

    /// What both browsers refuse and we take, and why.
    public static let taken: [String: String] = [
        "sdp-transform--hacky.sdp":
            "its media comes without DTLS and is rejected; its data section has a transport of its own with all that is needed"
    ]

    /// Texts made to do harm that are refused, and the code of the refusal; those not listed are answered.
    public static let attacks: [String: String] = [
        "attack--bom.sdp": "sdp-not-a-description", "attack--bundle-unknown-mid.sdp": "bundle-unknown-mid",
        "attack--clock-rate-max.sdp": "sdp-rtpmap", "attack--cr-only.sdp": "sdp-control-character",
        "attack--extmap-dup.sdp": "extmap-conflict", "attack--fingerprint-md5.sdp": "sdp-fingerprint-forbidden",
        "attack--fingerprint-short.sdp": "sdp-fingerprint", "attack--fmtp-deep.sdp": "sdp-line-too-long",
        "attack--json-as-sdp.sdp": "sdp-not-a-description", "attack--line-64k.sdp": "sdp-line-too-long",
        "attack--mid-65k.sdp": "sdp-line-too-long", "attack--mid-duplicate.sdp": "mid-duplicate",
        "attack--no-fingerprint.sdp": "fingerprint-missing", "attack--no-pwd.sdp": "ice-pwd-missing",
        "attack--no-ufrag.sdp": "ice-ufrag-missing", "attack--nul-byte.sdp": "sdp-control-character",
        "attack--only-v.sdp": "sdp-line-missing", "attack--port-99999.sdp": "sdp-media-port", "attack--pt-128.sdp": "sdp-media-format",
        "attack--pt-negative.sdp": "sdp-payload-type", "attack--pwd-21-chars.sdp": "sdp-ice-pwd",
        "attack--sctp-port-0.sdp": "sctp-closed", "attack--sctp-port-70000.sdp": "sdp-sctp-port", "attack--ssrc-2_32.sdp": "sdp-ssrc",
        "attack--ssrcs-20000.sdp": "sdp-too-large", "attack--ufrag-257.sdp": "sdp-ice-ufrag", "attack--ufrag-3-chars.sdp": "sdp-ice-ufrag",
    ]
}
