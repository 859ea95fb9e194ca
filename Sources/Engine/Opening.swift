internal import ICE
public import Inspection
internal import Peer
internal import SDP
internal import Transport
public import Wire

/// A posted offer and what is known of its request.
public struct OpenRequest: Sendable {
    public var offer: [UInt8]
    /// The client's address, without and with its port.
    public var address: String
    public var port: UInt16
    public var userAgent: String?
    public var labels: [(String, String)]
    /// The first byte of the request, on the monotonic clock.
    public var receivedAt: Instant

    public init(
        offer: [UInt8], address: String, port: UInt16, userAgent: String? = nil, labels: [(String, String)] = [], receivedAt: Instant
    ) {
        self.offer = offer
        self.address = address
        self.port = port
        self.userAgent = userAgent
        self.labels = labels
        self.receivedAt = receivedAt
    }
}

/// What came of an offer.
public enum Opened: Sendable {
    /// A session lives; `tag` names its ICE session.
    case answered(id: String, sdp: String, tag: String)
    /// The offer can't be served; its record is in history under `id`.
    case refused(id: String, Record.Refusal)
    /// No place: too many sessions.
    case full(String)
    case tooManyFromAddress(String)
    /// The offer can't be served, and its address had too many of those: this one was not written down.
    case tooManyRefusals(Record.Refusal, retryAfter: Duration)
    case draining
    case busy
}

extension PeerEngine {
    /// Makes a session of an offer.
    ///
    /// The offer is read on the caller's thread; the peer is made on a loop. `completion` is called exactly once, on either.
    public func open(_ request: OpenRequest, completion: @escaping @Sendable (Opened) -> Void) {
        do throws(Registry.Refusal) {
            try hub.registry.reserve(address: request.address)
        } catch {
            completion(Opened(error))
            return
        }
        let arrival = Arrival(request)
        let offer: SessionDescription
        do throws(SDPError) {
            offer = try SessionDescription(parsing: request.offer.span)
        } catch {
            hub.registry.release(address: request.address)
            completion(hub.refuse(arrival, Refusal(error)))
            return
        }
        // usrsctp has one owner, so all peers with data live on its loop; others spread.
        let index = offer.media.contains { $0.kind == "application" } ? hub.stack.owner : hub.registry.count % loops.count
        let isPosted = loops[index].post { loop, now, outbox in
            completion(loop.open(arrival, offer, at: now, into: &outbox))
        }
        if !isPosted {
            hub.registry.release(address: request.address)
            completion(.busy)
        }
    }
}

extension PeerLoop {
    /// Makes the peer that answers an offer, and its session.
    func open(_ arrival: Arrival, _ offer: SessionDescription, at now: Instant, into outbox: inout Outbox) -> Opened {
        let peer: PeerConnection
        do throws(Refusal) {
            var made: PeerConnection
            repeat {
                made = try PeerConnection(
                    answering: offer, configuration: hub.peerConfiguration(localCandidates), random: .system, at: now)
                // SECURITY A6: two sessions of one name on one port would get each other's checks.
            } while !isFree(made.agent.localCredentials.ufrag)
            peer = made
        } catch {
            hub.registry.release(address: arrival.request.address)
            return hub.refuse(arrival, error)
        }
        let sdp = peer.localDescription.serialize()
        var base = arrival.record
        base.answer = Record.Description(masking: sdp)
        base.media = (peer.remote?.media ?? []).map(Record.MediaSection.init)
        base.handshake.localCertificate = hub.localCertificate
        var chronicle = Chronicle(start: arrival.request.receivedAt)
        chronicle.note(.requestReceived, at: arrival.request.receivedAt, data: ["bytes": Facts.Value(arrival.request.offer.count)])
        chronicle.note(.offerParsed, at: now, data: ["mediaSections": Facts.Value(offer.media.count)])
        chronicle.note(
            .candidatesGathered, at: now, data: ["count": Facts.Value(localCandidates.count)])
        for section in peer.remote?.media ?? [] {
            guard let refusal = section.rejection else { continue }
            chronicle.note(
                .mediaSectionRejected, at: now, text: refusal.message, cause: refusal.code, data: ["mid": .text(section.mid ?? "")])
        }
        let session = add(id: arrival.id, base: base, chronicle: chronicle, peer: peer, at: now)
        session.chronicle.note(.answerSent, at: now, data: ["bytes": Facts.Value(sdp.utf8.count)])
        let record = session.record(at: now)
        let item = hub.archive.entry(of: record)
        hub.registry.add(
            arrival.id, Registry.Entry(loop: index, slot: session.slot, address: arrival.request.address, item: item))
        hub.notify(
            .opened(
                id: arrival.id, remoteAddress: record.remoteAddress?.description, userAgent: record.userAgent, item: item))
        settle(session, at: now, into: &outbox)
        return .answered(id: arrival.id, sdp: sdp, tag: session.tag)
    }
}

