extension Attribute {
    /// Reads what follows `a=`.
    ///
    /// - Throws: where an attribute with a type here breaks its grammar. A malformed candidate is set aside instead:
    ///   RFC 8839 §5.1 has agents ignore what they do not understand of candidates, and browsers agree.
    init(_ scanner: inout LineScanner) throws(SDPError) {
        let nameRange = scanner.range(upTo: Ascii.colon)
        let hasValue = nameRange.upperBound < scanner.bytes.count
        var name = scanner.text(in: nameRange)
        if !hasValue { name.trimTrailingSpaces() }
        // RFC 8866 §5.13: "Attribute names MUST use the US-ASCII subset"
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 > Ascii.space && $0 < 0x7f }) else {
            throw scanner.error(
                .attribute, "RFC 8866 §5.13", at: scanner.firstColumn,
                "An a= line begins with a name of printable ASCII characters, as in a=mid:0.")
        }
        guard hasValue else {
            self = try Attribute(flag: name, scanner)
            return
        }
        let valueStart = scanner.position
        if name == "candidate" {
            do {
                self = .candidate(try CandidateAttribute(&scanner))
            } catch {
                let value = scanner.text(in: valueStart..<scanner.bytes.count)
                self = .setAside(name: name, value: value, because: SourceFault(error))
            }
            return
        }
        self = try Attribute(name: name, &scanner)
    }

    /// An attribute without a value.
    private init(flag name: String, _ scanner: borrowing LineScanner) throws(SDPError) {
        switch name {
        case "sendrecv", "sendonly", "recvonly", "inactive": self = .direction(Direction(rawValue: name) ?? .sendrecv)
        case "rtcp-mux": self = .rtcpMux
        case "rtcp-mux-only": self = .rtcpMuxOnly
        case "rtcp-rsize": self = .rtcpRsize
        case "bundle-only": self = .bundleOnly
        case "end-of-candidates": self = .endOfCandidates
        case "ice-lite": self = .iceLite
        case "extmap-allow-mixed": self = .extmapAllowMixed
        default:
            if let (code, section) = Self.needsValue(name) {
                throw scanner.error(code, section, at: scanner.firstColumn, "The attribute \(name) needs a value after a colon.")
            }
            self = .other(name: name, value: nil)
        }
    }

    /// The attributes that mean nothing without a value.
    private static func needsValue(_ name: String) -> (SDPError.Code, String)? {
        switch name {
        case "group": (.group, "RFC 5888 §5")
        case "mid": (.mid, "RFC 5888 §4")
        case "ice-ufrag": (.iceUfrag, "RFC 8839 §5.4")
        case "ice-pwd": (.icePwd, "RFC 8839 §5.4")
        case "fingerprint": (.fingerprint, "RFC 8122 §5")
        case "setup": (.setup, "RFC 4145 §4")
        case "candidate": (.candidate, "RFC 8839 §5.1")
        case "rtpmap": (.rtpmap, "RFC 8866 §6.6")
        case "extmap": (.headerExtension, "RFC 8285 §5")
        case "ssrc": (.ssrc, "RFC 5576 §4.1")
        case "msid": (.msid, "RFC 8830 §2")
        case "rid": (.rid, "RFC 8851 §10")
        case "simulcast": (.simulcast, "RFC 8853 §5.1")
        case "sctp-port": (.sctpPort, "RFC 8841 §5.1")
        case "max-message-size": (.maxMessageSize, "RFC 8841 §6.1")
        default: nil
        }
    }

    /// An attribute with a value.
    private init(name: String, _ scanner: inout LineScanner) throws(SDPError) {
        switch name {
        case "group": self = .group(try Group(&scanner))
        case "mid": self = .mid(try scanner.mid())
        case "ice-ufrag": self = .iceUfrag(try scanner.iceText(.iceUfrag, "ice-ufrag", 4...256))
        case "ice-pwd": self = .icePwd(try scanner.iceText(.icePwd, "ice-pwd", 22...256))
        case "ice-options": self = .iceOptions(scanner.iceOptions())
        case "ice-pacing": self = .icePacing(try scanner.number(.icePacing, "RFC 8839 §5.5", "The ice-pacing", upTo: .max))
        case "fingerprint": self = .fingerprint(try FingerprintAttribute(&scanner))
        case "setup": self = .setup(try SetupRole(&scanner))
        case "rtcp": self = .rtcp(try RTCPAddress(&scanner))
        case "rtpmap": self = .rtpmap(try RTPMap(&scanner))
        case "fmtp": self = .fmtp(try FormatParameters(&scanner))
        case "rtcp-fb": self = .rtcpFeedback(try RTCPFeedback(&scanner))
        case "extmap": self = .headerExtension(try HeaderExtension(&scanner))
        case "ssrc": self = .ssrc(try SSRCAttribute(&scanner))
        case "ssrc-group": self = .ssrcGroup(try SSRCGroup(&scanner))
        case "msid": self = .msid(try MSID(&scanner))
        case "msid-semantic": self = .msidSemantic(scanner.rest())
        case "rid": self = .rid(try RID(&scanner))
        case "simulcast": self = .simulcast(try Simulcast(&scanner))
        case "sctp-port": self = .sctpPort(try scanner.number(.sctpPort, "RFC 8841 §5.1", "The sctp-port", upTo: .max))
        case "max-message-size":
            self = .maxMessageSize(try scanner.number(.maxMessageSize, "RFC 8841 §6.1", "The max-message-size", upTo: .max))
        case "sctpmap": self = .sctpmap(try SCTPMap(&scanner))
        default: self = .other(name: name, value: scanner.verbatimRest())
        }
    }
}

