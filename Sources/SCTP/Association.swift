internal import CUsrsctp
internal import Glibc
public import Wire

/// One SCTP association over one DTLS connection, and its data channels (RFC 8831).
///
/// It belongs to the thread that owns its `Stack`. A packet goes in by `handle`, which delivers the messages it completed;
/// after each call, and for each association that `Stack.takeDirty()` names, the owner drains the output and takes the events.
///
/// - Queries: `state`, `channels`, `statistics`, `bufferedAmount`.
/// - Handling: `handle`, `read`, `drainOutput`, `nextEvent`.
/// - Commands: `connect`, `openChannel`, `send`, `closeChannel`, `shutdown`, `abort`.
public final class Association {
    /// The words of the W3C's RTCSctpTransportState, and `new`.
    public enum State: String, Sendable {
        case new, connecting, connected, closed
    }

    /// Which DTLS role we have.
    // RFC 8832 §6: "If the side is acting as the DTLS client, it MUST choose an even stream identifier; if the side is acting
    // as the DTLS server, it MUST choose an odd one."
    public enum Role: Sendable {
        case client, server
    }

    /// Takes one message: the channel, what it is, its bytes, which are lent for the call.
    public typealias Deliver = (ChannelID, MessageKind, Span<UInt8>) -> Void

    public static let defaultPort: UInt16 = 5000
    static let defaultStreams = Limits.sctpStreams
    /// usrsctp's buffer in each direction: a limit, not an allocation.
    static let socketBufferBytes = 1024 * 1024
    /// One message and a byte: what fills it is too large.
    static let readBufferBytes = Limits.messageBytes + 1
    /// The largest SCTP packet: a datagram less the DTLS 1.2 record header (13), explicit nonce (8) and tag (16) of AES-GCM,
    /// and as much again for suites with a MAC and padding, in whole words.
    static let packetBytes = (Limits.datagramBytes - 64) & ~3
    /// Packets waiting to be drained, in bytes: a whole send buffer with its headers. What is beyond is lost, as on a network.
    static let outputBytes = 2 * socketBufferBytes
    /// Restarts of the association before we end it (SECURITY B3).
    static let maximumRestarts = 4
    /// Messages that wait over all channels: many small ones cost more than their bytes.
    static let maximumPendingMessages = 8192
    /// Messages below this cost usrsctp more than their bytes.
    static let smallMessageBytes = 512
    /// How many small messages usrsctp may hold.
    static let maximumSmallMessages = 4096
    /// RE-CONFIG packets taken while reading is held back: each leaves a notification of 2 KiB that usrsctp counts as 16 bytes.
    static let maximumHeldReconfigurations = 512
    /// INITs that an established association answers; others are dropped.
    static let maximumInitiations = 32

    // MARK: What is known

    /// For the owner: whose association this is.
    public var tag: Int = 0
    public let role: Role
    public let localPort: UInt16
    public let remotePort: UInt16
    /// The largest message we may send.
    public let maximumMessageBytes: Int
    public internal(set) var state: State = .new
    /// Why it ended; nil while it has not.
    public internal(set) var endReason: Event.EndReason?
    /// What was agreed when it came up.
    public internal(set) var establishment: Event.Establishment?
    /// While true no data is read, so that the peer's window closes. After setting it back to false call `read`.
    public var isReadingPaused = false
    /// No data is read while more than this waits to be sent: what an echo sets, so that a peer that sends and never reads
    /// fills its own buffers instead of ours. Reading goes on by itself. It leaves room for one more message below
    /// `Limits.sendBufferBytes`.
    public var readingPausesAbove = Int.max
    /// A bound for `readingPausesAbove` that never makes an echo's `send` fail for want of room.
    public static let echoBufferBytes = Limits.sendBufferBytes - Limits.messageBytes - 1

    /// Whether data on a stream that nobody opened makes a channel (agreed upon outside of the protocol), as an echo wants it;
    /// otherwise the stream is reset.
    public var acceptsUnannouncedChannels = true

    // MARK: Parts

    let stack: Stack
    let streams: UInt16
    var handle: Stack.Handle?
    var socket: OpaquePointer?
    var isListedDirty = false
    var isListedBusy = false
    var lastActivity: Instant?
    var table = ChannelTable()
    /// Streams to be reset as soon as nothing waits on them.
    var closing: [UInt16] = []
    /// Messages of which only a part could be read, by stream.
    var partials: [UInt16: [UInt8]] = [:]
    /// Streams whose present message is too large and is thrown away to its end.
    var discarding: Set<UInt16> = []
    /// Small messages handed to usrsctp since nothing was unacknowledged.
    var smallMessages = 0
    var counters = Statistics()
    var restarts = 0
    var hasToldPortMismatch = false
    /// Whether the last reading stopped because it was held back, with something left to read.
    var isHeldBack = false
    var heldReconfigurations = 0
    /// What the ABORT seen on the wire in this call means, either way: usrsctp's notification does not say all.
    var abortReason: Event.EndReason?
    var isShutDownLocally = false
    /// Whether usrsctp was told: not before nothing waits any more.
    var isShutdownSent = false
    var isShutDownByPeer = false
    var cookieEchoesSent = 0
    /// Packets with DATA that left, and those among them whose first chunk had been sent before.
    public internal(set) var chunksSent: UInt64 = 0
    public internal(set) var chunksRetransmitted: UInt64 = 0
    var lastChunkSent: UInt32?
    private var output = OutputQueue()
    private var hasQueue = false
    private var isInCall = false
    var events = EventQueue()

