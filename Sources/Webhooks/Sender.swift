internal import Glibc
internal import Synchronization
internal import Wire

/// Sends messages to receivers, each on a thread of its own: who sends never waits, and a receiver in trouble delays no other.
///
/// When what is sent again is `Schedule`'s to say; here are the clock, the thread and the socket.
public final class Sender: Sendable {
    private let lines: [Line]

    /// - Parameters:
    ///   - secret: what messages are signed with; nil for none.
    ///   - agent: the value of User-Agent.
    ///   - wallSeconds: Unix time, for the signature.
    ///   - timeout: how long one try may take.
    public init(
        _ receivers: [Receiver], secret: String?, agent: String, patience: Schedule.Patience = Schedule.Patience(),
        timeout: Duration = .seconds(10), wallSeconds: @escaping @Sendable () -> Int64
    ) {
        let signature = secret.map { Signature(secret: $0) }
        let trust = receivers.contains(where: \.isSecure) ? TrustStore() : nil
        lines = receivers.map { receiver in
            Line(
                receiver: receiver, signature: signature, trust: trust, agent: agent, patience: patience, timeout: timeout,
                wallSeconds: wallSeconds)
        }
        for line in lines { line.start() }
    }

    deinit { for line in lines { line.stop() } }

    /// Queues a message for every receiver. Takes a short lock for each.
    /// - Parameter id: the same for each receiver and in each try.
    public func send(id: String, event: String, body: [UInt8]) {
        for line in lines { line.add(Delivery(id: id, event: event, body: body, queuedAt: MonotonicTime.now)) }
    }

    /// What became of the messages, of all receivers together.
    public var counts: Schedule.Counts {
        lines.reduce(into: Schedule.Counts()) { sum, line in
            let counts = line.counts
            sum.delivered &+= counts.delivered
            sum.failed &+= counts.failed
            sum.dropped &+= counts.dropped
            sum.retries &+= counts.retries
        }
    }

    /// Messages that wait or are under way.
    public var queued: Int { lines.reduce(0) { $0 + $1.queued } }

    /// Waits until what is due now was tried, for at most that long, and ends.
    /// - Returns: how many messages were left.
    @discardableResult
    public func stop(flush limit: Duration) -> Int {
        let deadline = MonotonicTime.now + limit
        while lines.contains(where: \.isBusy), MonotonicTime.now < deadline { poll(nil, 0, 5) }
        for line in lines { line.stop() }
        return queued
    }
}

/// The messages of one receiver, and the thread that sends them.
private final class Line: Sendable {
    private struct State {
        var schedule: Schedule
        var isStopped = false
    }

    private let state: Mutex<State>
    private let receiver: Receiver
    private let signature: Signature?
    private let trust: TrustStore?
    private let agent: String
    private let timeout: Duration
    private let wallSeconds: @Sendable () -> Int64
    /// A pair of sockets: written to at one end to wake the thread, which waits at the other.
    private let bell: (ring: Int32, hear: Int32)

    init(
        receiver: Receiver, signature: Signature?, trust: TrustStore?, agent: String, patience: Schedule.Patience, timeout: Duration,
        wallSeconds: @escaping @Sendable () -> Int64
    ) {
        state = Mutex(State(schedule: Schedule(patience, random: .system)))
        self.receiver = receiver
        self.signature = signature
        self.trust = trust
        self.agent = agent
        self.timeout = timeout
        self.wallSeconds = wallSeconds
        var pair: [Int32] = [-1, -1]
        socketpair(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &pair)
        bell = (pair[0], pair[1])
    }

    deinit {
        close(bell.ring)
        close(bell.hear)
    }

    var counts: Schedule.Counts { state.withLock { $0.schedule.counts } }
    var queued: Int { state.withLock { $0.schedule.count } }

    /// Whether something is under way or due now.
    var isBusy: Bool {
        state.withLock { state in
            guard state.schedule.count > 0 else { return false }
            return state.schedule.nextDeadline.map { $0 <= MonotonicTime.now } ?? true
        }
    }

    func add(_ delivery: Delivery) {
        state.withLock { $0.schedule.add(delivery, at: MonotonicTime.now) }
        ring()
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        ring()
    }

    private func ring() {
        // A full pair rings already.
        var one: UInt8 = 1
        send(bell.ring, &one, 1, Int32(MSG_NOSIGNAL))
    }

    func start() {
        var thread = pthread_t()
        // unsafe: the thread takes the reference over and gives it back when it ends.
        let line = Unmanaged.passRetained(self)
        let result = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Line>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, line.toOpaque())
        if result == 0 { pthread_detach(thread) } else { line.release() }
    }

    private func run() {
        while true {
            let now = MonotonicTime.now
            let (delivery, deadline, isStopped) = state.withLock { state in
                (state.isStopped ? nil : state.schedule.next(at: now), state.schedule.nextDeadline, state.isStopped)
            }
            if isStopped { return }
            guard let delivery else {
                rest(until: deadline)
                continue
            }
            let attempt = post(delivery).send(trust: trust, within: timeout)
            state.withLock { $0.schedule.note(attempt, at: MonotonicTime.now) }
        }
    }

    private func rest(until deadline: Instant?) {
        _ = MonotonicTime.wait(for: bell.hear, Int16(POLLIN), until: deadline ?? MonotonicTime.now + .seconds(3600))
        var rung = [UInt8](repeating: 0, count: 8)
        while recv(bell.hear, &rung, rung.count, 0) > 0 {}
    }

    private func post(_ delivery: Delivery) -> Post {
        let timestamp = wallSeconds()
        var fields = [
            ("Content-Type", "application/json"), ("User-Agent", agent), ("webhook-id", delivery.id),
            ("webhook-timestamp", String(timestamp)),
        ]
        if let signature {
            fields.append(("webhook-signature", signature.value(id: delivery.id, timestamp: timestamp, body: delivery.body)))
        }
        return Post(receiver: receiver, fields: fields, body: delivery.body)
    }
}
