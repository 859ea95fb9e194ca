internal import Inspection
internal import Peer
internal import Transport
internal import Wire

/// Who reads along while a session lives: requests that wait for a state, streams of its timeline.
extension Session {
    /// Holds `answer` until `target` is reached, the session is over, or the time has passed.
    func wait(
        _ number: Int, for target: Waiter.Target, until deadline: Instant, at now: Instant, _ answer: @escaping @Sendable (Record) -> Void
    ) {
        guard waiters.count < Self.readers else {
            answer(record(at: now))
            return
        }
        waiters.append(Waiter(number: number, target: target, deadline: deadline, answer: answer))
        answerWaiters(at: now)
    }

    func answerWaiters(at now: Instant) {
        guard !waiters.isEmpty else { return }
        let ready = waiters.filter { $0.deadline <= now || has(reached: $0.target) }
        guard !ready.isEmpty else { return }
        waiters.removeAll { $0.deadline <= now || has(reached: $0.target) }
        let record = record(at: now)
        for waiter in ready { waiter.answer(record) }
    }

    private func has(reached target: Waiter.Target) -> Bool {
        switch (target, peer.connectionState) {
        case (.ended, _): isOver
        case (_, .failed), (_, .closed): true
        case (.connecting, .new): false
        case (.connecting, _): true
        case (.connected, .connected): true
        case (.connected, _): false
        }
    }

    /// Tells a new follower all events after `seq`, and from then on each as it comes.
    func follow(_ number: Int, after seq: Int, _ follower: @escaping Follower) {
        tellFollowers()
        follower(shown(chronicle.timeline.events(after: seq)), base.startedAt, false)
        followers[number] = follower
    }

    /// Whether one more may follow.
    var hasRoomForFollower: Bool { followers.count < Self.readers }

    func tellFollowers() {
        let last = chronicle.timeline.lastSeq
        guard last > followersTold else { return }
        defer { followersTold = last }
        guard !followers.isEmpty else { return }
        let news = shown(chronicle.timeline.events(after: followersTold))
        for follower in followers.values { follower(news, base.startedAt, false) }
    }

    private func shown(_ events: ArraySlice<TimelineEvent>) -> ArraySlice<TimelineEvent> {
        isMasked ? events.map(\.masked)[...] : events
    }

    /// Everybody who waits gets the last word.
    func leave(with record: Record) {
        tellFollowers()
        for waiter in waiters { waiter.answer(record) }
        waiters = []
        for follower in followers.values { follower([], base.startedAt, true) }
        followers = [:]
    }

    /// Requests that wait and streams that follow, of each kind, for one session.
    private static let readers = 64

    /// The facts that the peer had when it was made: its states, its candidates.
    func drainSetup(at now: Instant) {
        while let event = peer.nextEvent() { chronicle.write(event, proof: nil, sent: SentDatagrams()) }
        touch(at: now)
    }

    /// The system or the network refused a datagram of ours.
    func noteFailure(_ failure: PathFailure, at now: Instant) {
        chronicle.facts.noteDiscarded(failure)
        var failure = failure
        (failure.datagrams, failure.bytes) = (0, 0)
        guard chronicle.facts.failedPaths.count < 32, chronicle.facts.failedPaths.insert(failure).inserted else { return }
        chronicle.note(
            .sendFailed, at: now, cause: failure.origin == .network ? "an ICMP message said so" : "this machine said so",
            data: ["remote": .address(failure.path.remote), "why": .text(failure.reason.words)])
        touch(at: now)
    }
}

extension PathFailure.Reason {
    fileprivate var words: String {
        switch self {
        case .connectionRefused: "nobody listens on that port"
        case .networkUnreachable: "there is no route to that network"
        case .hostUnreachable: "the host cannot be reached"
        case .notPermitted: "a packet filter forbids it"
        case .messageTooLong: "it is larger than the path takes"
        case .sourceUnavailable: "our address is gone"
        case .noSocket: "no socket of ours has that address"
        case .queueFull: "the send buffer is full"
        case .other: "the system refused it"
        }
    }
}
