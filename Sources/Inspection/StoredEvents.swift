// Events and evidence as bytes, in the sections of a stored record.

internal import Wire

extension TimelineEvent {
    /// Which of the optional parts of an event follow.
    private struct Parts: OptionSet {
        let rawValue: UInt64
        static let detail = Parts(rawValue: 1)
        static let cause = Parts(rawValue: 2)
        static let pair = Parts(rawValue: 4)
        static let candidate = Parts(rawValue: 8)
        static let channel = Parts(rawValue: 16)
        static let evidence = Parts(rawValue: 32)
        static let data = Parts(rawValue: 64)
    }

    /// What kind of value a fact has.
    private enum Tag {
        static let text: UInt8 = 0
        static let number: UInt8 = 1
        static let address: UInt8 = 2
    }

    /// Numbers and times are written as differences to the event before; words in full, as a dictionary of words compresses them.
    static func store(_ events: [TimelineEvent], into out: inout StoredWriter) {
        out.put(events.count)
        var seq = 0
        var offset: Int64 = 0
        for event in events {
            out.put(event.parts.rawValue)
            out.put(signed: Int64(event.seq &- seq))
            out.put(signed: event.offset &- offset)
            seq = event.seq
            offset = event.offset
            event.store(into: &out)
        }
    }

    private var parts: Parts {
        var parts: Parts = []
        if detail != nil { parts.insert(.detail) }
        if cause != nil { parts.insert(.cause) }
        if pairId != nil { parts.insert(.pair) }
        if candidateId != nil { parts.insert(.candidate) }
        if channelId != nil { parts.insert(.channel) }
        if !evidence.isEmpty { parts.insert(.evidence) }
        if !data.isEmpty { parts.insert(.data) }
        return parts
    }

    private func store(into out: inout StoredWriter) {
        out.put(code.rawValue)
        if let detail { out.put(detail) }
        if let cause { out.put(cause) }
        if let pairId { out.put(pairId) }
        if let candidateId { out.put(candidateId) }
        if let channelId { out.put(UInt64(channelId)) }
        if !evidence.isEmpty {
            out.put(evidence.count)
            var last = 0
            for number in evidence {
                out.put(signed: Int64(number &- last))
                last = number
            }
        }
        guard !data.isEmpty else { return }
        out.put(data.items.count)
        for fact in data.items {
            out.put(fact.name)
            switch fact.content {
            case .text(let text):
                out.bytes.append(Tag.text)
                out.put(text)
            case .number(let number):
                out.bytes.append(Tag.number)
                out.put(signed: number)
            case .address(let address):
                out.bytes.append(Tag.address)
                out.put(address)
            }
        }
    }

    static func stored(in reader: inout StoredReader) throws -> [TimelineEvent] {
        var events: [TimelineEvent] = []
        let count = try reader.count()
        events.reserveCapacity(count)
        for _ in 0..<count { events.append(try TimelineEvent(stored: &reader, after: events.last)) }
        return events
    }

    private init(stored reader: inout StoredReader, after last: TimelineEvent?) throws {
        let parts = Parts(rawValue: try reader.number())
        let seq = Int(clamping: Int64(last?.seq ?? 0) &+ (try reader.signed()))
        let offset = (last?.offset ?? 0) &+ (try reader.signed())
        let code = try reader.text()
        let detail = parts.contains(.detail) ? try reader.text() : nil
        let cause = parts.contains(.cause) ? try reader.text() : nil
        let pair = parts.contains(.pair) ? try reader.text() : nil
        let candidate = parts.contains(.candidate) ? try reader.text() : nil
        let channel = parts.contains(.channel) ? UInt16(truncatingIfNeeded: try reader.number()) : nil
        var evidence: [Int] = []
        if parts.contains(.evidence) {
            for _ in 0..<(try reader.count()) { evidence.append((evidence.last ?? 0) &+ Int(clamping: try reader.signed())) }
        }
        var facts: [Facts.Fact] = []
        if parts.contains(.data) {
            for _ in 0..<(try reader.count()) { facts.append(Facts.Fact(name: try reader.text(), content: try Self.value(in: &reader))) }
        }
        let known = EventCode(rawValue: code)
        self.init(
            seq: seq, offset: offset, code: known ?? .unrecognized,
            // Of a code that only a newer version knows there is no sentence here, but its name says something.
            detail: detail ?? (known == nil ? "A newer version of this program recorded “\(code)”." : nil), cause: cause, pairId: pair,
            candidateId: candidate, channelId: channel, evidence: evidence, data: Facts(ordered: facts))
    }