    /// An association that has not begun.
    /// - Parameters:
    ///   - role: our DTLS role, which gives our stream ids their parity.
    ///   - remoteMaxMessageSize: the peer's `a=max-message-size`; 0 means no limit (RFC 8841 §6). Where the peer says nothing it
    ///     is 65,536, which the caller passes.
    ///   - streams: how many streams we announce each way.
    public init(
        stack: Stack = .shared, role: Role, localPort: UInt16 = defaultPort, remotePort: UInt16 = defaultPort,
        remoteMaxMessageSize: Int = 65_536, streams: UInt16 = Limits.sctpStreams, tag: Int = 0
    ) {
        self.stack = stack
        self.role = role
        self.localPort = localPort
        self.remotePort = remotePort
        self.streams = max(streams, 1)
        self.tag = tag
        maximumMessageBytes = remoteMaxMessageSize <= 0 ? Limits.messageBytes : min(remoteMaxMessageSize, Limits.messageBytes)
    }

    deinit {
        // Nobody is left to take an ABORT: the handle goes first, so that no callback finds an object that is going.
        if let handle { stack.discharge(handle, at: nil) }
        if let socket { usrsctp_close(socket) }
    }

    // MARK: Life

    /// Sends our INIT. Both ends do so (RFC 8831 §6.1, RFC 8841 §9.2): a collision is resolved by SCTP.
    ///
    /// Where usrsctp refuses, the association ends with the reason in an event.
    public func connect(at now: Instant) {
        guard state == .new else { return }
        inCall { begin(at: now) }
    }

    private func begin(at now: Instant) {
        stack.advance(to: now)
        guard let handle = stack.enroll(self) else { return end(.refused(errno: ENOMEM), at: now) }
        self.handle = handle
        guard let socket = usrsctp_socket(AF_CONN, Int32(SOCK_STREAM.rawValue), Int32(IPPROTO_SCTP), nil, nil, 0, nil)
        else { return end(.refused(errno: errno), at: now) }
        self.socket = socket
        usrsctp_set_upcall(socket, noteUpcall, handle.pointer)
        if let failure = Association.applyOptions(to: socket, streams: streams, packetBytes: Association.packetBytes) {
            return end(.refused(errno: failure.errno), at: now)
        }
        guard Association.bind(socket, handle: handle, port: handle.port) == 0 else { return end(.refused(errno: errno), at: now) }
        setState(.connecting)
        noteActivity(at: now)
        let failure = stack.atTime(now) { Association.connect(socket, handle: handle, port: remotePort) == 0 ? 0 : errno }
        guard failure == 0 || failure == EINPROGRESS else { return end(.refused(errno: failure), at: now) }
    }

    private static func address(_ handle: Stack.Handle, port: UInt16) -> sockaddr_conn {
        var address = sockaddr_conn()
        address.sconn_family = UInt16(AF_CONN)
        address.sconn_port = port.bigEndian
        address.sconn_addr = handle.pointer
        return address
    }

