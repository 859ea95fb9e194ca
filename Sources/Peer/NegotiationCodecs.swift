internal import SDP

/// Which codecs an answer keeps.
///
/// A gateway forwards packets without decoding them, so a codec is known where its packets can be told apart: what begins a
/// frame, what is a key frame. Payload types stay the offer's: RFC 3264 §6.1 asks for the same mapping.
struct CodecChoice {
    /// The kept payload types, in the offer's order.
    private(set) var payloadTypes: [UInt8] = []
    private(set) var codecs: [Codec] = []

    /// The codecs of `section` that are known; nothing where only companions would be left.
    init(_ section: MediaDescription) {
        var maps: [UInt8: RTPMap] = [:]
        for map in section.rtpmaps where maps[map.payloadType] == nil { maps[map.payloadType] = map }
        var parameters: [String: FormatParameters] = [:]
        for line in section.formatParameters where parameters[line.format] == nil { parameters[line.format] = line }

        var offered: [Codec] = []
        var seen: Set<UInt8> = []
        for payloadType in section.payloadTypes where seen.insert(payloadType).inserted {
            guard let map = maps[payloadType] ?? Self.statically(payloadType) else { continue }
            offered.append(
                Codec(
                    payloadType: payloadType, name: map.encoding, clockRate: map.clockRate, channels: map.channels,
                    fmtp: parameters[String(payloadType)]?.parameters))
        }
        let primary = Set(offered.filter { Self.isPrimary($0.name, kind: section.kind) }.map(\.payloadType))
        guard !primary.isEmpty else { return }
        for codec in offered {
            switch codec.name.lowercased() {
            case "rtx":
                // RFC 4588 §8.6: apt names the payload type that is retransmitted; of no use without it.
                let apt = parameters[String(codec.payloadType)]?["apt"].flatMap { UInt8($0) }
                guard let apt, primary.contains(apt) else { continue }
            case "telephone-event", "cn": guard section.kind == "audio" else { continue }
            default: guard primary.contains(codec.payloadType) else { continue }
            }
            codecs.append(codec)
        }
        payloadTypes = codecs.map(\.payloadType)
    }

    private static func isPrimary(_ name: String, kind: String) -> Bool {
        switch (kind, name.lowercased()) {
        case ("audio", "opus"), ("audio", "pcmu"), ("audio", "pcma"), ("audio", "g722"): true
        case ("video", "vp8"), ("video", "vp9"), ("video", "h264"), ("video", "h265"), ("video", "av1"): true
        default: false
        }
    }

    /// RFC 3551 §6: what a payload type stands for without an rtpmap.
    private static func statically(_ payloadType: UInt8) -> RTPMap? {
        switch payloadType {
        case 0: RTPMap(payloadType: 0, encoding: "PCMU", clockRate: 8000)
        case 8: RTPMap(payloadType: 8, encoding: "PCMA", clockRate: 8000)
        case 9: RTPMap(payloadType: 9, encoding: "G722", clockRate: 8000)
        case 13: RTPMap(payloadType: 13, encoding: "CN", clockRate: 8000)
        default: nil
        }
    }

    /// Feedback a forwarder passes on or answers.
    static func isKnown(feedback kind: String) -> Bool {
        switch kind {
        case "nack", "nack pli", "ccm fir", "goog-remb", "transport-cc": true
        default: false
        }
    }

    /// Header extensions a forwarder reads or carries over.
    static func isKnown(headerExtension uri: String) -> Bool {
        switch uri {
        case "urn:ietf:params:rtp-hdrext:sdes:mid", "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
            "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
            "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time", "urn:3gpp:video-orientation":
            true
        default: false
        }
    }
}
