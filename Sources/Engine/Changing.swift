internal import ICE
public import Inspection
internal import Peer
internal import SDP
internal import Wire

/// What a PATCH is conditional on.
public enum TagCondition: Sendable {
    /// `If-Match: *`
    case any
    /// One of these.
    case oneOf([String])
}

/// What came of a PATCH.
public enum Patched: Sendable {
    case accepted
    case restarted(fragment: String, tag: String)
    case refused(Record.Refusal)
    /// The entity tag is that of another ICE session.
    case mismatch
    /// It ended in between.
    case gone
}

extension PeerEngine {
    /// Trickled candidates, or a restart (RFC 9725 §4.3).
    public func patch(
        _ id: String, _ body: [UInt8], condition: TagCondition, completion: @escaping @Sendable (Patched) -> Void
    ) -> Asked {
        let fragment: Fragment
        do throws(SDPError) {
            fragment = try Fragment(parsing: body.span)
        } catch {
            guard hub.registry.contains(id) else { return .notLive }
            completion(.refused(Record.Refusal(Refusal(error))))
            return .asked
        }
        return ask(id) { loop, session, now, outbox in
            guard let session, let remote = session.peer.remote else { return completion(.gone) }
            let trickle: Trickle
            do throws(Refusal) {
                trickle = try Negotiation.interpret(fragment, for: remote)
            } catch {
                return completion(.refused(Record.Refusal(error)))
            }
            if case .oneOf(let tags) = condition, !tags.contains(session.tag) { return completion(.mismatch) }
            switch trickle {
            case .candidates(let candidates, let setAside, let endOfCandidates):
                session.chronicle.note(
                    .trickleReceived, at: now, data: ["candidates": Facts.Value(candidates.count), "setAside": Facts.Value(setAside.count)])
                session.run(at: now, into: &outbox) { peer, outbox in
                    peer.addRemoteCandidates(
                        candidates.map(\.candidate), endOfCandidates: endOfCandidates, at: now, into: &outbox)
                }
                loop.settle(session, at: now, into: &outbox)
                completion(.accepted)
            case .restart(let update):
                // RFC 9725 §4.3.3: a restart is asked for with `If-Match: *`; under the tag of the session that runs, other
                // credentials are those of another session.
                guard case .any = condition else { return completion(.mismatch) }
                guard session.peer.agent.generation < Limits.restarts else {
                    return completion(
                        .refused(
                            Record.Refusal(
                                status: 429, code: "too-many-restarts",
                                detail: "ICE was restarted \(Limits.restarts) times; make a new session instead.")))
                }
                let answer = loop.restart(session, with: update, at: now, into: &outbox)
                completion(.restarted(fragment: answer.serialize(), tag: session.tag))
            }
        }
    }

    /// Ends a live session because a DELETE asked for it.
    ///
    /// - Parameter completion: gets the session's last record; nil where it ended in between.
    public func delete(_ id: String, completion: @escaping @Sendable (Record?) -> Void) -> Asked {
        ask(id) { loop, session, now, outbox in
            guard let session else { return completion(nil) }
            session.chronicle.note(.closeRequested, at: now)
            loop.end(session, .closedByDelete, at: now, into: &outbox)
            completion(session.last)
        }
    }
}

extension Record.Refusal {
    init(_ refusal: Refusal) {
        self.init(
            status: refusal.status, code: refusal.code, detail: refusal.message, line: refusal.line, column: refusal.column,
            section: refusal.section)
    }
}
