import Foundation
import Testing

/// A blocking HTTP client of one connection at a time; every read has a deadline, so that a test fails rather than hangs.
///
/// Each answer is held against the OpenAPI description.
final class Client {
    let port: UInt16
    private var connection: Connection?

    /// The last octet of the address it comes from.
    private let host: UInt8

    init(port: UInt16, from host: UInt8 = 1) throws {
        self.port = port
        self.host = host
        connection = try Connection(port: port, from: host)
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Sends a request and reads its answer.
    func send(
        _ method: String, _ target: String, _ fields: [(String, String)] = [], type: String? = nil, body: [UInt8]? = nil
    ) throws -> Answer {
        var fields = fields
        if !fields.contains(where: { $0.0 == "Host" }) { fields.append(("Host", "127.0.0.1:\(port)")) }
        if let type { fields.append(("Content-Type", type)) }
        if let body { fields.append(("Content-Length", String(body.count))) }
        let head = "\(method) \(target) HTTP/1.1\r\n" + fields.map { "\($0): \($1)\r\n" }.joined() + "\r\n"
        let bytes = Array(head.utf8) + (body ?? [])
        var answer: Answer
        do {
            answer = try exchange(bytes, method)
        } catch Connection.Closed.beforeAnswer {
            // The server let go of a connection that had been idle.
            connection = nil
            answer = try exchange(bytes, method)
        }
        answer.flaws = Description.shared.flaws(of: answer, to: method, target)
        #expect(answer.flaws == [], "\(method) \(target.prefix(100)) → \(answer.status)")
        return answer
    }

    private func exchange(_ bytes: [UInt8], _ method: String) throws -> Answer {
        let connection = try self.connection ?? Connection(port: port, from: host)
        self.connection = connection
        connection.send(bytes)
        let answer = try connection.readAnswer(toHEAD: method == "HEAD")
        if answer["connection"]?.lowercased() == "close" { self.connection = nil }
        return answer
    }

    // MARK: The requests that most tests make

    func get(_ target: String, accept: String? = nil) throws -> Answer {
        try send("GET", target, accept.map { [("Accept", $0)] } ?? [])
    }

    func post(_ offer: some StringProtocol, _ fields: [(String, String)] = []) throws -> Answer {
        try post(Array(offer.utf8), fields)
    }

    func post(_ offer: [UInt8], _ fields: [(String, String)] = []) throws -> Answer {
        try send("POST", "/v1/sessions", fields, type: "application/sdp", body: offer)
    }

    func patch(_ session: String, _ fragment: String, ifMatch: String?) throws -> Answer {
        try send(
            "PATCH", session, ifMatch.map { [("If-Match", $0)] } ?? [], type: "application/trickle-ice-sdpfrag",
            body: Array(fragment.utf8))
    }

    /// The path of a new session.
    func session(_ offer: String) throws -> (path: String, tag: String, answer: String) {
        let answer = try post(offer)
        guard answer.status == 201, let path = answer["location"], let tag = answer["etag"] else {
            throw Failure(description: "no session: \(answer.status) \(answer.text)")
        }
        return (path, tag, answer.text)
    }
}

/// An answer as it came.
struct Answer {
    var status: Int
    var fields: [(name: String, value: String)]
    var body: [UInt8]
    /// What in it the OpenAPI description does not say.
    var flaws: [String] = []

