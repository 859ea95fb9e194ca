extension SessionDescription {
    /// The description as text: lines in RFC 8866's order, ended by CRLF.
    ///
    /// What a value could do to the line structure is taken from it: NUL, CR and LF inside a value become spaces.
    public func serialize() -> String {
        var lines = LineWriter()
        lines.append("v", "0")
        lines.append("o", origin.text)
        lines.append("s", name)
        lines.append("i", information)
        lines.append("u", uri)
        for email in emails { lines.append("e", email) }
        for phone in phones { lines.append("p", phone) }
        lines.append("c", connection?.text)
        for bandwidth in bandwidths { lines.append("b", bandwidth.text) }
        for timing in timings {
            lines.append("t", "\(timing.start) \(timing.stop)")
            for line in timing.repeats { lines.append("r", line) }
        }
        lines.append("z", timeZones)
        lines.append("k", key)
        for line in attributes { lines.append(line.attribute) }
        for section in media { section.write(into: &lines) }
        return lines.text
    }
}

extension MediaDescription {
    func write(into lines: inout LineWriter) {
        let ports = portCount == 1 ? "\(port)" : "\(port)/\(portCount)"
        lines.append("m", "\(kind) \(ports) \(protocolName) \(formats.joined(separator: " "))")
        lines.append("i", title)
        for connection in connections { lines.append("c", connection.text) }
        for bandwidth in bandwidths { lines.append("b", bandwidth.text) }
        lines.append("k", key)
        for line in attributes { lines.append(line.attribute) }
    }
}

/// Lines on their way to being a text.
struct LineWriter {
    private(set) var text = ""

    /// Writes `letter=value`; nothing where there is no value.
    mutating func append(_ letter: Character, _ value: String?) {
        guard let value else { return }
        text.append(letter)
        text += "="
        append(value)
    }

    mutating func append(_ attribute: Attribute) {
        text += "a="
        guard let value = attribute.value else {
            append(attribute.name)
            return
        }
        append("\(attribute.name):\(value)")
    }

    private mutating func append(_ value: String) {
        if value.utf8.contains(where: { $0 == 0 || $0 == Ascii.carriageReturn || $0 == Ascii.lineFeed }) {
            for scalar in value.unicodeScalars {
                text.unicodeScalars.append(scalar == "\0" || scalar == "\r" || scalar == "\n" ? " " : scalar)
            }
        } else {
            text += value
        }
        text += "\r\n"
    }
}
