import ICE
import STUN
import Testing
import Wire

/// One agent, and an other end that says what the test wants it to say.
struct ScriptedPeer {
    var agent: Agent
    let credentials = Credentials(ufrag: "peer", password: "the password of the peer")
    var now = Instant.zero
    var events: [Event] = []
    /// What the agent sent in answer to the last call.
    var sent: [Sent] = []
    private var transactions: UInt64 = 0

    static let local = TransportAddress(IPAddress(10, 0, 0, 1), 5000)
    static let remote = TransportAddress(IPAddress(10, 0, 0, 2), 6000)
    static let path = Path(local: local, remote: remote)

    /// A datagram of the agent's, read.
    struct Sent {
        let bytes: [UInt8]
        let path: Path
        let type: MessageType
        let id: TransactionID
        let username: String?
        let useCandidate: Bool
        let controlling: UInt64?
        let controlled: UInt64?
        let error: ErrorCode?
        let mapped: TransportAddress?
        let priority: UInt32?
        let unknown: [UInt8]?

        init?(_ bytes: [UInt8], _ path: Path) {
            guard let message = try? Message(parsing: bytes.span) else { return nil }
            self.bytes = bytes
            self.path = path
            type = message.type
            id = message.transactionID
            if let sent = message.username { username = String(decoding: sent.array, as: UTF8.self) } else { username = nil }
            useCandidate = message.useCandidate
            controlling = message.iceControlling
            controlled = message.iceControlled
            error = message.errorCode
            mapped = message.xorMappedAddress
            priority = message.priority
            unknown = message.value(of: .unknownAttributes)?.array
        }
    }

    init(
        _ role: Role = .controlled, tieBreaker: UInt64 = 1000, candidates: [Candidate] = [.host(local)],
        knowsPeer: Bool = true, isLite: Bool = false, configure: (inout Agent.Configuration) -> Void = { _ in }
    ) {
        var configuration = Agent.Configuration(
            role: role, localCredentials: Credentials(ufrag: "oursours", password: "our own password, long"),
            localCandidates: candidates, tieBreaker: tieBreaker)
        configure(&configuration)
        agent = Agent(configuration: configuration, random: .seeded(9), at: .zero)
        if knowsPeer { agent.setRemote(credentials: credentials, isLite: isLite, at: .zero) }
        drain()
    }

    var facts: [Fact] { events.map(\.fact) }
    var username: String { "\(agent.localCredentials.ufrag):\(credentials.ufrag)" }
    var requests: [Sent] { sent.filter { $0.type == .bindingRequest } }
    var responses: [Sent] { sent.filter { $0.type != .bindingRequest } }

    /// The peer sends a request; nil for `username` or `password` leaves the attribute out.
    mutating func request(
        on path: Path = path, username: String?? = .none, password: String?? = .none, useCandidate: Bool = false,
        controlling: UInt64? = 5000, controlled: UInt64? = nil, priority: UInt32? = 0x6e00_01ff, fingerprint: Bool = true,
        extra: (inout MessageBuilder) -> Void = { _ in }
    ) {
        transactions += 1
        let username = username ?? self.username
        let password = password ?? agent.localCredentials.password
        let bytes = MessageBuilder.message(.bindingRequest, TransactionID(high: 77, low: transactions)) { message in
            if let username { message.add(.username, text: username) }
            if let priority { message.add(.priority, priority) }
            if let controlling { message.add(.iceControlling, controlling) }
            if let controlled { message.add(.iceControlled, controlled) }
            if useCandidate { message.addFlag(.useCandidate) }
            extra(&message)
            if let password { message.finish(integrity: IntegrityKey(shortTermPassword: password)) }
            if fingerprint { message.finishWithFingerprint() }
        }
        feed(bytes, from: path)
    }

    /// The peer answers a request of the agent's.
    mutating func answer(
        _ request: Sent, from path: Path? = nil, mapped: TransportAddress? = local, password: String? = nil, error: ErrorCode? = nil,
        isSigned: Bool = true
    ) {
        let bytes = MessageBuilder.message(error == nil ? .bindingSuccess : .bindingError, request.id) { message in
            if let error { message.addError(error) }
            if let mapped, error == nil { message.addXORAddress(mapped) }
            if isSigned { message.finish(integrity: IntegrityKey(shortTermPassword: password ?? credentials.password)) }
            message.finishWithFingerprint()
        }
        feed(bytes, from: path ?? request.path)
    }

    mutating func feed(_ bytes: [UInt8], from path: Path = path) {
        var outbox = Outbox()
        agent.handle(bytes.span, from: path, at: now, into: &outbox)
        collect(outbox)
    }

    /// Moves the clock, calling the agent at each of its deadlines; `sent` is all that it sent meanwhile.
    mutating func advance(_ duration: Duration) {
        let end = now + duration
        var all: [Sent] = []
        var turns = 0
        while let deadline = agent.nextDeadline, deadline <= end {
            turns += 1
            guard turns < 10_000 else {
                Issue.record("time stands still at \(now)")
                break
            }
            now = max(now, deadline)
            var outbox = Outbox()
            agent.handleTimeout(at: now, into: &outbox)
            collect(outbox)
            all += sent
        }
        now = end
        sent = all
    }

    private mutating func collect(_ outbox: Outbox) {
        sent = outbox.datagrams.compactMap { datagram in
            Sent(outbox.withBytes(of: datagram) { $0.array }, datagram.path)
        }
        #expect(sent.count == outbox.datagrams.count, "the agent sent what does not parse")
        drain()
    }

    private mutating func drain() {
        while let event = agent.nextEvent() { events.append(event) }
    }

    /// Brings the pair of `path` to the state where our check is answered, by the peer's check and its answer to ours.
    mutating func validate(on path: Path = path, useCandidate: Bool = false) {
        request(on: path, useCandidate: useCandidate)
        for check in requests { answer(check, mapped: path.local) }
    }

    func pair(on path: Path = path) -> CandidatePair? { agent.pairs.first { $0.path == path } }
    func rejections(_ reason: RejectedRequest) -> UInt64 { agent.counters.requestsRejected[reason] ?? 0 }
    func ignored(_ reason: RejectedResponse) -> UInt64 { agent.counters.responsesRejected[reason] ?? 0 }
}