    subscript(_ name: String) -> String? { fields.first { $0.name == name.lowercased() }?.value }
    var text: String { String(decoding: body, as: UTF8.self) }
    /// The media type without its parameters.
    var type: String? { self["content-type"]?.split(separator: ";").first.map { $0.trimmingCharacters(in: .whitespaces) } }
    var json: JSON { (try? JSON(parsing: body)) ?? .null }
    /// The `code` of a problem document.
    var code: String? { json["code"]?.string }
}

/// One TCP connection.
final class Connection {
    enum Closed: Error { case beforeAnswer, within(String), silent(String) }

    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(port: UInt16, receiveBuffer: Int32? = nil, from host: UInt8 = 1) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.descriptor = descriptor
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        if var size = receiveBuffer { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size)) }
        var source = sockaddr_in(port: 0, host: host)
        _ = withUnsafePointer(to: &source) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        var address = sockaddr_in(port: port)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard descriptor >= 0, result == 0 else { throw Client.Failure(description: "connect: \(errno)") }
    }

    deinit { close(descriptor) }

    /// False where the server takes no more.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { return false }
            offset += count
        }
        return true
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    private func fill() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count < 0, errno == EAGAIN { throw Closed.silent(String(decoding: buffer, as: UTF8.self)) }
        if count <= 0 { return false }
        buffer += chunk[..<count]
        return true
    }

    func readHead() throws -> Answer {
        while true {
            if let end = buffer.firstRange(of: [13, 10, 13, 10]) {
                let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
                buffer.removeFirst(end.upperBound)
                guard let status = Int(lines[0].dropFirst(9).prefix(3)) else { throw Closed.within(lines[0]) }
                if status == 100 { continue }
                let fields = lines.dropFirst().map { line in
                    let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                    return (name: parts[0].lowercased(), value: parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
                }
                return Answer(status: status, fields: fields, body: [])
            }
            guard try fill() else {
                throw buffer.isEmpty ? Closed.beforeAnswer : Closed.within(String(decoding: buffer, as: UTF8.self))
            }
        }
    }

    func readAnswer(toHEAD: Bool = false) throws -> Answer {
        var answer = try readHead()
        if toHEAD || answer.status == 204 || answer.status == 304 { return answer }
        if answer["transfer-encoding"] == "chunked" {
            while let chunk = try readChunk() { answer.body += chunk }
        } else if let length = answer["content-length"].flatMap({ Int($0) }) {
            while buffer.count < length { guard try fill() else { throw Closed.within("the body") } }
            answer.body = Array(buffer.prefix(length))
            buffer.removeFirst(length)
        } else {
            while try fill() {}
            answer.body = buffer
            buffer = []
        }
        return answer
    }

    /// One chunk; nil at the end of the body.
    func readChunk() throws -> [UInt8]? {
        while true {
            if let end = buffer.firstRange(of: [13, 10]) {
                guard let size = Int(String(decoding: buffer[..<end.lowerBound], as: UTF8.self), radix: 16) else {
                    throw Closed.within("a chunk")
                }
                let start = end.upperBound
                while buffer.count < start + size + 2 { guard try fill() else { throw Closed.within("a chunk") } }
                let chunk = Array(buffer[start..<start + size])
                buffer.removeFirst(start + size + 2)
                return size == 0 ? nil : chunk
            }
            guard try fill() else { throw Closed.within("between chunks") }
        }
    }

    /// Whether nothing comes for that long.
    func isSilent(for duration: Duration) throws -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, Int32(duration / .milliseconds(1))) == 0
    }

    /// Whether the server closes without another byte.
    func isAtEnd() throws -> Bool { try buffer.isEmpty && !fill() }
}

/// A stream of server-sent events.
final class EventReader {
    struct Event: Equatable {
        var id: String?
        var name: String?
        var data = ""
        var json: JSON { (try? JSON(parsing: Array(data.utf8))) ?? .null }
    }

    private let connection: Connection
    let head: Answer
    private var text = ""
    private(set) var isOver = false

    init(
        port: UInt16, _ target: String, _ fields: [(String, String)] = [("Accept", "text/event-stream")], receiveBuffer: Int32? = nil
    ) throws {
        connection = try Connection(port: port, receiveBuffer: receiveBuffer)
        connection.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n" + fields.map { "\($0): \($1)\r\n" }.joined() + "\r\n")
        head = try connection.readHead()
        #expect(head.status == 200)
        #expect(head.type == "text/event-stream")
    }

    /// The next event; nil where the stream ended.
    func next() throws -> Event? {
        while true {
            if let end = text.range(of: "\n\n") {
                let lines = text[..<end.lowerBound].split(separator: "\n")
                text = String(text[end.upperBound...])
                var event = Event()
                for line in lines {
                    if line.hasPrefix("id: ") { event.id = String(line.dropFirst(4)) }
                    if line.hasPrefix("event: ") { event.name = String(line.dropFirst(7)) }
                    if line.hasPrefix("data: ") { event.data += line.dropFirst(6) }
                }
                if event != Event() { return event }
                continue
            }
            guard !isOver, let chunk = try connection.readChunk() else {
                isOver = true
                return nil
            }
            text += String(decoding: chunk, as: UTF8.self)
        }
    }

    /// Events up to the first that fits, which is the last.
    func read(until fits: (Event) -> Bool) throws -> [Event] {
        var events: [Event] = []
        while let event = try next() {
            events.append(event)
            if fits(event) { break }
        }
        return events
    }
}

extension sockaddr_in {
    /// A port of 127.0.0.1, or of another address of the loopback.
    init(port: UInt16, host: UInt8 = 1) {
        self.init()
        sin_family = sa_family_t(AF_INET)
        sin_port = port.bigEndian
        sin_addr.s_addr = (UInt32(0x7f00_0000) | UInt32(host)).bigEndian
    }
}