    private static func bind(_ socket: OpaquePointer, handle: Stack.Handle, port: UInt16) -> Int32 {
        var address = address(handle, port: port)
        let length = socklen_t(MemoryLayout<sockaddr_conn>.size)
        // unsafe: the socket interface takes every address as a pointer to its common head, with the true length beside it.
        return withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { usrsctp_bind(socket, $0, length) }
        }
    }

    private static func connect(_ socket: OpaquePointer, handle: Stack.Handle, port: UInt16) -> Int32 {
        var address = address(handle, port: port)
        let length = socklen_t(MemoryLayout<sockaddr_conn>.size)
        // unsafe: as in bind.
        return withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { usrsctp_connect(socket, $0, length) }
        }
    }

    /// Ends in order: what waits still leaves, then SHUTDOWN. Channels close when the peer has answered.
    public func shutdown(at now: Instant) {
        guard state == .connecting || state == .connected else { return }
        guard state == .connected else { return abort(at: now) }
        guard !isShutDownLocally else { return }
        isShutDownLocally = true
        inCall {
            stack.advance(to: now)
            noteActivity(at: now)
            flush(at: now)
        }
    }

    /// Ends at once: an ABORT is in the output.
    public func abort(at now: Instant) {
        guard state != .closed else { return }
        inCall { end(.closedLocally, at: now) }
    }

    /// The end, whatever the reason: channels close, the socket goes, late callbacks find nobody.
    func end(_ reason: Event.EndReason, at now: Instant) {
        guard state != .closed else { return }
        if case .abortedByPeer(let causes) = reason { events.append(.abortReceived(causes)) }
        closeAllChannels(.associationEnded)
        closeSocket(at: now)
        endReason = reason
        setState(.closed)
        events.append(.ended(reason))
    }

    private func closeSocket(at now: Instant) {
        if let socket {
            self.socket = nil
            // The output of the close itself (an ABORT) is still taken: the handle goes afterwards.
            stack.atTime(now) { usrsctp_close(socket) }
        }
        if let handle {
            self.handle = nil
            stack.discharge(handle, at: now)
        }
        stack.forget(self)
    }

    func setState(_ new: State) {
        guard state != new else { return }
        state = new
        events.append(.stateChanged(new))
    }

    // MARK: Packets

    /// Takes one SCTP packet that DTLS decrypted, and delivers the messages that it completed.
    ///
    /// A packet of the peer's begins an association that has not begun: its INIT may come with the end of the handshake.
    public func handle(_ packet: Span<UInt8>, at now: Instant, deliver: Deliver) {
        connect(at: now)
        counters.packetsReceived &+= 1
        counters.bytesReceived &+= UInt64(packet.count)
        guard socket != nil, let handle, let startsTimers = inspectIncoming(packet) else {
            counters.packetsRefused &+= 1
            return
        }
        inCall {
            stack.advance(to: now)
            if startsTimers { noteActivity(at: now) }
            stack.input(packet, to: handle, at: now)
            read(at: now, deliver: deliver)
            // One that usrsctp did not take to heart (a wrong tag) explains nothing later.
            abortReason = nil
        }
    }

    /// Marks the time in which the owner is in a call of ours, and will look at us anyway.
    func inCall<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let outer = isInCall
        isInCall = true
        defer { isInCall = outer }
        return try body()
    }

    /// Each packet that is to go through DTLS, in order; the queue is empty afterwards.
    public func drainOutput(_ body: (Span<UInt8>) -> Void) {
        guard hasQueue else { return }
        var taken = OutputQueue()
        swap(&taken, &output)
        hasQueue = false
        taken.forEach(body)
        taken.removeAll()
        stack.keepSpare(taken)
    }

    /// Whether `drainOutput` would have something.
    public var hasOutput: Bool { hasQueue }

    /// Keeps a packet of usrsctp's, with our port and a checksum.
    func takeOutput(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
        guard buffer.count >= SCTPPacket.headerBytes else { return }
        buffer[0] = UInt8(localPort >> 8)
        buffer[1] = UInt8(localPort & 0xff)
        SCTPPacket.writeChecksum(UnsafeMutableRawBufferPointer(buffer))
        // unsafe: the buffer outlives the call.
        let packet = Span(_unsafeElements: UnsafeBufferPointer(buffer))
        guard output.bytes.count + packet.count <= Association.outputBytes else {
            counters.packetsDropped &+= 1
            return
        }
        if !hasQueue {
            output = stack.spareQueue()
            hasQueue = true
        }
        inspectOutgoing(packet)
        counters.packetsSent &+= 1
        counters.bytesSent &+= UInt64(packet.count)
        output.append(packet)
        noteAttention()
    }

    /// Something happened to us: outside of a call of the owner's, it has to be told.
    func noteAttention() {
        if !isInCall { stack.noteDirty(self) }
    }

    /// The next fact, oldest first; nil when there is none.
    public func nextEvent() -> Event? { events.popFirst() }

    func noteActivity(at now: Instant) {
        lastActivity = now
        stack.noteBusy(self)
    }

    /// Whether one of usrsctp's short timers may be running for us: see `Stack.nextDeadline`.
    func isBusy(at now: Instant) -> Bool {
        guard socket != nil, let lastActivity else { return false }
        if now - lastActivity < Stack.busyPeriod || state == .connecting || isShutDownLocally || isShutDownByPeer { return true }
        if table.isResetting || !table.isFlushed { return true }
        guard let status = socketStatus() else { return false }
        return status.sstat_unackdata > 0
    }
}

/// usrsctp says that a socket may have something to read or room to write: only noted, never acted upon inside usrsctp.
private func noteUpcall(socket: OpaquePointer?, argument: UnsafeMutableRawPointer?, flags: Int32) {
    let stack = Stack.shared
    if let association = stack.association(of: Stack.Handle(argument)) { association.noteAttention() }
}
