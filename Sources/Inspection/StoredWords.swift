/// What records are likely to say, for the compression of their documents: known beforehand, it costs nothing in each of them.
///
/// A history keeps the dictionary beside what was packed with it, so this one may change with any version. The later a word comes, the
/// cheaper it is to refer to; so what every record has comes last. Measured in Docs/decisions/0008.
public enum StoredWords {
    public static let dictionary: [UInt8] = {
        var out = StoredWriter()
        out.bytes += Array(lines(rareLines).utf8)
        out.bytes += Array(lines(mediaLines).utf8)
        TimelineEvent.store(events, into: &out)
        out.bytes += certificate
        out.bytes += Array(lines(commonLines).utf8)
        out.bytes += Array(members.utf8)
        return out.bytes
    }()

    private static func lines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
    }

    /// Lines of Firefox's descriptions.
    private static let rareLines = #"""
        m=video 9 UDP/TLS/RTP/SAVPF a=fmtp:126 profile-level-id=42e01f;level-asymmetry-allowed=1;packetization-mode=1
        a=fmtp:120 max-fs=12288;max-fr=60
        a=rtcp-fb:120 nack
        a=rtcp-fb:120 nack pli
        a=rtcp-fb:120 ccm fir
        a=rtcp-fb:120 goog-remb
        a=rtcp-fb:120 transport-cc
        a=ssrc: cname:{a=sctp-port:5000
        a=max-message-size:1073741823
        o=mozilla...THIS_IS_SDPARTA-99.0 0 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=sendrecv
        a=fingerprint:sha-256 a=group:BUNDLE 0 1 2
        a=ice-options:trickle
        a=msid-semantic:WMS *
        c=IN IP4 0.0.0.0
        a=candidate:0 1 UDP 2122252543 
        a=end-of-candidates
        a=rtcp:9 IN IP4 0.0.0.0

        """#

    /// Lines about audio and video.
    private static let mediaLines = #"""
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:14 urn:ietf:params:rtp-hdrext:toffset
        a=extmap:13 urn:3gpp:video-orientation
        a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
        a=extmap:6 http://www.webrtc.org/experiments/rtp-hdrext/video-content-type
        a=extmap:7 http://www.webrtc.org/experiments/rtp-hdrext/video-timing
        a=extmap:8 http://www.webrtc.org/experiments/rtp-hdrext/color-space
        a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
        a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
        a=rtpmap:111 opus/48000/2
        a=rtcp-fb:111 transport-cc
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtpmap:63 red/48000/2
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:13 CN/8000
        a=rtpmap:110 telephone-event/48000
        a=rtpmap:126 telephone-event/8000
        a=ssrc-group:FID 
        a=rtpmap:96 VP8/90000
        a=rtcp-fb:96 goog-remb
        a=rtcp-fb:96 transport-cc
        a=rtcp-fb:96 ccm fir
        a=rtcp-fb:96 nack
        a=rtcp-fb:96 nack pli
        a=rtpmap:97 rtx/90000
        a=fmtp:97 apt=96
        a=rtpmap:102 H264/90000
        a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
        a=rtpmap:45 AV1/90000
        a=fmtp:45 level-idx=5;profile=0;tier=0
        a=rtpmap:98 VP9/90000
        a=fmtp:98 profile-id=0
        a=rtpmap: red/90000
        a=rtpmap: ulpfec/90000
        a=rtpmap: flexfec-03/90000
        a=rtcp-mux
        a=rtcp-rsize
        a=rtcp-mux-only
        a=recvonly
        a=sendonly
        a=inactive
        a=bundle-only
        a=msid:- 
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
        m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103 104 

        """#

    /// Lines of every description.
    private static let commonLines = #"""
        v=0
        o=- 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1 2
        a=extmap-allow-mixed
        a=msid-semantic: WMS
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 0.0.0.0
        a=candidate:1 1 udp 2122260223 192.168. typ host generation 0 network-id 1 network-cost 999
        a=candidate:1 1 tcp 1518214911 9 typ host tcptype active generation 0
        a=ice-ufrag:
        a=ice-pwd:************************
        a=ice-options:trickle ice2
        a=fingerprint:sha-256 
        a=setup:actpass
        a=setup:active
        a=setup:passive
        a=mid:0
        a=sctp-port:5000
        a=max-message-size:262144
        a=end-of-candidates
        a=tls-id:
        """#

    /// What certificates have in common: ECDSA with SHA-256, the name "WebRTC", a key on P-256.
    private static let certificate: [UInt8] = [
        0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02, 0x30, 0x11, 0x31, 0x0f, 0x30, 0x0d, 0x06, 0x03, 0x55, 0x04,
        0x03, 0x0c, 0x06, 0x57, 0x65, 0x62, 0x52, 0x54, 0x43, 0x30, 0x1e, 0x17, 0x0d, 0x32, 0x36, 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a,
        0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ]

    /// The JSON of the members, with values that come often.
    private static let members = #"""
        {"quality":{"roundTrips":,"roundTripMinimum":,"roundTripMean":,"roundTripMaximum":,"checksSent":,"checksAnswered":,"last\#
        HeardAt":,"sctpChunksSent":,"sctpChunksRetransmitted":},"alertReceived":{"isFatal":true,"code":40},"alertSent":{"isFatal\#
        ":false,"code":0},"failure":{"code":"aborted","text":"The peer aborted the SCTP association, User-Initiated Abort: Close\#
         called."},"stream":","outcome":"failed","reason":{"code":"consent-expired","text":"The peer stopped answering without a\#
         goodbye: the page was killed, or the network path broke."}"closed-by-delete","text":"The session was ended by an HTTP D\#
        ELETE.""relatedAddress":","relatedPort":0"kind":"srflx""kind":"prflx""state":"waiting","state":"failed","state":"in-prog\#
        ress","lastError":{"code":0,"text":"another pair was chosen before it was tried"}"disposition":"set-aside","dispositionR\#
        eason":"an mDNS name can only be resolved on the peer's own network; its checks will show the address""no socket of this\#
         server speaks its transport"},"transport":"tcp","host":","port":9,"priority":1518214911,"tcpType":"active","packetsDisc\#
        ardedOnSend":"lastConsentAt":"pairsDropped":"restarts":"channels":[{"id":"D1","identifier":1,"label":"","state":"closed"\#
        ,"messagesSent":1,"messagesReceived":1,"bytesSent":,"bytesReceived":,"openedAt":,"closedAt":"state":"open"}],"media":[{"\#
        mid":"0","kind":"audio","isAccepted":true,"direction":"inactive","codecs":[{"payloadType":111,"mimeType":"audio/opus","c\#
        lockRate":48000,"channels":2,"parameters":"minptime=10;useinbandfec=1"},{"payloadType":9,"mimeType":"audio/G722","clockR\#
        ate":8000},{"payloadType":0,"mimeType":"audio/PCMU","clockRate":8000},{"payloadType":8,"mimeType":"audio/PCMA","clockRat\#
        e":8000},"mimeType":"audio/telephone-event","clockRate":8000}]},{"mid":"1","kind":"video","isAccepted":true,"direction":\#
        "inactive","codecs":[{"payloadType":96,"mimeType":"video/VP8","clockRate":90000},{"payloadType":97,"mimeType":"video/rtx\#
        ","clockRate":90000,"parameters":"apt=96"},{"payloadType":102,"mimeType":"video/H264","clockRate":90000,"parameters":"le\#
        vel-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f"},"mimeType":"video/AV1","clockRate":90000,"mimeTyp\#
        e":"video/VP9","clockRate":90000,"parameters":"profile-id=0"},{"mid":"0","kind":"application","isAccepted":true}],"count\#
        ers":{"packetsSent":,"packetsReceived":,"bytesSent":,"bytesReceived":,"dataChannelsOpened":1,"dataChannelsClosed":1,"mes\#
        sagesSent":,"messagesReceived":,"handshake":{"role":"server","state":"closed","role":"client","state":"connected","versi\#
        on":65277,"cipher":"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256","srtpProfile":"SRTP_AEAD_AES_128_GCM","srtpProfile":"SRTP_A\#
        ES128_CM_HMAC_SHA1_80","localCertificate":{"fingerprint":","fingerprintAlgorithm":"sha-256"},"remoteCertificate":{"finge\#
        rprint":","fingerprintAlgorithm":"sha-256"},"expectedFingerprints":["sha-256 "],"isFingerprintVerified":true,"clientHell\#
        osSeen":1,"datagramsSent":,"datagramsReceived":},"association":{"state":"connected","localPort":5000,"remotePort":5000,"\#
        maxMessageSize":262144,"isInitSeen":true,"packetsSent":,"packetsReceived":,"smoothedRoundTripTime":,"congestionWindow":,\#
        "receiverWindow":,"mtu":1200,"unackedData":0},"state":"succeeded","isNominated":true,"priority":91,"requestsSent":1,"req\#
        uestsReceived":1,"responsesSent":1,"responsesReceived":1,"consentRequestsSent":,"currentRoundTripTime":,"totalRoundTripT\#
        ime":,"packetsSent":,"packetsReceived":,"bytesSent":,"bytesReceived":,"lastPacketSentAt":,"lastPacketReceivedAt":},{"id"\#
        :"CP1","localCandidateId":","remoteCandidateId":","local":","remote":","localKind":"host","remoteKind":"host","state":"s\#
        ucceeded","priority":91"selectedPairId":"CP1","selectedPairChanges":1,{"id":","kind":"host","host":","port":,"priority":\#
        2130706431,"foundation":","usernameFragment":"","disposition":"paired"},"connectivity":{"role":"controlled","state":"clo\#
        sed","usernameFragment":"","remote":{"usernameFragment":"","canTrickle":true,"hasEndOfCandidates":true},"localCandidates\#
        ":[{"id":","kind":"host","host":"","port":,"priority":2130706431,"foundation":","usernameFragment":""}],"remoteCandidate\#
        s":[{"id":","kind":"host","host":""],"pairs":[{"id":"CP1","localCandidateId":"schema":2,"id":"01m8","kind":"session","st\#
        artedAt":1795,"takenAt":,"endedAt":,"remoteAddress":"127.0.0.1:,"userAgent":"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) G\#
        ecko/20100101 Firefox/140.0","userAgent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Geck\#
        o) Chrome/156.0.0.0 Safari/537.36","labels":{},"signalingState":"closed","gatheringState":"complete","connectionState":"\#
        closed","outcome":"completed","reason":{"code":"closed-by-peer","text":"The peer said goodbye and closed the connection.\#
        "},"phases":{"offerParsed":,"candidatesGathered":,"answerSent":,"firstCheckReceived":,"firstCheckSent":,"pairSucceeded":\#
        ,"nominated":,"dtlsStarted":,"dtlsFinished":,"sctpStarted":,"sctpEstablished":,"channelOpen":,"connected":,"selected":},\#
        "signalingState":"stable","gatheringState":"complete","connectionState":"connected"
        """#
}