extension LineScanner {
    /// RFC 5888 §4: a token. At most 255 bytes, which is what the header extension that carries it can hold (RFC 7941 §4.1.2).
    @_lifetime(self: copy self)
    fileprivate mutating func mid() throws(SDPError) -> String {
        let start = column
        let mid = rest()
        guard 1...255 ~= mid.utf8.count, mid.utf8.allSatisfy({ $0 > Ascii.space && $0 < 0x7f }) else {
            throw error(
                .mid, "RFC 5888 §4", at: start,
                "A mid is a word of 1 to 255 printable ASCII characters; \(quoted(mid)) is not (\(mid.utf8.count) bytes).")
        }
        return mid
    }

    @_lifetime(self: copy self)
    fileprivate mutating func iceText(
        _ code: SDPError.Code, _ name: String, _ lengths: ClosedRange<Int>
    ) throws(SDPError) -> String {
        let start = column
        let text = rest()
        guard lengths ~= text.utf8.count else {
            throw error(
                code, "RFC 8839 §5.4", at: start,
                "An \(name) has \(lengths.lowerBound) to \(lengths.upperBound) characters; this one has \(text.utf8.count).")
        }
        // RFC 8839 §5.4: ice-char. Printable ASCII beside it is accepted, for old clients draw `-`, `_` and `=` as well;
        // a colon would make the STUN username ambiguous.
        guard text.utf8.allSatisfy({ $0 > Ascii.space && $0 < 0x7f && $0 != Ascii.colon }) else {
            throw error(
                code, "RFC 8839 §5.4", at: start, "An \(name) is made of letters, digits, + and /; this one holds something else.")
        }
        return text
    }

    /// RFC 8839 §5.6: separated by spaces; one client writes commas.
    @_lifetime(self: copy self)
    fileprivate mutating func iceOptions() -> [String] {
        var options: [String] = []
        while let field = field() {
            options += field.text.split(separator: ",").map { String($0) }
        }
        return options
    }

    @_lifetime(self: copy self)
    fileprivate mutating func number<Number: FixedWidthInteger & UnsignedInteger>(
        _ code: SDPError.Code, _ section: String, _ name: String, upTo maximum: Number
    ) throws(SDPError) -> Number {
        let start = column
        let text = rest()
        guard let number = text.utf8.decimal(as: Number.self), number <= maximum else {
            throw error(code, section, at: start, "\(name) is a number from 0 to \(maximum), not \(quoted(text)).")
        }
        return number
    }
}

extension String {
    mutating func trimTrailingSpaces() {
        while let last = utf8.last, last == Ascii.space || last == Ascii.tab { unicodeScalars.removeLast() }
    }
}