    private static func value(in reader: inout StoredReader) throws -> Facts.Value {
        switch try reader.byte() {
        case Tag.text: .text(try reader.text())
        case Tag.number: .number(try reader.signed())
        case Tag.address: .address(try reader.address())
        default: throw StoredReader.Damaged()
        }
    }
}

extension Evidence {
    /// The paths, then what is known of each datagram, then the bytes of all.
    func store(into out: inout StoredWriter) {
        let packets = packets
        var paths: [Evidence.Ends] = []
        var indices: [Int] = []
        indices.reserveCapacity(packets.count)
        for packet in packets {
            let ends = packet.ends
            if let index = paths.lastIndex(of: ends) {
                indices.append(index)
            } else {
                indices.append(paths.count)
                paths.append(ends)
            }
        }
        out.put(count)
        out.put(paths.count)
        for path in paths {
            out.put(path.local)
            out.put(path.remote)
        }
        out.put(packets.count)
        var number = 0
        var offset: Int64 = 0
        for (packet, path) in zip(packets, indices) {
            // A number that is the next one, and a datagram that is whole, are the rule.
            let isNext = packet.number == number + 1
            let isWhole = packet.length == packet.bytes.count
            out.put(path << 3 | (packet.direction == .sent ? 1 : 0) | (isNext ? 0 : 2) | (isWhole ? 0 : 4))
            if !isNext { out.put(signed: Int64(packet.number &- number)) }
            out.put(signed: packet.offset &- offset)
            out.put(packet.bytes.count)
            if !isWhole { out.put(packet.length) }
            number = packet.number
            offset = packet.offset
        }
        for packet in packets { out.bytes += packet.bytes }
    }

    init(stored reader: inout StoredReader) throws {
        let count = try reader.integer()
        var paths: [Evidence.Ends] = []
        for _ in 0..<(try reader.count()) { paths.append(Ends(local: try reader.address(), remote: try reader.address())) }
        var packets: [(packet: Packet, size: Int)] = []
        for _ in 0..<(try reader.count()) {
            let flags = try reader.integer()
            guard flags >> 3 < paths.count else { throw StoredReader.Damaged() }
            let last = packets.last?.packet
            let number = flags & 2 == 0 ? (last?.number ?? 0) &+ 1 : (last?.number ?? 0) &+ Int(clamping: try reader.signed())
            let offset = (last?.offset ?? 0) &+ (try reader.signed())
            let size = try reader.integer()
            let length = flags & 4 == 0 ? size : try reader.integer()
            let path = paths[flags >> 3]
            packets.append(
                (
                    Packet(
                        number: number, offset: offset, direction: flags & 1 == 0 ? .received : .sent, local: path.local,
                        remote: path.remote,
                        length: length, bytes: []), size
                ))
        }
        var whole: [Packet] = []
        for (packet, size) in packets {
            var packet = packet
            packet.bytes = try reader.block(size)
            whole.append(packet)
        }
        self.init(stored: whole, count: count)
    }

    /// Both ends of a path.
    fileprivate struct Ends: Equatable {
        var local: TransportAddress
        var remote: TransportAddress
    }
}

extension Evidence.Packet {
    fileprivate var ends: Evidence.Ends { Evidence.Ends(local: local, remote: remote) }
}
