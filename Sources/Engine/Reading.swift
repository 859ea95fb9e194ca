public import Inspection
internal import Peer
internal import SDP
internal import Wire

/// What readers ask of a live session.
extension PeerEngine {
    /// The facts of a live session, now; nil where none of that id lives. Copied on the caller's thread.
    public func record(of id: String) -> Record? {
        guard let place = hub.registry.place(of: id) else { return nil }
        return gates[place.loop].read { $0.session(id)?.record(at: Clock.now) }
    }

    /// The samples of a live session that are not in history, as a packed chunk and its first time (Unix ms); nil where it has none.
    public func samples(of id: String) -> (firstAt: Int64, chunk: [UInt8])? {
        guard let place = hub.registry.place(of: id) else { return nil }
        return gates[place.loop].read { loop in
            loop.session(id).flatMap { $0.samples.rows > 0 ? ($0.samples.firstAt, $0.samples.chunk) : nil }
        }
    }

    /// The state a request may wait for.
    public enum Awaited: String, Sendable, CaseIterable {
        case connecting, connected, ended
    }

    /// The facts of a live session once it has reached a state, is over, or the time has passed.
    ///
    /// - Parameter number: names the one who waits, to `unwait`; the caller's own choice.
    public func wait(
        for awaited: Awaited, of id: String, number: Int, timeout: Duration, completion: @escaping @Sendable (Record?) -> Void
    ) -> Asked {
        ask(id) { loop, session, now, outbox in
            guard let session else { return completion(nil) }
            let target: Session.Waiter.Target =
                switch awaited {
                case .connecting: .connecting
                case .connected: .connected
                case .ended: .ended
                }
            session.wait(number, for: target, until: now + timeout, at: now) { completion($0) }
            loop.settle(session, at: now, into: &outbox)
        }
    }

    /// Who waited has left: nothing is held for it any more, and its completion is never called.
    public func unwait(_ id: String, number: Int) {
        _ = ask(id) { loop, session, _, _ in
            guard let session else { return }
            loop.forgetWaiter(number, of: session)
        }
    }

    /// Follows the timeline of a live session from after `seq` on.
    ///
    /// - Parameters:
    ///   - number: names the follower, to `unfollow`; the caller's own choice.
    ///   - started: told first, and once, what came of it; only for `.following` is `follower` called.
    ///   - follower: gets events with the session's start (µs since 1970), and whether the session is over.
    public func follow(
        _ id: String, number: Int, after seq: Int, started: @escaping @Sendable (Following) -> Void,
        follower: @escaping @Sendable (_ events: ArraySlice<TimelineEvent>, _ startedAt: Int64, _ isOver: Bool) -> Void
    ) -> Asked {
        ask(id) { _, session, _, _ in
            guard let session else { return started(.ended) }
            guard session.hasRoomForFollower else { return started(.full) }
            started(.following)
            session.follow(number, after: seq, follower)
        }
    }

    /// What came of asking to follow a session.
    public enum Following: Sendable {
        case following
        /// As many follow it as may.
        case full
        /// It ended meanwhile: look into history.
        case ended
    }

    public func unfollow(_ id: String, number: Int) {
        _ = ask(id) { _, session, _, _ in session?.followers[number] = nil }
    }
}