extension Hub {
    /// Writes a refused offer down: it is a session too. Of an address that has too many of them only some are.
    func refuse(_ arrival: Arrival, _ refusal: Refusal) -> Opened {
        var record = arrival.record
        let shown = Record.Refusal(
            status: refusal.status, code: refusal.code, detail: refusal.message, line: refusal.line, column: refusal.column,
            section: refusal.section)
        var chronicle = Chronicle(start: arrival.request.receivedAt)
        let now = Clock.now
        if let pause = takeRefusal(from: arrival.request.address, at: now) {
            tally.noteRefusalOverRate()
            return .tooManyRefusals(shown, retryAfter: pause)
        }
        tally.noteRefusal(refusal.code)
        chronicle.note(.requestReceived, at: arrival.request.receivedAt, data: ["bytes": Facts.Value(arrival.request.offer.count)])
        chronicle.note(.offerRefused, at: now, text: refusal.message, cause: refusal.code)
        record.refusal = shown
        record.outcome = .refused
        record.reason = Record.Reason(.offerRefused, text: refusal.message)
        record.takenAt = chronicle.offset(now)
        record.endedAt = record.takenAt
        record.connectionState = .closed
        record.signalingState = .closed
        record.events = chronicle.timeline.events
        record.phases = chronicle.timeline.phases
        if configuration.masksAddresses { record = record.masked() }
        let (item, _) = archive.save(record)
        feed.publish(item)
        notify(
            .refused(
                id: arrival.id, status: refusal.status, code: refusal.code, remoteAddress: record.remoteAddress?.description, item: item))
        return .refused(id: arrival.id, shown)
    }
}

/// A request that became, or may become, a session.
struct Arrival: Sendable {
    let request: OpenRequest
    let id: String
    let record: Record

    init(_ request: OpenRequest) {
        self.request = request
        var random = RandomSource.system
        let startedAt = Clock.wallMicroseconds - (Clock.now - request.receivedAt).nanoseconds / 1000
        id = SessionID.make(unixMilliseconds: startedAt / 1000, random: &random)
        var record = Record(id: id, startedAt: startedAt)
        record.remoteAddress = Endpoint(Endpoint.Host(request.address), request.port)
        record.userAgent = request.userAgent
        record.labels = Facts(request.labels)
        // What is larger is refused, and its beginning says why.
        record.offer = Record.Description(masking: Array(request.offer.prefix(Limits.descriptionBytes)).span)
        self.record = record
    }
}

extension Opened {
    fileprivate init(_ refusal: Registry.Refusal) {
        switch refusal {
        case .full(let limit): self = .full("\(limit) sessions live already, which is this server's limit.")
        case .tooManyFromAddress(let limit):
            self = .tooManyFromAddress("\(limit) sessions of this address live already, which is the limit.")
        case .draining: self = .draining
        }
    }
}

extension Record.MediaSection {
    init(_ section: MediaSection) {
        self.init(
            mid: section.mid ?? String(section.index), kind: section.kind, isAccepted: section.isAccepted,
            rejection: section.rejection?.message,
            direction: section.kind == "application" ? nil : "inactive", line: section.rejection?.line,
            codecs: section.codecs.map { codec in
                Record.Codec(
                    payloadType: Int(codec.payloadType), mimeType: codec.mimeType(kind: section.kind), clockRate: Int(codec.clockRate),
                    channels: codec.channels.map(Int.init), parameters: codec.fmtp)
            })
    }
}
