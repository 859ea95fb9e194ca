// libmicrohttpd's header brings the socket headers in, and so owns their declarations.
internal import CMicrohttpd
internal import Glibc

/// A response written straight to the socket, where libmicrohttpd lets none be queued: in the middle of a body, or from
/// the thread that keeps the deadlines. Whoever writes one has taken the connection's phase, so that nobody else writes.
enum RawResponse {
    /// Sends a refusal, as far as the socket takes it at once. Nothing on TLS, where it would break the records.
    static func refuse(_ connection: Connection, _ status: Status, _ detail: String) {
        guard !connection.isSecure else { return }
        let bytes = serialize(connection.core.refusal(status, detail))
        _ = bytes.withUnsafeBytes {
            send(connection.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
    }

    /// The whole message, as the last one of its connection. Fields that can't be sent are left out.
    static func serialize(_ response: Response) -> [UInt8] {
        let body: [UInt8] =
            switch response.body {
            case .none, .stream, .content: []
            case .bytes(let bytes): bytes
            case .text(let text): Array(text.utf8)
            }
        var head = "HTTP/1.1 \(response.status)\r\n"
        for (name, value) in response.headers where FieldValue.isToken(name) && FieldValue.isSafe(value) {
            head += "\(name): \(value)\r\n"
        }
        head += "Connection: close\r\nContent-Length: \(body.count)\r\n\r\n"
        return Array(head.utf8) + body
    }
}
