internal import STUN
internal import Wire

/// A request of ours that is not answered yet.
struct Transaction: Sendable {
    let id: TransactionID
    /// The pair's place in the check list.
    let pair: Int
    let kind: CheckKind
    /// What the request said, so that a retransmission says the same.
    let role: Role
    let tieBreaker: UInt64
    let useCandidate: Bool
    let firstSent: Instant
    var attempts = 1
    /// The present retransmission interval; doubled by each sending (RFC 8489 §6.2.1).
    var interval: Duration
    /// When to send again; nil where it is only waited for: after the last sending, or because it was cancelled.
    var nextSend: Instant?
    var expiry: Instant
    /// RFC 8445 §7.3.1.4: a cancelled transaction is not sent again and its expiry fails nothing, yet a late answer counts.
    var isCancelled = false

    /// Rc of RFC 8489 §6.2.1: sendings of one request.
    static let sendings = 7
    /// Rm: how many first intervals are waited for after the last sending.
    static let lastWait = 16

    var deadline: Instant { nextSend ?? expiry }
}

/// An authenticated request that came before the other end's description, to be acted upon with it.
struct EarlyRequest: Sendable {
    let path: Path
    let priority: UInt32
    var useCandidate: Bool
    let username: [UInt8]
    let at: Instant
}

/// The controlling agent's choice (RFC 8445 §8.1.1).
struct Nomination: Sendable {
    /// The pair a nominating request was sent on and is not answered.
    var pending: Int?
    /// When to stop waiting for a better pair than the relayed one there is.
    var waitEnd: Instant?
    /// A pair that appeared after the selected one; it takes over should that one not answer by `reviewEnd`.
    var challenger: Int?
    var reviewStart: Instant?
    var reviewEnd: Instant?
    /// When the selected pair was selected.
    var selectedAt = Instant.zero

    init(selectedAt: Instant = .zero) { self.selectedAt = selectedAt }
}

/// Consent to send on the active pair (RFC 7675).
struct Consent: Sendable {
    /// When the next consent check is due.
    var next: Instant?
    /// When the first consent check left that no answer came to since; nil when the last one was answered.
    var unansweredSince: Instant?
    /// Whether the state is `disconnected`.
    var isDisconnected = false
}
