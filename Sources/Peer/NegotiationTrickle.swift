public import SDP
internal import Wire

/// What a trickled fragment asks for, held against the session it came to.
public enum Trickle: Sendable {
    /// Candidates of the ICE generation that runs: those that can be used, those that can't and why, and whether more will come.
    case candidates([SignalledCandidate], setAside: [SetAsideCandidate], endOfCandidates: Bool)
    /// New credentials: ICE starts again with them and these candidates. The rest of the parameters stay.
    case restart(RemoteParameters)
}

extension Negotiation {
    /// Reads a fragment for a session with these remote parameters.
    ///
    /// RFC 9725 §4.3.3: a changed username fragment and password are a restart, where RFC 8840 §4.4 would have the fragment
    /// discarded. A fragment without credentials is taken for the generation that runs.
    public static func interpret(_ fragment: Fragment, for remote: RemoteParameters) throws(Refusal) -> Trickle {
        var update = remote
        update.candidates = []
        update.setAside = []
        update.endOfCandidates = fragment.endOfCandidates
        let isRestart = try readCredentials(of: fragment, into: &update)
        // Candidates of earlier fragments count against the same limit.
        let room = isRestart ? Limits.remoteCandidates : max(0, Limits.remoteCandidates - remote.candidates.count)
        for line in fragment.attributes { update.take(line.attribute, mid: nil, isOurs: true) }
        for section in fragment.media {
            let mid = section.mid
            let isOurs = mid == nil || mid == remote.tag || remote.tag == nil
            for line in section.attributes { update.take(line.attribute, mid: mid, isOurs: isOurs) }
        }
        for extra in update.candidates.dropFirst(room) {
            update.setAside.append(
                SetAsideCandidate(
                    text: extra.candidate.text, mid: extra.mid, reason: .beyondLimit,
                    message: "More candidates came than the \(Limits.remoteCandidates) that are kept."))
        }
        update.candidates.removeLast(max(0, update.candidates.count - room))
        return isRestart
            ? .restart(update)
            : .candidates(update.candidates, setAside: update.setAside, endOfCandidates: update.endOfCandidates)
    }

    /// Whether the fragment brings new credentials, which then stand in `update`.
    private static func readCredentials(of fragment: Fragment, into update: inout RemoteParameters) throws(Refusal) -> Bool {
        let line = (fragment.attributes + fragment.media.flatMap(\.attributes)).first {
            switch $0.attribute {
            case .iceUfrag, .icePwd: true
            default: false
            }
        }?.source.number
        switch (fragment.ufrag, fragment.password) {
        case (nil, nil): return false
        case (let ufrag?, nil) where ufrag == update.ufrag: return false
        case (_, nil), (nil, _):
            throw Refusal(
                .restartIncomplete, line: line, section: "RFC 8839 §5.4",
                "A restart brings a new a=ice-ufrag and a new a=ice-pwd together; one of them is missing.")
        case (let ufrag?, let password?):
            if ufrag == update.ufrag, password == update.password { return false }
            // RFC 8445 §9 changes both; one alone would mix the checks of two generations.
            guard ufrag != update.ufrag, password != update.password else {
                throw Refusal(
                    .restartReused, line: line, section: "RFC 8445 §9",
                    "A restart changes both a=ice-ufrag and a=ice-pwd; one of them is still the old one.")
            }
            update.ufrag = ufrag
            update.password = password
            return true
        }
    }

    /// The fragment that answers a restart: our new credentials and all our candidates (RFC 9725 §4.3.3).
    public static func restartAnswer(with local: LocalParameters, for remote: RemoteParameters) -> Fragment {
        let tagged = remote.media.first { $0.mid == remote.tag } ?? remote.media.first { $0.isAccepted }
        // RFC 9725 §4.3.3: the ICE options stay what they were.
        return Fragment(
            ufrag: local.ufrag, password: local.password, iceOptions: remote.iceOptions.filter { $0 == "trickle" || $0 == "ice2" },
            kind: tagged?.kind ?? "application", mid: remote.tag ?? "0", candidates: local.candidates, endOfCandidates: true)
    }
}
