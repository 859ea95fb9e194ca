/// One event of a `text/event-stream`, already in its wire form, so that one event goes to many streams without a copy.
public struct ServerSentEvent: Sendable {
    public let bytes: [UInt8]

    /// WHATWG HTML §9.2.6: an event with its id, name and data; every line of the data becomes a `data:` line.
    ///
    /// Line ends and NUL are taken out of `id` and `name`, where they would end the field or void it.
    public init(id: String? = nil, name: String? = nil, data: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.utf8.count + 48)
        if let id { ServerSentEvent.append("id: ", id, to: &bytes) }
        if let name { ServerSentEvent.append("event: ", name, to: &bytes) }
        bytes.append(contentsOf: "data: ".utf8)
        var previous: UInt8 = 0
        for byte in data.utf8 {
            // CR LF is one line end, CR and LF alone are one each.
            let isLineEnd = byte == 0x0a || byte == 0x0d
            if isLineEnd {
                if !(byte == 0x0a && previous == 0x0d) { bytes.append(contentsOf: "\ndata: ".utf8) }
            } else {
                bytes.append(byte)
            }
            previous = byte
        }
        bytes.append(contentsOf: "\n\n".utf8)
        self.bytes = bytes
    }

    /// A comment line: something to send where there is nothing to say.
    public init(comment: String) {
        var bytes: [UInt8] = []
        ServerSentEvent.append(": ", comment, to: &bytes)
        bytes.append(0x0a)
        self.bytes = bytes
    }

    /// How long the client shall wait before it connects again.
    public init(retry: Duration) {
        let (seconds, attoseconds) = retry.components
        let milliseconds = max(0, min(seconds, 86_400)) * 1000 + attoseconds / 1_000_000_000_000_000
        bytes = Array("retry: \(milliseconds)\n\n".utf8)
    }

    /// What a stream says by default of the events it had no room for: `event: gap`, `{"dropped":3}`.
    public static func gap(dropped: Int) -> ServerSentEvent {
        ServerSentEvent(name: "gap", data: "{\"dropped\":\(dropped)}")
    }

    private static func append(_ field: String, _ text: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: field.utf8)
        bytes.append(contentsOf: text.utf8.lazy.filter { $0 != 0x0a && $0 != 0x0d && $0 != 0 })
        bytes.append(0x0a)
    }
}
