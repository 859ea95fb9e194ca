internal import CShims
internal import Wire

/// What a loop's thread works with, whatever its handler.
final class LoopGear {
    let sockets: LoopSockets
    let monitor: InterfaceMonitor?
    let configuration: LoopConfiguration
    let receiver: Receiver

    init(
        _ sockets: LoopSockets, monitor: consuming InterfaceMonitor?, mailboxDescriptor: Int32, _ configuration: LoopConfiguration
    ) throws(SocketError) {
        self.sockets = sockets
        self.configuration = configuration
        guard let receiver = Receiver(slotBytes: configuration.slotBytes) else {
            throw .failed(call: "calloc", errno: 12, address: nil)
        }
        self.receiver = receiver
        try sockets.add(descriptor: mailboxDescriptor, key: LoopSockets.Key.mailbox)
        let watched = monitor?.descriptor
        self.monitor = monitor
        if let watched { try sockets.add(descriptor: watched, key: LoopSockets.Key.monitor) }
    }
}

/// The turns of a loop: sleep, read, commands, timer, send.
///
/// A flood on one socket holds up nothing else: after each batch of 64 the timer is served when it is due, and after
/// `datagramsPerTurn` the other sockets and the mailbox have their turn.
struct LoopCore<Handler: LoopHandler & ~Copyable>: ~Copyable {
    private let gear: LoopGear
    private let mailbox: Mailbox<Handler.Command>
    private var handler: Handler
    private var sender: Sender<KernelSendCall>
    private var outbox = Outbox()
    private var flush = FlushPlan()
    private var commands: [Handler.Command] = []
    private let ready: UnsafeMutablePointer<shim_ready>
    private(set) var statistics = LoopStatistics()

    private static var readyCapacity: Int { 64 }
    /// Commands between two looks at the timer.
    private static var commandsPerBatch: Int { 64 }
    /// ICMP errors read from one socket in a turn.
    private static var errorsPerTurn: Int { 64 }

    init(_ gear: LoopGear, mailbox: Mailbox<Handler.Command>, handler: consuming Handler) {
        self.gear = gear
        self.mailbox = mailbox
        self.handler = handler
        sender = Sender(KernelSendCall(), retryBytes: gear.configuration.retryBytes)
        ready = .allocate(capacity: Self.readyCapacity)
    }

    deinit { ready.deallocate() }

    /// One turn; false where it was the last.
    mutating func turn() -> Bool {
        let count = waitForWork()
        let start = MonotonicClock.now
        for index in 0..<count {
            let event = ready[index]
            switch event.key {
            case LoopSockets.Key.mailbox:
                mailbox.clearWakeUp()
            case LoopSockets.Key.monitor:
                if gear.monitor?.drain() == true { handler.interfacesChanged(at: start, into: &outbox) }
            default:
                serve(event)
            }
        }
        let mustStop = handleCommands()
        settle(at: MonotonicClock.now)
        statistics.turns &+= 1
        statistics.longestTurn = max(statistics.longestTurn, MonotonicClock.now - start)
        return !mustStop
    }

    /// The handler's goodbye.
    mutating func finish() {
        let now = MonotonicClock.now
        handler.stop(at: now, into: &outbox)
        handler.finishBatch(at: now, into: &outbox)
        send(at: now)
        _ = mailbox.shut()
    }

    /// Waits for input, post or the deadline; how many descriptors are ready.
    private mutating func waitForWork() -> Int {
        var nanoseconds: Int64 = 0
        if mailbox.prepareToSleep() {
            nanoseconds = handler.nextDeadline.map { max(0, ($0 - MonotonicClock.now).nanoseconds) } ?? -1
        }
        let count = shim_epoll_wait(gear.sockets.epoll, ready, UInt32(Self.readyCapacity), nanoseconds)
        precondition(count >= 0, "the epoll descriptor is the loop's own and open")
        return Int(count)
    }

    private mutating func serve(_ event: shim_ready) {
        guard let slot = gear.sockets.slot(of: event.key) else { return }
        if event.what & SHIM_ERROR != 0 { readErrors(slot) }
        if event.what & SHIM_WRITABLE != 0, !slot.waiting.isEmpty, !sender.resume(slot, counting: &statistics) {
            gear.sockets.watchWritable(Int(event.key - LoopSockets.Key.firstSocket), false)
        }
        // Reading takes a pending error off the socket too, which would wake the loop for ever.
        if event.what & (SHIM_READABLE | SHIM_ERROR) != 0 { read(slot) }
    }

