internal import SDP

/// Who seems to have made a description: every stack writes some lines in a way of its own.
struct Maker {
    /// How sure that is.
    enum Confidence: String {
        case certain, likely, guess

        var words: String { self == .certain ? "made by" : self == .likely ? "probably made by" : "perhaps made by" }
    }

    let name: String
    let confidence: Confidence
    /// What tells.
    let reason: String
    var isLibWebRTC = false

    private init(_ name: String, _ confidence: Confidence, _ reason: String, isLibWebRTC: Bool = false) {
        self.name = name
        self.confidence = confidence
        self.reason = reason
        self.isLibWebRTC = isLibWebRTC
    }

    init?(of description: SessionDescription) {
        let origin = description.origin
        if let known = Self.byName(origin, description.name) {
            self = known
            return
        }
        guard origin.username == "-" else { return nil }
        let semantic = description.attributes.lazy.compactMap { if case .msidSemantic(let text) = $0.attribute { text } else { nil } }.first
        if description.media.prefix(8).contains(where: Self.hasTrackOfGStreamer) {
            self.init("GStreamer", .certain, "its tracks are named webrtctransceiver")
        } else if origin.address == "127.0.0.1", semantic?.hasPrefix("WMS") == true, origin.sessionID.count >= 16 {
            self = Self.libWebRTC(description)
        } else if semantic == "WMS *", origin.address == "0.0.0.0" {
            self =
                origin.sessionID.count >= 15
                ? Maker("Pion or webrtc-rs", .guess, "its session lines are like theirs")
                : Maker("aiortc", .likely, "its session lines are like aiortc's, with the time for a session id")
        } else if description.media.contains(where: { $0.has(.rtcpMuxOnly) }) {
            self.init("GStreamer", .guess, "it says rtcp-mux-only")
        } else {
            return nil
        }
    }

    private static func hasTrackOfGStreamer(_ section: MediaDescription) -> Bool {
        section.attributes.prefix(500).contains { line in
            switch line.attribute {
            case .msid(let msid): msid.track?.hasPrefix("webrtctransceiver") == true
            case .ssrc(let stream): stream.name == "msid" && stream.value?.utf8.includes("webrtctransceiver") == true
            default: false
            }
        }
    }

    private static func byName(_ origin: Origin, _ name: String) -> Maker? {
        let user = origin.username.lowercased()
        if user.hasPrefix("mozilla") {
            return user.contains("sdparta")
                ? Maker("Firefox", .certain, "its o= line names SDPARTA, which is Firefox's")
                : Maker("an old Firefox", .certain, "its o= line names Mozilla")
        }
        for (prefix, shown) in named where user.hasPrefix(prefix) || name.lowercased().hasPrefix(prefix) {
            return Maker(shown, .likely, "it names itself")
        }
        return user == "rtc" ? Maker("libdatachannel (OBS Studio uses it)", .likely, "its o= line says rtc") : nil
    }

    private static let named = [
        ("ffmpeg", "FFmpeg"), ("freeswitch", "FreeSWITCH"), ("asterisk", "Asterisk"), ("str0m", "str0m"), ("mediasoup", "mediasoup"),
        ("kurento", "Kurento"), ("janus", "Janus"), ("livekit", "LiveKit"), ("srs", "SRS"), ("gstreamer", "GStreamer"),
    ]

    /// Chromium and Safari are one code base in this; the order of video codecs tells them apart.
    private static func libWebRTC(_ description: SessionDescription) -> Maker {
        let video = description.media.first { $0.kind == "video" }?.rtpmaps.lazy.map { $0.encoding.lowercased() }.first
        let audio = description.media.first { $0.kind == "audio" }
        let hasRed = audio?.rtpmaps.contains { $0.payloadType == 63 && $0.encoding == "red" } ?? false
        let reason = "its session lines are those of libwebrtc"
        if video == "h264" {
            return Maker("Safari", .guess, reason + ", and H.264 comes first", isLibWebRTC: true)
        }
        if video == "vp8" || hasRed {
            return Maker("Chromium, Chrome or Edge", .likely, reason + (video == "vp8" ? ", and VP8 comes first" : ""), isLibWebRTC: true)
        }
        return Maker("Chromium or Safari", .likely, reason, isLibWebRTC: true)
    }
}
