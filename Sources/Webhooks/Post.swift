internal import Glibc
internal import Wire

/// One HTTP POST over a connection of its own: the request is written, the status read, the rest left. Redirects are not
/// followed, for what is behind one was never agreed on.
///
/// Blocks its thread for as long as it may take, and no longer; a name's lookup alone is bounded by the resolver.
struct Post {
    let receiver: Receiver
    let fields: [(name: String, value: String)]
    let body: [UInt8]

    /// More of an answer's head than that is not read.
    private static let headBytes = 16 * 1024

    func send(trust: TrustStore?, within limit: Duration) -> Attempt {
        let deadline = MonotonicTime.now + limit
        guard let descriptor = connect(until: deadline) else { return .unreachable }
        defer { close(descriptor) }
        var stream = ByteStream(descriptor: descriptor, deadline: deadline)
        defer { stream.end() }
        if receiver.isSecure {
            guard let trust, stream.secure(trust, host: receiver.host) else { return .unreachable }
        }
        guard stream.write(request) else { return .unreachable }
        var answer: [UInt8] = []
        while answer.count < Self.headBytes {
            guard let more = stream.read() else { break }
            answer += more
            if let attempt = Self.attempt(answer) { return attempt }
        }
        return .unreachable
    }

    private var request: [UInt8] {
        var head =
            "POST \(receiver.target) HTTP/1.1\r\nHost: \(receiver.authority)\r\nContent-Length: \(body.count)\r\nConnection: close\r\n"
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        return Array(head.utf8) + [0x0d, 0x0a] + body
    }

    /// What the head of an answer says; nil where it is not whole yet. An interim answer (1xx) is passed over.
    static func attempt(_ answer: [UInt8]) -> Attempt? {
        var rest = answer[...]
        while let end = rest.firstRange(of: [0x0d, 0x0a, 0x0d, 0x0a]) {
            let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
            guard let line = lines.first, line.hasPrefix("HTTP/1."), line.utf8.count >= 12,
                let status = Int(line.dropFirst(9).prefix(3)), status >= 100
            else { return .unreachable }
            if status < 200 {
                rest = rest[end.upperBound...]
                continue
            }
            if status < 300 { return .accepted }
            return .refused(status: status, retryAfter: retryAfter(lines.dropFirst()))
        }
        return nil
    }

    /// RFC 9110 §10.2.3: the form in seconds; that of a date is not read.
    private static func retryAfter(_ lines: ArraySlice<Substring>) -> Duration? {
        for line in lines where line.lowercased().hasPrefix("retry-after:") {
            guard let seconds = Int(line.dropFirst(12).split(separator: " ").first ?? ""), (0...86_400).contains(seconds) else {
                return nil
            }
            return .seconds(seconds)
        }
        return nil
    }

    // MARK: Connecting

    private func connect(until deadline: Instant) -> Int32? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(receiver.host, String(receiver.port), &hints, &list) == 0 else { return nil }
        defer { freeaddrinfo(list) }
        var entry = list
        while let address = entry?.pointee {
            if let descriptor = Self.connect(to: address, until: deadline) { return descriptor }
            entry = address.ai_next
        }
        return nil
    }

    private static func connect(to address: addrinfo, until deadline: Instant) -> Int32? {
        let descriptor = socket(
            address.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return descriptor }
        var failure: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard errno == EINPROGRESS, MonotonicTime.wait(for: descriptor, Int16(POLLOUT), until: deadline),
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size) == 0, failure == 0
        else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}

/// The monotonic clock, and waiting by it.
enum MonotonicTime {
    static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    /// Whether the descriptor became ready in time.
    static func wait(for descriptor: Int32, _ events: Int16, until deadline: Instant) -> Bool {
        while true {
            let left = (deadline - now).nanoseconds
            guard left > 0 else { return false }
            var polled = pollfd(fd: descriptor, events: events, revents: 0)
            let count = poll(&polled, 1, Int32(clamping: left / 1_000_000 + 1))
            if count > 0 { return true }
            if count < 0, errno != EINTR { return false }
        }
    }
}