    private mutating func read(_ slot: SocketSlot) {
        var left = gear.configuration.datagramsPerTurn
        while left > 0 {
            let limit = min(left, Int(SHIM_BATCH))
            let count: Int
            switch gear.receiver.receive(from: slot, limit: limit) {
            case .empty: return
            case .failed:
                // The word of an earlier datagram, taken off by this very call; what it says stands in the error queue.
                readErrors(slot)
                left -= limit
                continue
            case .received(let received): count = received
            }
            let now = MonotonicClock.now
            gear.receiver.deliver(count, from: slot, to: &handler, at: now, into: &outbox, counting: &statistics)
            settle(at: now)
            left -= count
            if count < limit { return }
        }
    }

    private mutating func readErrors(_ slot: SocketSlot) {
        var error = shim_network_error()
        for _ in 0..<Self.errorsPerTurn {
            guard shim_receive_error(slot.socket.descriptor, &error) == 1 else { return }
            guard let failure = PathFailure(error, on: slot.socket.localAddress) else { continue }
            statistics.networkErrors &+= 1
            sender.note(failure, counting: &statistics)
        }
    }

    private mutating func handleCommands() -> Bool {
        let mustStop = mailbox.take(into: &commands)
        guard !commands.isEmpty else { return mustStop }
        var now = MonotonicClock.now
        for (index, command) in commands.enumerated() {
            handler.handle(command, at: now, into: &outbox)
            if index % Self.commandsPerBatch == Self.commandsPerBatch - 1 {
                settle(at: now)
                now = MonotonicClock.now
            }
        }
        statistics.commands &+= UInt64(commands.count)
        commands.removeAll(keepingCapacity: true)
        return mustStop
    }

    /// After a batch: the timer where it is due, the handler's events, and everything that shall leave.
    private mutating func settle(at now: Instant) {
        if let deadline = handler.nextDeadline, deadline <= now {
            statistics.timeouts &+= 1
            statistics.latestTimeout = max(statistics.latestTimeout, now - deadline)
            handler.timeout(at: now, into: &outbox)
        }
        handler.finishBatch(at: now, into: &outbox)
        send(at: now)
    }

    private mutating func send(at now: Instant) {
        // Facts about failures may make the handler speak once more; what fails then is told in the next turn.
        for _ in 0..<2 {
            flush.send(&outbox, through: gear.sockets, by: &sender, counting: &statistics)
            let failures = sender.takeFailures()
            guard !failures.isEmpty else { return }
            for failure in failures { handler.fail(failure, at: now) }
            handler.finishBatch(at: now, into: &outbox)
        }
        flush.send(&outbox, through: gear.sockets, by: &sender, counting: &statistics)
    }
}

/// Sorts an outbox by the sockets its datagrams leave through.
struct FlushPlan {
    private var routes: [Int32] = []
    private var indices: [Int32] = []

    /// Sends and empties the outbox.
    mutating func send<Call: SendCall>(
        _ outbox: inout Outbox, through sockets: LoopSockets, by sender: inout Sender<Call>, counting statistics: inout LoopStatistics
    ) {
        guard !outbox.isEmpty else { return }
        defer { outbox.removeAll() }
        routes.removeAll(keepingCapacity: true)
        var lastLocal: TransportAddress?
        var last: Int32 = -1
        for datagram in outbox.datagrams {
            if datagram.path.local != lastLocal {
                lastLocal = datagram.path.local
                last = sockets.index(serving: datagram.path.local).map(Int32.init) ?? -1
            }
            routes.append(last)
            if last < 0 {
                sender.note(PathFailure(path: datagram.path, reason: .noSocket), bytes: datagram.count, counting: &statistics)
            }
        }
        var first = 0
        while let next = routes[first...].firstIndex(where: { $0 >= 0 }) {
            let route = routes[next]
            indices.removeAll(keepingCapacity: true)
            for position in next..<routes.count where routes[position] == route {
                indices.append(Int32(position))
                routes[position] = -1
            }
            if let slot = sockets.slots[Int(route)], sender.send(outbox, at: indices, on: slot, counting: &statistics) {
                sockets.watchWritable(Int(route), true)
            }
            first = next + 1
        }
    }
}

extension PathFailure {
    /// What the network sent back; nil for the kernel's own echo of an error that `send` has told already.
    init?(_ error: shim_network_error, on bound: TransportAddress) {
        guard error.origin == 2 || error.origin == 3, let remote = TransportAddress(error.remote) else { return nil }
        let local = bound.ip.isUnspecified ? IPAddress(error.local) ?? bound.ip : bound.ip
        self.init(
            path: Path(local: TransportAddress(local, bound.port), remote: remote),
            reason: .init(errno: error.error), origin: .network, errno: error.error,
            maximumTransmissionUnit: error.mtu == 0 ? nil : Int(error.mtu),
            offender: IPAddress(error.offender))
    }
}
