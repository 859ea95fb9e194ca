internal import CShims
internal import Wire

/// One handshake's object in the library, and the calls into it.
///
/// Every call runs at the `now` it is given and leaves its datagrams, notes and error in memory of the calling thread,
/// where they stand until the next call.
final class Machine {
    enum Outcome { case done, wantsMore, failed, closedByPeer }

    private let handle: OpaquePointer

    init?(context: Context, role: Role, requiresSRTP: Bool, initialTimeout: Duration, judge: shim_dtls_judge) {
        let microseconds = UInt32(clamping: max(1000, initialTimeout.nanoseconds / 1000))
        guard
            let handle = shim_dtls_new(
                context.handle, role == .server ? 1 : 0, requiresSRTP ? 1 : 0, Int32(Limits.datagramBytes), microseconds, judge)
        else { return nil }
        self.handle = handle
    }

    deinit { shim_dtls_free(handle) }

    /// Lends a datagram to the calls that `body` makes.
    func lend(_ datagram: Span<UInt8>, of owner: Connection, _ body: () -> Void) {
        // unsafe: the library sees the bytes and the owner until take_back, within the lifetime of both.
        datagram.withUnsafeBufferPointer {
            shim_dtls_lend(handle, Unmanaged.passUnretained(owner).toOpaque(), $0.baseAddress, $0.count)
            body()
            shim_dtls_take_back(handle)
        }
    }

    func handshake(at now: Instant) -> Outcome { outcome(shim_dtls_handshake(handle, now.nanoseconds)) }

    /// Reads one record of application data into `buffer`.
    func read(into buffer: UnsafeMutablePointer<UInt8>, at now: Instant) -> (Outcome, count: Int) {
        var count = Int(shim_dtls_buffer_size)
        let outcome = outcome(shim_dtls_read(handle, now.nanoseconds, buffer, &count))
        return (outcome, count)
    }

    func write(_ data: Span<UInt8>, at now: Instant) -> Outcome {
        // unsafe: the library copies the bytes within the call.
        data.withUnsafeBufferPointer {
            guard let start = $0.baseAddress else { return .failed }
            return outcome(shim_dtls_write(handle, now.nanoseconds, start, $0.count))
        }
    }

    func close(at now: Instant) -> Outcome { outcome(shim_dtls_close(handle, now.nanoseconds)) }

    /// `.done` where a flight was sent again.
    func handleTimeout(at now: Instant) -> Outcome { outcome(shim_dtls_handle_timeout(handle, now.nanoseconds)) }

    /// When the retransmission timer runs out; nil where none runs.
    func retransmission(after now: Instant) -> Instant? {
        let microseconds = shim_dtls_timeout(handle, now.nanoseconds)
        return microseconds < 0 ? nil : now + .microseconds(microseconds)
    }

    func releaseBuffers() { shim_dtls_release_buffers(handle) }

    private func outcome(_ result: shim_dtls_result) -> Outcome {
        switch result {
        case shim_dtls_done: .done
        case shim_dtls_wants_more: .wantsMore
        case shim_dtls_closed_by_peer: .closedByPeer
        default: .failed
        }
    }

    // What the last call left.

    /// Hands over the datagrams that the last call wrote.
    static func forEachOutput(_ body: (Span<UInt8>) -> Void) {
        var index: Int32 = 0
        var count = 0
        while let start = shim_dtls_output(index, &count) {
            // unsafe: this thread's output stands until the next call into the library, and `body` makes none.
            body(Span(_unsafeStart: start, count: count))
            index += 1
        }
    }

    static func forEachNote(_ body: (shim_dtls_note) -> Void) {
        for index in 0..<shim_dtls_note_count() { body(shim_dtls_note(index)) }
    }

    /// The ClientHello that the last call took in, parsed.
    static func clientHello() -> ClientHello? {
        var count = 0
        guard let start = shim_dtls_client_hello(&count), count > HandshakeFragment.headerCount else { return nil }
        // unsafe: as above.
        let message = Span(_unsafeStart: start, count: count)
        return ClientHello(parsing: message.extracting(droppingFirst: HandshakeFragment.headerCount))
    }

    /// The reason number and words of the last call's error.
    static func error() -> (reason: Int, text: String) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { text in
            guard let start = text.baseAddress else { return (0, "") }
            let reason = shim_dtls_error(start, text.count)
            return (Int(reason), String(cString: start))
        }
    }

    // Facts of the handshake.

    var lacksSRTP: Bool { shim_dtls_lacks_srtp(handle) == 1 }
    var srtpProfile: SRTPProfile? { SRTPProfile(rawValue: shim_dtls_srtp_profile(handle)) }
    var version: UInt16 { shim_dtls_version(handle) }
    var hasExtendedMasterSecret: Bool { shim_dtls_has_extended_master_secret(handle) == 1 }

    var cipher: (number: UInt16, name: String) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 96) { text in
            guard let start = text.baseAddress else { return (0, "") }
            let number = shim_dtls_cipher(handle, start, text.count)
            return (number, String(cString: start))
        }
    }

    var group: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
            guard let start = text.baseAddress else { return "" }
            shim_dtls_group(handle, start, text.count)
            return String(cString: start)
        }
    }

    /// RFC 5705 §4, without a context.
    func export(label: String, count: Int) -> [UInt8]? {
        var secret = [UInt8](repeating: 0, count: count)
        // unsafe: the library writes `count` bytes within the call.
        let done = secret.withUnsafeMutableBufferPointer { output in
            output.baseAddress.map { shim_dtls_export(handle, label, $0, output.count) } ?? 0
        }
        return done == 1 ? secret : nil
    }
}
