/// `a=group`: which m-sections belong together, by their mids (RFC 5888 §5).
public struct Group: Hashable, Sendable {
    /// `BUNDLE`, `LS`, `FID` …
    public var semantics: String
    public var mids: [String]

    public init(semantics: String, mids: [String]) {
        self.semantics = semantics
        self.mids = mids
    }

    init(_ scanner: inout LineScanner) throws(SDPError) {
        guard let semantics = scanner.field() else {
            throw scanner.error(.group, "RFC 5888 §5", "A group names what it is for, as in a=group:BUNDLE 0 1.")
        }
        self.init(semantics: semantics.text, mids: [])
        while let mid = scanner.field() { mids.append(mid.text) }
    }

    var text: String { ([semantics] + mids).joined(separator: " ") }
}

/// `a=fingerprint`: the digest of a certificate, in words (RFC 8122 §5).
public struct FingerprintAttribute: Hashable, Sendable {
    /// The hash function in lower case: `sha-256`.
    public var algorithm: String
    /// Upper-case hexadecimal pairs with colons between them, as many as the algorithm gives.
    public var hex: String

    public init(algorithm: String, hex: String) {
        self.algorithm = algorithm
        self.hex = hex
    }

    /// The digest itself, where `hex` is pairs of digits with one character between them.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        var place = 0
        var high: UInt8 = 0
        for character in hex.utf8 {
            // `| 0x20` makes letters lower case and leaves digits as they are.
            let digit = Ascii.isDigit(character) ? character &- Ascii.zero : (character | 0x20) &- 0x57
            if place == 0 { high = digit << 4 } else if place == 1 { bytes.append(high | digit & 15) }
            place = place == 2 ? 0 : place + 1
        }
        return bytes
    }

    /// Bytes of the digests that have a name in RFC 8122 §5.
    static func digestBytes(of algorithm: String) -> Int? {
        switch algorithm {
        case "sha-1": 20
        case "sha-224": 28
        case "sha-256": 32
        case "sha-384": 48
        case "sha-512": 64
        default: nil
        }
    }

    init(_ scanner: inout LineScanner) throws(SDPError) {
        guard let name = scanner.field(), let value = scanner.field(), scanner.field() == nil else {
            throw scanner.error(
                .fingerprint, "RFC 8122 §5", at: scanner.firstColumn,
                "A fingerprint is a hash function and a value, as in a=fingerprint:sha-256 4A:AD:….")
        }
        let algorithm = name.text.lowercased()
        // RFC 8122 §5: implementations "MUST NOT use the MD2 and MD5 hash functions".
        guard algorithm != "md5", algorithm != "md2" else {
            throw scanner.error(
                .fingerprintForbidden, "RFC 8122 §5", at: name.column,
                "Fingerprints by \(algorithm) can be forged and must not be used; sha-256 is the usual one.")
        }
        guard let count = Self.pairs(value.text) else {
            throw scanner.error(
                .fingerprint, "RFC 8122 §5", at: value.column,
                "A fingerprint's value is pairs of hexadecimal digits with a colon between them; \(quoted(value.text)) is not.")
        }
        if let expected = Self.digestBytes(of: algorithm), count != expected {
            throw scanner.error(
                .fingerprint, "RFC 8122 §5", at: value.column,
                "A fingerprint by \(algorithm) has \(expected) pairs of digits; this one has \(count).")
        }
        self.init(algorithm: algorithm, hex: value.text.uppercased())
    }

    /// How many pairs of hexadecimal digits `text` holds; nil where it holds something else.
    private static func pairs(_ text: String) -> Int? {
        var count = 0
        var place = 0
        for byte in text.utf8 {
            switch place {
            case 0, 1:
                guard Ascii.isHex(byte) else { return nil }
                if place == 1 { count += 1 }
            default: guard byte == Ascii.colon else { return nil }
            }
            place = (place + 1) % 3
        }
        return place == 2 ? count : nil
    }

    var text: String { "\(algorithm) \(hex)" }
}

/// `a=setup`: who opens the DTLS connection (RFC 4145 §4, RFC 8842 §5).
public enum SetupRole: String, Hashable, Sendable {
    /// The DTLS client: sends the first message.
    case active
    /// The DTLS server.
    case passive
    /// Either; the answer chooses.
    case actpass
    /// Not now. DTLS does not know it.
    case holdconn

    init(_ scanner: inout LineScanner) throws(SDPError) {
        let column = scanner.column
        let word = scanner.rest()
        guard let role = SetupRole(rawValue: word.lowercased()) else {
            throw scanner.error(
                .setup, "RFC 4145 §4", at: column,
                "The setup attribute is active, passive, actpass or holdconn, not \(quoted(word)).")
        }
        self = role
    }
}

/// `a=sctpmap`: how data channels were described before RFC 8841 (draft-ietf-mmusic-sctp-sdp-05 §7.1).
public struct SCTPMap: Hashable, Sendable {
    public var port: UInt16
    /// `webrtc-datachannel`
    public var application: String
    public var streams: UInt32?

    public init(port: UInt16, application: String, streams: UInt32?) {
        self.port = port
        self.application = application
        self.streams = streams
    }

    init(_ scanner: inout LineScanner) throws(SDPError) {
        guard let port = scanner.field(), let number = port.number(as: UInt16.self), let application = scanner.field() else {
            throw scanner.error(
                .sctpmap, "draft-ietf-mmusic-sctp-sdp-05 §7.1", at: scanner.firstColumn,
                "A sctpmap holds a port, a name and a number of streams, as in a=sctpmap:5000 webrtc-datachannel 1024.")
        }
        self.init(port: number, application: application.text, streams: scanner.field()?.number())
    }

    var text: String { "\(port) \(application)" + (streams.map { " \($0)" } ?? "") }
}

/// `a=rtcp`: where RTCP goes where it is not multiplexed with RTP (RFC 3605).
public struct RTCPAddress: Hashable, Sendable {
    public var port: UInt16
    public var connection: Connection?

    public init(port: UInt16, connection: Connection? = nil) {
        self.port = port
        self.connection = connection
    }

    init(_ scanner: inout LineScanner) throws(SDPError) {
        guard let port = scanner.field(), let number = port.number(as: UInt16.self) else {
            throw scanner.error(
                .rtcp, "RFC 3605 §2.1", at: scanner.firstColumn, "The rtcp attribute begins with a port from 0 to 65535.")
        }
        scanner.skipSpaces()
        self.init(port: number, connection: scanner.isAtEnd ? nil : try Connection(&scanner))
    }

    var text: String { "\(port)" + (connection.map { " \($0.text)" } ?? "") }
}
