internal import Glibc

/// Standard output and error, unbuffered; a closed one is no failure.
enum Terminal {
    static func print(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// One line of what is wrong.
    static func complain(_ line: String) { write("peerscope: \(line)\n", to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        write(Array(text.utf8), to: descriptor)
    }

    static func write(_ content: [UInt8], to descriptor: Int32) {
        var bytes = content[...]
        while !bytes.isEmpty {
            // A reader that stalls must not hold us: what it does not take in a fifth of a second is lost. Writable
            // promises a pipe's PIPE_BUF and no more.
            var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&ready, 1, 200) == 1 else { return }
            let count = bytes.prefix(4096).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
