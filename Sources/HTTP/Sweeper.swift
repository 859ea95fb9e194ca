// libmicrohttpd's header brings the socket headers in, and so owns their declarations.
internal import CMicrohttpd
internal import CShims
internal import Glibc
internal import Synchronization

/// Looks through all connections now and then: deadlines, heartbeats, clients that left.
struct Sweeper {
    private let core: Core
    private var nextSweep: Int64 = 0
    private var nextBeat: Int64
    private var nextLook: Int64 = 0
    private var polled: [pollfd] = []
    private var watched: [Connection] = []

    init(core: Core) {
        self.core = core
        nextBeat = Clock.coarseMilliseconds() + core.deadlines.heartbeat
    }

    mutating func sweep(at now: Int64) {
        guard now >= nextSweep else { return }
        nextSweep = now + core.deadlines.sweep
        let isLooking = now >= nextLook
        if isLooking { nextLook = now + min(1000, core.deadlines.heartbeat) }
        polled.removeAll(keepingCapacity: true)
        watched.removeAll(keepingCapacity: true)
        core.table.forEach { connection in
            let (phase, deadline) = connection.phase.current
            switch phase {
            case .opening, .idle, .header, .body, .writing:
                if now >= deadline {
                    end(connection, phase, deadline)
                } else if isLooking, phase != .writing {
                    endIfLeft(connection, phase, deadline)
                }
            case .streaming:
                if isStalled(connection, at: now) {
                    end(connection, phase, deadline)
                } else if isLooking {
                    watch(connection)
                }
            case .handling:
                if isLooking { watch(connection) }
            case .over:
                break
            }
        }
        if isLooking { look() }
        if now >= nextBeat {
            nextBeat = now + core.deadlines.heartbeat
            beat()
        }
    }

    // Under the table's lock, so the descriptor is the connection's own.
    private func end(_ connection: Connection, _ phase: PhaseWord.Phase, _ deadline: Int64) {
        guard connection.isStarted.load(ordering: .acquiring), connection.phase.end(phase, deadline: deadline) else { return }
        switch phase {
        case .header, .body:
            if phase == .header { core.counters.headerTimeouts.increment() } else { core.counters.bodyTimeouts.increment() }
            RawResponse.refuse(connection, .requestTimeout, "The request took too long to arrive.")
            connection.wantsLinger.store(true, ordering: .releasing)
        case .writing, .streaming:
            core.counters.writeTimeouts.increment()
            // What the client does not take is thrown away with the connection.
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(connection.descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        case .opening:
            core.counters.headerTimeouts.increment()
        case .idle, .handling, .over:
            break
        }
        shutdown(connection.descriptor, Int32(SHUT_RDWR))
    }

    // libmicrohttpd's edge-triggered loop overlooks the end of a stream that came together with the last bytes.
    private func endIfLeft(_ connection: Connection, _ phase: PhaseWord.Phase, _ deadline: Int64) {
        var byte: UInt8 = 0
        guard recv(connection.descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) == 0,
            connection.isStarted.load(ordering: .acquiring), connection.phase.end(phase, deadline: deadline)
        else { return }
        shutdown(connection.descriptor, Int32(SHUT_RDWR))
    }

    private func isStalled(_ connection: Connection, at now: Int64) -> Bool {
        guard case .stream(let stream) = connection.attachment.withLock({ $0 }) else { return false }
        return stream.isStalled(for: core.deadlines.write, at: now)
    }

    private mutating func watch(_ connection: Connection) {
        polled.append(pollfd(fd: connection.descriptor, events: shim_http_pollrdhup, revents: 0))
        watched.append(connection)
    }

    /// libmicrohttpd does not watch suspended connections. A client that closed its sending side counts as one that left:
    /// libmicrohttpd would close its connection on resuming, before the answer.
    private mutating func look() {
        guard !polled.isEmpty, poll(&polled, nfds_t(polled.count), 0) > 0 else { return }
        for (index, entry) in polled.enumerated() where entry.revents & (shim_http_pollrdhup | Int16(POLLHUP | POLLERR | POLLNVAL)) != 0 {
            switch watched[index].attachment.withLock({ $0 }) {
            case .none: break
            case .promise(let promise): if promise.isWaiting { promise.abandon() }
            case .stream(let stream): stream.abort()
            }
        }
        watched.removeAll(keepingCapacity: true)
    }

    private func beat() {
        var streams: [any StreamedBody] = []
        core.table.forEach { connection in
            if case .stream(let stream) = connection.attachment.withLock({ $0 }) { streams.append(stream) }
        }
        for stream in streams { stream.beat() }
    }
}
