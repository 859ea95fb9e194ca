/// `a=ssrc`: something about one RTP stream (RFC 5576 §4.1).
public struct SSRCAttribute: Hashable, Sendable {
    public var ssrc: UInt32
    /// `cname`, `msid` … ; empty where the line names only the stream.
    public var name: String
    public var value: String?

    public init(ssrc: UInt32, name: String, value: String?) {
        self.ssrc = ssrc
        self.name = name
        self.value = value
    }

    init(_ scanner: inout LineScanner) throws(SDPError) {
        let field = scanner.field()
        guard let field, let ssrc = field.number(as: UInt32.self) else {
            throw scanner.error(
                .ssrc, "RFC 5576 §4.1", at: field?.column ?? scanner.column,
                "An ssrc is a number from 0 to 4294967295\(field.map { ", not \(quoted($0.text))" } ?? "").")
        }
        scanner.skipSpaces()
        let column = scanner.column
        let isNamed = !scanner.isAtEnd
        let name = scanner.text(in: scanner.range(upTo: Ascii.colon))
        guard !isNamed || !name.isEmpty else {
            throw scanner.error(
                .ssrc, "RFC 5576 §4.1", at: column, "After its number an ssrc names what is said of it, as in a=ssrc:1 cname:x.")
        }
        let hasValue = !scanner.isAtEnd || (isNamed && scanner.endsInColon)
        self.init(ssrc: ssrc, name: name, value: hasValue ? scanner.verbatimRest() : nil)
    }

    var text: String { name.isEmpty ? "\(ssrc)" : "\(ssrc) \(name)" + (value.map { ":\($0)" } ?? "") }
}

/// `a=ssrc-group`: RTP streams that belong together, as a stream and its retransmissions (RFC 5576 §4.2).
public struct SSRCGroup: Hashable, Sendable {
    /// `FID`, `SIM`, `FEC-FR` …
    public var semantics: String
    public var ssrcs: [UInt32]

    public init(semantics: String, ssrcs: [UInt32]) {
        self.semantics = semantics
        self.ssrcs = ssrcs
    }

    init(_ scanner: inout LineScanner) throws(SDPError) {
        guard let semantics = scanner.field() else {
            throw scanner.error(.ssrcGroup, "RFC 5576 §4.2", "An ssrc-group names what it is for, as in a=ssrc-group:FID 1 2.")
        }
        self.init(semantics: semantics.text, ssrcs: [])
        while let field = scanner.field() {
            guard let ssrc = field.number(as: UInt32.self) else {
                throw scanner.error(
                    .ssrcGroup, "RFC 5576 §4.2", at: field.column,
                    "An ssrc is a number from 0 to 4294967295, not \(quoted(field.text)).")
            }
            ssrcs.append(ssrc)
        }
    }

    var text: String { ([semantics] + ssrcs.map { String($0) }).joined(separator: " ") }
}

/// `a=msid`: which MediaStream and track a section carries (RFC 8830 §2).
public struct MSID: Hashable, Sendable {
    /// `-` where there is no stream.
    public var stream: String
    public var track: String?

    public init(stream: String, track: String?) {
        self.stream = stream
        self.track = track
    }

    init(_ scanner: inout LineScanner) throws(SDPError) {
        guard let stream = scanner.field() else {
            throw scanner.error(.msid, "RFC 8830 §2", "An msid names a stream, as in a=msid:stream track.")
        }
        let track = scanner.field()
        if let extra = scanner.field() {
            throw scanner.error(
                .msid, "RFC 8830 §2", at: extra.column,
                "An msid holds a stream and at most one track; \(quoted(extra.text)) is too much.")
        }
        self.init(stream: stream.text, track: track?.text)
    }

    var text: String { stream + (track.map { " \($0)" } ?? "") }
}

/// `a=rid`: one encoding of a track, as simulcast uses them (RFC 8851 §4).
public struct RID: Hashable, Sendable {
    /// Letters, digits, `-` and `_`.
    public var id: String
    public var isSend: Bool
    /// `pt=97;max-width=1280` …, as written; empty where there is none.
    public var restrictions: String

