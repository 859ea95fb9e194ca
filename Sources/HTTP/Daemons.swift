internal import CMicrohttpd
internal import Glibc
internal import Synchronization

/// The libmicrohttpd daemons: one thread each, no listening socket; connections are handed to them in turn.
final class Daemons: Sendable {
    /// libmicrohttpd's pointer; MHD_add_connection may be called from any thread.
    private struct Daemon: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    private let running: Mutex<[Daemon]>
    private let next = Atomic<Int>(0)

    init(core: Core) throws(ServerError) {
        var daemons: [Daemon] = []
        for _ in 0..<max(1, core.configuration.threads) {
            guard let daemon = Daemons.start(core) else {
                for daemon in daemons { MHD_stop_daemon(daemon.pointer) }
                if core.configuration.tls != nil { throw .tls("libmicrohttpd does not accept them") }
                throw .cannotStart("libmicrohttpd: \(String(cString: strerror(errno)))")
            }
            daemons.append(Daemon(pointer: daemon))
        }
        running = Mutex(daemons)
    }

    private static func start(_ core: Core) -> OpaquePointer? {
        var flags =
            MHD_USE_EPOLL.rawValue | MHD_USE_INTERNAL_POLLING_THREAD.rawValue
            | MHD_USE_NO_LISTEN_SOCKET.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
        if core.configuration.tls != nil { flags |= MHD_USE_TLS.rawValue }
        let context = Unmanaged.passUnretained(core).toOpaque()
        var options = [
            item(.SIGPIPE_HANDLED_BY_APP, 1),
            // Our own limits are lower; this one closes without telling us.
            item(.CONNECTION_LIMIT, 1 << 20),
            item(.NOTIFY_CONNECTION, address(of: connectionChanged), context),
            item(.NOTIFY_COMPLETED, address(of: requestCompleted), context),
            item(.URI_LOG_CALLBACK, address(of: requestLineArrived), context),
            item(.UNESCAPE_CALLBACK, address(of: leaveEscaped)),
        ]
        return withOptionalCString(core.configuration.tls?.certificate) { certificate in
            withOptionalCString(core.configuration.tls?.key) { key in
                if let certificate, let key {
                    options.append(item(.HTTPS_MEM_CERT, 0, UnsafeMutableRawPointer(mutating: certificate)))
                    options.append(item(.HTTPS_MEM_KEY, 0, UnsafeMutableRawPointer(mutating: key)))
                }
                options.append(item(.END, 0))
                return options.withUnsafeMutableBufferPointer { items in
                    guard let start = items.baseAddress else { return nil }
                    return withVaList([MHD_OPTION.ARRAY.rawValue, start, MHD_OPTION.END.rawValue]) { arguments in
                        MHD_start_daemon_va(flags, 0, nil, nil, accessed, context, arguments)
                    }
                }
            }
        }
    }

    // An option that is a function has it as the number and its context as the pointer.
    private static func item(_ option: MHD_OPTION, _ value: Int, _ pointer: UnsafeMutableRawPointer? = nil) -> MHD_OptionItem {
        MHD_OptionItem(option: option, value: value, ptr_value: pointer)
    }

    // unsafe: a C function pointer is as wide as an Int on every platform of ours; libmicrohttpd casts it back.
    private static func address<Function>(of function: Function) -> Int {
        unsafeBitCast(function, to: Int.self)
    }

    private static func withOptionalCString<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
        guard let text else { return body(nil) }
        return text.withCString(body)
    }

    /// Hands a connection over; libmicrohttpd closes the descriptor from then on, also where it refuses.
    func add(_ connection: Connection, address: inout sockaddr_storage, length: socklen_t) {
        let daemon: Daemon? = running.withLock { running in
            if running.isEmpty { return nil }
            return running[next.wrappingAdd(1, ordering: .relaxed).oldValue % running.count]
        }
        guard let daemon else {
            _ = connection.core.table.remove(connection)
            close(connection.descriptor)
            return
        }
        // unsafe: the storage holds `length` bytes of an address.
        let isTaken = withUnsafeBytes(of: &address) { bytes in
            bytes.baseAddress.map {
                MHD_add_connection(daemon.pointer, connection.descriptor, $0.assumingMemoryBound(to: sockaddr.self), length)
            }
        }
        if isTaken != .YES { _ = connection.core.table.remove(connection) }
    }

    /// Ends all connections and threads. Nothing may be suspended any more.
    func stop() {
        let daemons = running.withLock { running in
            defer { running = [] }
            return running
        }
        for daemon in daemons { MHD_stop_daemon(daemon.pointer) }
    }
}
