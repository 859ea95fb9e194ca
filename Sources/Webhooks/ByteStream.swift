internal import COpenSSL
internal import Glibc
internal import Wire

/// The authorities whose certificates are believed: the system's.
///
/// Unchecked: SSL_CTX is safe to share between threads once it is set up (its manual page), and nothing here changes it.
final class TrustStore: @unchecked Sendable {
    fileprivate let context: OpaquePointer

    init?() {
        guard let context = SSL_CTX_new(TLS_client_method()) else { return nil }
        self.context = context
        SSL_CTX_set_default_verify_paths(context)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        // SSL_CTX_set_min_proto_version is a macro of this call.
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    }

    deinit { SSL_CTX_free(context) }
}

/// A connected socket, plain or with TLS, each step of which ends by one deadline.
struct ByteStream {
    private let descriptor: Int32
    private let deadline: Instant
    private var ssl: OpaquePointer?

    init(descriptor: Int32, deadline: Instant) {
        self.descriptor = descriptor
        self.deadline = deadline
    }

    /// Shakes hands; false where the certificate is not that of the host, or nobody answers.
    mutating func secure(_ trust: TrustStore, host: String) -> Bool {
        guard let ssl = SSL_new(trust.context) else { return false }
        self.ssl = ssl
        guard SSL_set_fd(ssl, descriptor) == 1 else { return false }
        if IPAddress(host) != nil {
            guard X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1 else { return false }
        } else {
            guard SSL_set1_host(ssl, host) == 1 else { return false }
            // SSL_set_tlsext_host_name is a macro of this call. unsafe: OpenSSL copies the name within it.
            _ = host.withCString {
                SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), UnsafeMutableRawPointer(mutating: $0))
            }
        }
        return repeatedly { SSL_connect(ssl) } != nil
    }

    func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count: Int?
            if let ssl {
                count = rest.withUnsafeBytes { buffer in
                    repeatedly { SSL_write(ssl, buffer.baseAddress, Int32(clamping: buffer.count)) }
                }
            } else {
                count = repeatedlyOnSocket(Int16(POLLOUT)) {
                    rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                }
            }
            guard let count, count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// What came; nil at the end, and where nothing came in time.
    func read() -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count: Int?
        if let ssl {
            count = chunk.withUnsafeMutableBytes { buffer in
                repeatedly { SSL_read(ssl, buffer.baseAddress, Int32(clamping: buffer.count)) }
            }
        } else {
            count = repeatedlyOnSocket(Int16(POLLIN)) {
                chunk.withUnsafeMutableBytes { Glibc.recv(descriptor, $0.baseAddress, $0.count, 0) }
            }
        }
        guard let count, count > 0 else { return nil }
        return Array(chunk.prefix(count))
    }

    mutating func end() {
        if let ssl { SSL_free(ssl) }
        ssl = nil
    }

    /// A step of OpenSSL's, until it is done; nil where it failed or the time has passed.
    private func repeatedly(_ step: () -> Int32) -> Int? {
        while true {
            // Errors of other connections of this thread are none of this one's.
            ERR_clear_error()
            let result = step()
            if result > 0 { return Int(result) }
            let events: Int16
            switch SSL_get_error(ssl, result) {
            case SSL_ERROR_WANT_READ: events = Int16(POLLIN)
            case SSL_ERROR_WANT_WRITE: events = Int16(POLLOUT)
            default: return nil
            }
            guard MonotonicTime.wait(for: descriptor, events, until: deadline) else { return nil }
        }
    }

    private func repeatedlyOnSocket(_ events: Int16, _ step: () -> Int) -> Int? {
        while true {
            let result = step()
            if result >= 0 { return result }
            if errno == EINTR { continue }
            guard errno == EAGAIN, MonotonicTime.wait(for: descriptor, events, until: deadline) else { return nil }
        }
    }
}