    public init(id: String, isSend: Bool, restrictions: String = "") {
        self.id = id
        self.isSend = isSend
        self.restrictions = restrictions
    }

    init(_ scanner: inout LineScanner) throws(SDPError) {
        let id = scanner.field()
        guard let id, id.text.utf8.allSatisfy({ Ascii.isLetter($0) || Ascii.isDigit($0) || $0 == 0x2d || $0 == 0x5f }) else {
            throw scanner.error(
                .rid, "RFC 8851 §10", at: id?.column ?? scanner.column, "A rid's id is made of letters, digits, - and _.")
        }
        let direction = scanner.field()
        guard let direction, direction.text == "send" || direction.text == "recv" else {
            throw scanner.error(
                .rid, "RFC 8851 §10", at: direction?.column ?? scanner.column, "A rid says send or recv after its id.")
        }
        self.init(id: id.text, isSend: direction.text == "send", restrictions: scanner.rest())
    }

    var text: String { "\(id) \(isSend ? "send" : "recv")" + (restrictions.isEmpty ? "" : " \(restrictions)") }
}

/// `a=simulcast`: which encodings are sent or wanted at once (RFC 8853 §5.1).
public struct Simulcast: Hashable, Sendable {
    /// One encoding and whether it begins paused.
    public struct Version: Hashable, Sendable {
        public var rid: String
        public var isPaused: Bool

        public init(rid: String, isPaused: Bool = false) {
            self.rid = rid
            self.isPaused = isPaused
        }
    }

    /// Streams, each with its alternatives; empty where the line does not speak of sending.
    public var send: [[Version]] = []
    public var receive: [[Version]] = []
    /// Whether the line spoke of receiving first.
    var receiveFirst = false

    public init(send: [[Version]] = [], receive: [[Version]] = []) {
        self.send = send
        self.receive = receive
    }

    init(_ scanner: inout LineScanner) throws(SDPError) {
        var isFirst = true
        while let direction = scanner.field() {
            guard let list = scanner.field(), let streams = Self.streams(list.text) else {
                throw scanner.error(
                    .simulcast, "RFC 8853 §5.1", "After send or recv, simulcast lists rids, as in a=simulcast:send hi;lo.")
            }
            switch direction.text {
            case "send" where send.isEmpty: send = streams
            case "recv" where receive.isEmpty:
                receive = streams
                receiveFirst = isFirst
            default:
                throw scanner.error(
                    .simulcast, "RFC 8853 §5.1", at: direction.column,
                    "Simulcast says send and recv, each at most once; \(quoted(direction.text)) is wrong here.")
            }
            isFirst = false
        }
        guard !isFirst else {
            throw scanner.error(.simulcast, "RFC 8853 §5.1", "Simulcast says send or recv, and which rids.")
        }
    }

    /// Every rid either list names.
    public var rids: [String] { (send + receive).flatMap { $0.map(\.rid) } }

    private static func streams(_ text: String) -> [[Version]]? {
        var streams: [[Version]] = []
        for stream in text.split(separator: ";", omittingEmptySubsequences: false) {
            var versions: [Version] = []
            for version in stream.split(separator: ",", omittingEmptySubsequences: false) {
                let rid = version.first == "~" ? version.dropFirst() : version
                guard !rid.isEmpty, rid.utf8.allSatisfy({ Ascii.isLetter($0) || Ascii.isDigit($0) || $0 == 0x2d || $0 == 0x5f })
                else { return nil }
                versions.append(Version(rid: String(rid), isPaused: version.first == "~"))
            }
            streams.append(versions)
        }
        return streams
    }

    private static func text(_ streams: [[Version]]) -> String {
        streams.map { $0.map { ($0.isPaused ? "~" : "") + $0.rid }.joined(separator: ",") }.joined(separator: ";")
    }

    var text: String {
        let sends = send.isEmpty ? nil : "send " + Self.text(send)
        let receives = receive.isEmpty ? nil : "recv " + Self.text(receive)
        return (receiveFirst ? [receives, sends] : [sends, receives]).compactMap { $0 }.joined(separator: " ")
    }
}
