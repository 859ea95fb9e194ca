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
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
