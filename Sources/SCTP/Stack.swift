internal import CShims
internal import CUsrsctp
internal import Glibc
internal import Synchronization
public import Wire

/// The one owner of usrsctp, which is global to the process: its table of associations, its clock, its output.
///
/// One thread owns it: the one that makes associations, feeds them, and calls `handleTimers`. All methods and every
/// `Association` belong to that thread. Only usrsctp's output callback may arrive on another one (a thread that entered
/// usrsctp by some other way); it then leaves a copy in a bounded mailbox and takes no other lock.
///
/// - Queries: `nextDeadline`, `associationCount`.
/// - Handling: `handleTimers(at:)`, `takeDirty()`.
public final class Stack: @unchecked Sendable {
    public static let shared = Stack()

    /// usrsctp knows an association by this number in place of an address, and hands it back to its callbacks: a place in
    /// `table` and the generation of that place, so that a callback after the end finds nobody. It is never dereferenced.
    struct Handle: Hashable {
        let bits: UInt

        init(index: Int, generation: UInt32) {
            // One is added to the index: a null address means "none" to usrsctp.
            bits = UInt(generation) << 24 | UInt(truncatingIfNeeded: index &+ 1) & 0xff_ffff
        }

        init(_ pointer: UnsafeMutableRawPointer?) { bits = UInt(bitPattern: pointer) }

