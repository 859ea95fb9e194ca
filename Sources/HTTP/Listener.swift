// libmicrohttpd's header brings the socket headers in, and so owns their declarations.
internal import CMicrohttpd
internal import Glibc

/// A listening socket.
struct Listener: Sendable {
    let descriptor: Int32
    /// Where it listens, with the port the system chose.
    let endpoint: Server.Endpoint

    /// Opens every address of every endpoint, or none.
    static func open(_ endpoints: [Server.Endpoint]) throws(ServerError) -> [Listener] {
        var listeners: [Listener] = []
        do throws(ServerError) {
            for endpoint in endpoints { try open(endpoint, into: &listeners) }
            if listeners.isEmpty { throw .cannotStart("no address to listen on") }
        } catch {
            for listener in listeners { close(listener.descriptor) }
            throw error
        }
        return listeners
    }

    private static func open(_ endpoint: Server.Endpoint, into listeners: inout [Listener]) throws(ServerError) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(endpoint.host, String(endpoint.port), &hints, &list)
        guard code == 0, let list else {
            throw .cannotBind(endpoint.description, reason: String(cString: gai_strerror(code)))
        }
        defer { freeaddrinfo(list) }
        var opened = 0
        var port = endpoint.port
        var failure: Int32 = EADDRNOTAVAIL
        var next: UnsafeMutablePointer<addrinfo>? = list
        while let entry = next {
            next = entry.pointee.ai_next
            do throws(SystemError) {
                let listener = try open(entry.pointee, host: endpoint.host, port: port)
                listeners.append(listener)
                // "localhost" on a port of the system's choice: the same port in both families.
                port = listener.endpoint.port
                opened += 1
            } catch {
                // A family that this machine has not, beside one that it has, is no failure.
                if opened > 0 && (error.code == EADDRNOTAVAIL || error.code == EAFNOSUPPORT) { continue }
                failure = error.code
                if error.code != EADDRNOTAVAIL && error.code != EAFNOSUPPORT { opened = 0; break }
            }
        }
        if opened == 0 {
            throw .cannotBind(endpoint.description, reason: String(cString: strerror(failure)))
        }
    }

    private struct SystemError: Error { let code: Int32 }

    private static func open(_ entry: addrinfo, host: String, port: UInt16) throws(SystemError) -> Listener {
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(entry.ai_family, flags, 0)
        guard descriptor >= 0 else { throw SystemError(code: errno) }
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        if entry.ai_family == AF_INET6 {
            var only: Int32 = host == "::" ? 0 : 1
            setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &only, socklen_t(MemoryLayout<Int32>.size))
        }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // unsafe: getaddrinfo's addresses are no longer than a sockaddr_storage; the port is at the same place in both families.
        let isListening = withUnsafeMutableBytes(of: &storage) { bytes in
            guard let start = bytes.baseAddress, let source = entry.ai_addr, Int(entry.ai_addrlen) <= bytes.count else { return false }
            start.copyMemory(from: source, byteCount: Int(entry.ai_addrlen))
            bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
            let address = start.assumingMemoryBound(to: sockaddr.self)
            return bind(descriptor, address, entry.ai_addrlen) == 0 && listen(descriptor, 1024) == 0
                && getsockname(descriptor, address, &length) == 0
        }
        guard isListening else {
            let code = errno
            close(descriptor)
            throw SystemError(code: code)
        }
        return Listener(descriptor: descriptor, endpoint: Server.Endpoint(host: host, port: PeerAddress(&storage).port))
    }
}
