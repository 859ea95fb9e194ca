internal import Inspection
internal import Peer
internal import SCTP
internal import Wire

/// One live session on its loop: a peer, what is written down about it, and who waits for it.
final class Session {
    let id: String
    let slot: Int
    let peer: PeerConnection
    /// What is known from the request and never changes.
    var base: Record
    var chronicle: Chronicle
    /// Our ICE session as an entity tag: new with each restart.
    var tag: String
    var traffic = Traffic()
    /// Its figures second by second, and when they were last written, Unix ms.
    var samples = SampleLog()
    var samplesSavedAt: Int64 = 0
    /// When the peer ended, and the words for why.
    var endedAt: Instant?
    var closeDetail: String?
    /// Whether its records are without addresses of its peer.
    var isMasked = false
    /// What an operator was told of it.
    var told = Told()
    /// What was written when it ended.
    var last: Record?
    /// The paths whose datagrams the loop hands to this session.
    var paths: [Path] = []
    /// The local username fragment it is found by before a path is known.
    var waiters: [Waiter] = []
    var followers: [Int: Follower] = [:]
    var followersTold = 0
    /// Evidence that left in this step, for the events that it proves.
    private var sent = SentDatagrams()
    /// When what changed is to be published and written; nil where nothing did.
    var flushAt: Instant?
    var lastFlush: Instant?
    /// When its facts are first written whole, if it still lives then: its row is written before.
    var documentAt: Instant { chronicle.start + .milliseconds(900) }
    /// What the last writing cost: one with a long story is written less often.
    var flushCost: Duration = .zero

    /// Datagrams and payload bytes of this session, checks included.
    struct Traffic {
        var packetsSent = 0
        var packetsReceived = 0
        var bytesSent = 0
        var bytesReceived = 0
    }

    /// A request that is held until a state is reached, or a time.
    struct Waiter {
        /// Names it, for one whose client has left.
        let number: Int
        let target: Target
        let deadline: Instant
        let answer: @Sendable (Record) -> Void

        enum Target: Sendable { case connecting, connected, ended }
    }

    /// A reader of the timeline as it grows; `nil` says that it is over.
    typealias Follower = @Sendable (_ events: ArraySlice<TimelineEvent>, _ startedAt: Int64, _ isOver: Bool) -> Void

    init(id: String, slot: Int, peer: PeerConnection, base: Record, chronicle: Chronicle, tag: String) {
        self.id = id
        self.slot = slot
        self.peer = peer
        self.base = base
        self.chronicle = chronicle
        self.tag = tag
    }

    var isOver: Bool { peer.closeReason != nil }

    /// When this session wants the loop's attention next.
    var nextDeadline: Instant? {
        var deadline = earliest(peer.nextDeadline, flushAt)
        for waiter in waiters { deadline = earliest(deadline, waiter.deadline) }
        return deadline
    }

    // MARK: Datagrams

    /// Hands the peer a datagram, and writes down what comes of it.
    func receive(_ datagram: Span<UInt8>, from path: Path, at now: Instant, into outbox: inout Outbox) {
        traffic.packetsReceived += 1
        traffic.bytesReceived += datagram.count
        var proof: Int?
        if isEvidence(datagram) { proof = chronicle.keep(datagram, .received, on: path, at: now) }
        let before = outbox.datagrams.count
        peer.handle(datagram, from: path, at: now, into: &outbox)
        noteSent(outbox, from: before, at: now)
        drain(proof: proof, at: now)
    }

    /// Runs `body` on the peer, and writes down what it sends and says.
    @discardableResult
    func run<Result>(at now: Instant, into outbox: inout Outbox, _ body: (PeerConnection, inout Outbox) -> Result) -> Result {
        let before = outbox.datagrams.count
        let result = body(peer, &outbox)
        noteSent(outbox, from: before, at: now)
        drain(proof: nil, at: now)
        return result
    }

    private func noteSent(_ outbox: borrowing Outbox, from first: Int, at now: Instant) {
        for datagram in outbox.datagrams[first...] {
            traffic.packetsSent += 1
            traffic.bytesSent += datagram.count
            outbox.withBytes(of: datagram) { bytes in
                if isEvidence(bytes) { sent.add(chronicle.keep(bytes, .sent, on: datagram.path, at: now), bytes) }
            }
        }
    }

    /// What is kept as evidence: checks and handshakes always, data until its association is up. Data that follows is the
    /// users' own and proves nothing about the set-up.
    private func isEvidence(_ datagram: Span<UInt8>) -> Bool {
        switch PacketKind(datagram) {
        case .stun: true
        case .dtls: datagram[0] != SentDatagrams.ContentType.applicationData || peer.association?.state != .connected
        case .rtp, .rtcp, .foreign: false
        }
    }

    private func drain(proof: Int?, at now: Instant) {
        // Most facts of a quiet session (its consent checks) only move counters: they are worth no writing.
        let last = chronicle.timeline.lastSeq
        while let event = peer.nextEvent() {
            chronicle.write(event, proof: proof, sent: sent)
            if case .ended(_, let detail) = event.kind {
                endedAt = event.at
                closeDetail = detail
            }
        }
        sent.removeAll()
        if chronicle.timeline.lastSeq > last { touch(at: now) }
    }

    /// Something changed: it is to be published soon. The first change of a quiet session waits a tenth of a second for
    /// others, so that a set-up is written once and not twenty times.
    func touch(at now: Instant) {
        guard flushAt == nil else { return }
        let pause: Duration = .milliseconds(100)
        let rested = lastFlush.map { $0 + max(.seconds(1), flushCost * 200) } ?? now
        flushAt = max(now + pause, rested)
    }
}