        var index: Int { Int(bits & 0xff_ffff) &- 1 }
        var generation: UInt32 { UInt32(truncatingIfNeeded: bits >> 24) }
        var pointer: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: bits) }

        /// The local port that usrsctp sees. It finds endpoints by a hash of that port alone, so with port 5000 for all of them
        /// a thousand associations made each set-up walk a list of a thousand. Ports are therefore exchanged on the way in and
        /// out: inside, each association has one of its own.
        var port: UInt16 { UInt16(index % 65_535 + 1) }
    }

    private struct Place {
        var generation: UInt32 = 0
        /// Cleared by the association itself before it goes.
        unowned(unsafe) var association: Association?
        var isTaken = false
    }

    private struct Mail {
        let handle: Handle
        let packet: [UInt8]
    }

    // MARK: Limits

    /// Associations at one time: what the handle's 24 bits could hold is far more than a process can.
    static let maximumAssociations = 65_536
    /// Packets in the mailbox of another thread; what comes beyond is lost, as on any network.
    static let maximumMail = 256
    /// How often the clock is moved while an association is busy: what usrsctp's own timer thread would do.
    static let tick: Duration = .milliseconds(10)
    /// How often the clock is moved while every association rests; see `nextDeadline`.
    static let restTick: Duration = .milliseconds(250)
    /// How long an association stays among the busy ones after a packet that may have started a timer: longer than a delayed
    /// SACK. What takes longer (retransmissions, resets, the set-up) is asked for: see `Association.isBusy`.
    static let busyPeriod: Duration = .milliseconds(100)
    /// How long the clock is kept moving after the last association closed: usrsctp frees some endpoints by timer.
    static let clearingPeriod: Duration = .seconds(5)

    // MARK: State, of the owner's thread

    private var table: [Place] = []
    private var freePlaces: [Int] = []
    public private(set) var associationCount = 0
    private var dirty: [Association] = []
    private var busy: [Association] = []
    /// Where usrsctp's clock stands; nil before the first entry.
    private var clock: Instant?
    private var clearUntil: Instant?
    /// Whether what usrsctp does now comes of a timer: an ABORT then means that time ran out.
    private(set) var isFiringTimers = false
    /// Output queues that were emptied, kept so that idle associations hold no memory for output.
    private var spareQueues: [OutputQueue] = []
    /// The buffer into which messages are read; nil while a reader has it.
    private var readBuffer: [UInt8]?
    /// Where a packet's ports are exchanged on its way in.
    private var incoming: [UInt8] = []
    private var owner: pthread_t?

    private let mailbox = Mutex<[Mail]>([])
    private let hasMail = Atomic<Bool>(false)
    private static let exclusion = Mutex<Void>(())

    private init() {
        Stack.applySizes()
        usrsctp_init_nothreads(0, takeOutputOfUsrsctp, nil)
        Stack.applySettings()
    }

    /// Runs `body` while no other caller of `exclusively` runs: tests of several suites share the one usrsctp by it.
    ///
    /// The clock starts anew, so `body` may begin at any instant. It must not call `exclusively` again.
    public static func exclusively<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        try exclusion.withLock { (_) throws(Failure) -> Result in
            shared.startAnew()
            defer { shared.startAnew() }
            return try body()
        }
    }

    private func startAnew() {
        clock = nil
        clearUntil = nil
        owner = nil
        for association in dirty { association.isListedDirty = false }
        for association in busy { association.isListedBusy = false }
        dirty.removeAll()
        busy.removeAll()
        mailbox.withLock { $0.removeAll() }
        hasMail.store(false, ordering: .relaxed)
    }

    // MARK: Time

    /// When `handleTimers` should be called; nil while nothing runs.
    ///
    /// While an association is busy (it is connecting or shutting down, has unacknowledged data, or had data within the last
    /// tenth of a second, so that a SACK may be due) the clock moves every 10 ms. While all rest, only heartbeats and lifetimes
    /// of cookies are pending, which are counted in seconds: the clock then moves four times a second, and a thousand idle
    /// associations cost four walks of usrsctp's timer list. Timers never count from a stale clock: every entry into usrsctp
    /// first moves the clock by the time that has truly passed.
    public var nextDeadline: Instant? {
        guard let clock else { return nil }
        if !busy.isEmpty || !dirty.isEmpty { return clock + Stack.tick }
        if associationCount > 0 || clearUntil != nil || hasMail.load(ordering: .relaxed) { return clock + Stack.restTick }
        return nil
    }

    /// Moves usrsctp's clock to `now`, which fires what is due: packets and events of any association may come of it.
    public func handleTimers(at now: Instant) {
        advance(to: now)
        collectMail()
        var index = 0
        while index < busy.count {
            if busy[index].isBusy(at: now) {
                index += 1
            } else {
                busy[index].isListedBusy = false
                busy.swapAt(index, busy.count - 1)
                busy.removeLast()
            }
        }
        if let end = clearUntil, end < now { clearUntil = nil }
    }

    /// Moves the clock by the whole milliseconds that have passed, if it is a tick or more; the rest is kept for the next time.
    func advance(to now: Instant) {
        if let owner, pthread_equal(owner, pthread_self()) == 0 {
            precondition(associationCount == 0, "one thread owns usrsctp and all associations")
        }
        owner = pthread_self()
        guard let last = clock else {
            clock = now
            return
        }
        let elapsed = now - last
        guard elapsed >= Stack.tick else { return }
        let milliseconds = min(elapsed.nanoseconds / 1_000_000, Int64(Int32.max))
        clock = last + .milliseconds(milliseconds)
        isFiringTimers = true
        defer { isFiringTimers = false }
        atTime(now) { usrsctp_handle_timers(UInt32(milliseconds)) }
    }

    /// Runs C code whose `gettimeofday` shall say `now`.
    func atTime<Result>(_ now: Instant, _ body: () -> Result) -> Result {
        shim_clock_set(now.nanoseconds)
        defer { shim_clock_clear() }
        return body()
    }

    // MARK: The associations that want attention

    /// The associations that have output to drain, messages to read or events to take because of something other than a call
    /// to themselves: a timer, or another association's packet. The list is emptied.
    public func takeDirty() -> [Association] {
        collectMail()
        guard !dirty.isEmpty else { return [] }
        for association in dirty { association.isListedDirty = false }
        defer { dirty = [] }
        return dirty
    }

    func noteDirty(_ association: Association) {
        guard !association.isListedDirty else { return }
        association.isListedDirty = true
        dirty.append(association)
    }

    func noteBusy(_ association: Association) {
        guard !association.isListedBusy else { return }
        association.isListedBusy = true
        busy.append(association)
    }

    // MARK: The table

    func enroll(_ association: Association) -> Handle? {
        guard associationCount < Stack.maximumAssociations else { return nil }
        let index: Int
        if let free = freePlaces.popLast() {
            index = free
        } else {
            index = table.count
            table.append(Place())
        }
        table[index].generation &+= 1
        table[index].association = association
        table[index].isTaken = true
        associationCount += 1
        let handle = Handle(index: index, generation: table[index].generation)
        usrsctp_register_address(handle.pointer)
        return handle
    }

    func discharge(_ handle: Handle, at now: Instant?) {
        guard table[handle.index].generation == handle.generation, table[handle.index].isTaken else { return }
        usrsctp_deregister_address(handle.pointer)
        table[handle.index].association = nil
        table[handle.index].isTaken = false
        freePlaces.append(handle.index)
        associationCount -= 1
        if let now { clearUntil = now + Stack.clearingPeriod }
    }

    /// Takes an association out of the lists that hold it.
    func forget(_ association: Association) {
        if association.isListedBusy {
            association.isListedBusy = false
            busy.removeAll { $0 === association }
        }
    }

    func association(of handle: Handle) -> Association? {
        let index = handle.index
        guard index >= 0, index < table.count, table[index].generation == handle.generation else { return nil }
        return table[index].association
    }

    // MARK: Output

    /// Takes a copy of one packet of usrsctp's. Called by usrsctp, on whichever thread is in it.
    func receiveOutput(_ packet: UnsafeMutableRawBufferPointer, of handle: Handle) {
        guard packet.count >= SCTPPacket.headerBytes else { return }
        // unsafe: usrsctp lends the buffer for the call, and nothing of it is kept but copies.
        let bytes = packet.bindMemory(to: UInt8.self)
        if let owner, pthread_equal(owner, pthread_self()) == 0 {
            mailbox.withLock { if $0.count < Stack.maximumMail { $0.append(Mail(handle: handle, packet: Array(bytes))) } }
            hasMail.store(true, ordering: .releasing)
            return
        }
        association(of: handle)?.takeOutput(bytes)
    }

    /// Gives usrsctp one packet of the peer's, addressed to the port by which usrsctp knows the association.
    func input(_ packet: Span<UInt8>, to handle: Handle, at now: Instant) {
        incoming.removeAll(keepingCapacity: true)
        incoming.append(packet)
        incoming[2] = UInt8(handle.port >> 8)
        incoming[3] = UInt8(handle.port & 0xff)
        // unsafe: usrsctp copies the packet within the call; its callbacks do not come here.
        incoming.withUnsafeBytes { bytes in
            atTime(now) { usrsctp_conninput(handle.pointer, bytes.baseAddress, bytes.count, 0) }
        }
    }

    private func collectMail() {
        guard hasMail.exchange(false, ordering: .acquiring) else { return }
        let mail = mailbox.withLock { mail in
            defer { mail = [] }
            return mail
        }
        for letter in mail {
            var packet = letter.packet
            packet.withUnsafeMutableBufferPointer { association(of: letter.handle)?.takeOutput($0) }
        }
    }

    func spareQueue() -> OutputQueue { spareQueues.popLast() ?? OutputQueue() }

    func keepSpare(_ queue: OutputQueue) {
        if spareQueues.count < 4 { spareQueues.append(queue) }
    }

    /// The buffer for reading a message: one for all, as one is read at a time. A reader that reads while another reads (from
    /// within `deliver`) gets one of its own.
    func borrowReadBuffer() -> [UInt8] {
        defer { readBuffer = nil }
        return readBuffer ?? [UInt8](repeating: 0, count: Association.readBufferBytes)
    }

    func returnReadBuffer(_ buffer: consuming [UInt8]) { readBuffer = buffer }
}

/// usrsctp's way out.
private func takeOutputOfUsrsctp(
    address: UnsafeMutableRawPointer?, buffer: UnsafeMutableRawPointer?, length: Int, typeOfService: UInt8, dontFragment: UInt8
) -> Int32 {
    Stack.shared.receiveOutput(UnsafeMutableRawBufferPointer(start: buffer, count: length), of: Stack.Handle(address))
    return 0
}
