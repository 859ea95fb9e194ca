internal import Glibc

/// A client of bytes: blocking, with a timeout on every read, so that a test fails rather than hangs.
///
/// One thread may send while another reads: hence unchecked.
final class RawClient: @unchecked Sendable {
    private var descriptor: Int32
    private var buffered: [UInt8] = []

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    convenience init(port: UInt16, receiveBuffer: Int32? = nil) throws {
        try self.init(unconnected: (), receiveBuffer: receiveBuffer)
        try connect(port: port)
    }

    /// A socket to be connected later.
    init(unconnected: (), receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(description: "socket: \(errno)") }
        var timeout = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    func connect(port: UInt16) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(description: "connect: \(errno)") }
    }

    deinit { close() }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// Sends what the server still takes; a reset is no failure here.
    func send(_ bytes: [UInt8]) {
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { return }
            offset += count
        }
    }

    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Closes with a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// More bytes; false at the end of the connection.
    private func fill() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count < 0, errno == EAGAIN {
            throw Failure(description: "nothing came for 5 s; so far: \(String(decoding: buffered, as: UTF8.self))")
        }
        if count <= 0 { return false }
        buffered += chunk[..<count]
        return true
    }

    struct Answer {
        var status: Int
        var fields: [(name: String, value: String)]
        var body: [UInt8]

        subscript(_ name: String) -> String? { fields.first { $0.name == name.lowercased() }?.value }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// Status line and fields, without the body.
    func readHead() throws -> Answer {
        while true {
            if let end = find([13, 10, 13, 10]) {
                let text = String(decoding: buffered[..<end], as: UTF8.self)
                buffered.removeFirst(end + 4)
                let lines = text.split(separator: "\r\n")
                guard let first = lines.first, first.hasPrefix("HTTP/1.1 "), let status = Int(first.dropFirst(9).prefix(3)) else {
                    throw Failure(description: "no status line: \(text)")
                }
                let fields = lines.dropFirst().map { line in
                    let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                    return (name: parts[0].lowercased(), value: parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
                }
                return Answer(status: status, fields: fields, body: [])
            }
            guard try fill() else {
                throw Failure(description: "the connection ended in the header: \(String(decoding: buffered, as: UTF8.self))")
            }
        }
    }

    /// A whole answer with its body by Content-Length, by chunks, or up to the end.
    func readAnswer(toHEAD: Bool = false) throws -> Answer {
        var answer = try readHead()
        if toHEAD || answer.status == 204 || answer.status == 304 { return answer }
        if answer["transfer-encoding"] == "chunked" {
            while let chunk = try readChunk() { answer.body += chunk }
        } else if let length = answer["content-length"].flatMap({ Int($0) }) {
            while buffered.count < length {
                guard try fill() else { throw Failure(description: "the connection ended in the body") }
            }
            answer.body = Array(buffered.prefix(length))
            buffered.removeFirst(length)
        } else {
            while try fill() {}
            answer.body = buffered
            buffered = []
        }
        return answer
    }

    /// One chunk of a chunked body; nil at its end.
    func readChunk() throws -> [UInt8]? {
        while find([13, 10]) == nil {
            guard try fill() else { throw Failure(description: "the connection ended between chunks") }
        }
        guard let end = find([13, 10]), let size = Int(String(decoding: buffered[..<end], as: UTF8.self), radix: 16) else {
            throw Failure(description: "no chunk size")
        }
        while buffered.count < end + 2 + size + 2 {
            guard try fill() else { throw Failure(description: "the connection ended in a chunk") }
        }
        let chunk = Array(buffered[(end + 2)..<(end + 2 + size)])
        buffered.removeFirst(end + 2 + size + 2)
        return size == 0 ? nil : chunk
    }

    /// Whether the connection ends without another byte.
    func isAtEnd() throws -> Bool {
        if !buffered.isEmpty { return false }
        return try !fill()
    }

    /// All that comes until the connection ends.
    func readToEnd() throws -> String {
        while try fill() {}
        defer { buffered = [] }
        return String(decoding: buffered, as: UTF8.self)
    }

    private func find(_ pattern: [UInt8]) -> Int? {
        guard buffered.count >= pattern.count else { return nil }
        return (0...(buffered.count - pattern.count)).first { buffered[$0..<($0 + pattern.count)].elementsEqual(pattern) }
    }
}

/// Waits until a condition holds that another thread brings about; false after five seconds.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<5000 {
        if condition() { return true }
        poll(nil, 0, 1)
    }
    return condition()
}
