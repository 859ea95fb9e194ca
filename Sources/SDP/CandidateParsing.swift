internal import Wire

extension CandidateAttribute {
    /// Parses one candidate as signalling carries it: `candidate:1 1 udp …`, with or without `a=` before it.
    ///
    /// The empty string, which some signalling uses for the end of candidates, is an error here.
    public init(parsing text: String) throws(SDPError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Limits.descriptionLineBytes else {
            throw SDPError(
                .lineTooLong, line: 1, column: 1, section: "RFC 8839 §5.1",
                message: "A candidate has at most \(Limits.descriptionLineBytes) bytes here; this one has \(bytes.count).")
        }
        if let place = bytes.firstIndex(where: { $0 == 0 || $0 == Ascii.carriageReturn || $0 == Ascii.lineFeed }) {
            throw SDPError(
                .controlCharacter, line: 1, column: place + 1, section: "RFC 8839 §5.1",
                message: "A candidate is one line; this one holds a line break or a NUL.")
        }
        let start = bytes.starts(with: "a=".utf8) ? 2 : 0
        let prefix = Array("candidate:".utf8)
        guard bytes[start...].starts(with: prefix) else {
            throw SDPError(
                .candidate, line: 1, column: start + 1, section: "RFC 8839 §5.1",
                message: "A candidate begins with candidate: as in candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host.")
        }
        let offset = start + prefix.count
        var scanner = LineScanner(bytes.span.extracting(offset..<bytes.count), line: 1, firstColumn: offset + 1)
        try self.init(&scanner)
    }

    /// Reads what follows `candidate:`. Where the grammar of RFC 8839 is stricter than what browsers agree on, theirs counts:
    /// components and priorities of any size that fits, extensions without a value at the end.
    init(_ scanner: inout LineScanner) throws(SDPError) {
        let section = "RFC 8839 §5.1"
        let foundation = try scanner.candidateField("foundation")
        guard 1...32 ~= foundation.text.utf8.count, foundation.text.utf8.allSatisfy(Ascii.isIce) else {
            throw scanner.error(
                .candidateFoundation, section, at: foundation.column,
                "A candidate's foundation has 1 to 32 letters, digits, + or /; \(quoted(foundation.text)) has not.")
        }
        let componentField = try scanner.candidateField("component")
        guard let component = componentField.number(as: UInt32.self) else {
            throw scanner.error(
                .candidateComponent, section, at: componentField.column,
                "A candidate's component is a number, 1 for RTP and data, not \(quoted(componentField.text)).")
        }
        let transportField = try scanner.candidateField("transport")
        guard let transport = Transport(rawValue: transportField.text.lowercased()) else {
            throw scanner.error(
                .candidateTransport, section, at: transportField.column,
                "A candidate's transport is udp or tcp here, not \(quoted(transportField.text)).")
        }
        let priorityField = try scanner.candidateField("priority")
        guard let priority = priorityField.number(as: UInt32.self) else {
            throw scanner.error(
                .candidatePriority, section, at: priorityField.column,
                "A candidate's priority is a number up to 4294967295, not \(quoted(priorityField.text)).")
        }
        let address = try scanner.candidateField("address")
        // The longest name of the DNS has 253 characters.
        guard address.text.utf8.count <= 253 else {
            throw scanner.error(.candidateAddress, section, at: address.column, "A candidate's address has at most 253 characters.")
        }
        let portField = try scanner.candidateField("port")
        guard let port = portField.number(as: UInt16.self) else {
            throw scanner.error(
                .candidatePort, section, at: portField.column,
                "A candidate's port is a number from 0 to 65535, not \(quoted(portField.text)).")
        }
        let word = try scanner.candidateField("typ")
        let type = try scanner.candidateField("type")
        guard word.text == "typ", let kind = Kind(rawValue: type.text) else {
            throw scanner.error(
                .candidateType, section, at: word.column,
                "After its port a candidate says typ host, typ srflx, typ prflx or typ relay, not \(quoted("\(word.text) \(type.text)")).")
        }
        self.init(
            foundation: foundation.text, component: component, transport: transport, priority: priority,
            host: Host(address.text), port: port, kind: kind)
        while let name = scanner.field(), let value = scanner.field() {
            try read(name: name, value: value, scanner)
        }
    }

    private mutating func read(name: Field, value: Field, _ scanner: borrowing LineScanner) throws(SDPError) {
        switch name.text {
        case "raddr" where relatedAddress == nil && value.text.utf8.count <= 253: relatedAddress = Host(value.text)
        case "rport" where relatedPort == nil:
            guard let port = value.number(as: UInt16.self) else {
                throw scanner.error(
                    .candidatePort, "RFC 8839 §5.1", at: value.column,
                    "A candidate's related port is a number from 0 to 65535, not \(quoted(value.text)).")
            }
            relatedPort = port
        case "tcptype" where tcpType == nil && TCPType(rawValue: value.text) != nil: tcpType = TCPType(rawValue: value.text)
        default: extensions.append(Extension(name.text, value.text))
        }
    }
}

extension LineScanner {
    /// The next field of a candidate. Fields are one space apart: an empty one is an error.
    @_lifetime(self: copy self)
    fileprivate mutating func candidateField(_ name: String) throws(SDPError) -> Field {
        let start = column
        let field = range(upTo: Ascii.space)
        guard !field.isEmpty else {
            throw error(
                .candidate, "RFC 8839 §5.1", at: start,
                "The candidate's \(name) is missing. It reads: foundation, component, transport, priority, address, port, typ, type, with one space between them."
            )
        }
        return Field(range: field, column: start, text: text(in: field))
    }
}
