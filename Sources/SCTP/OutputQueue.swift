internal import Wire

/// SCTP packets waiting to be taken, in order, in one flat buffer.
struct OutputQueue {
    private(set) var bytes: [UInt8] = []
    private var ends: [Int] = []

    var isEmpty: Bool { ends.isEmpty }
    var count: Int { ends.count }

    mutating func append(_ packet: Span<UInt8>) {
        bytes.append(packet)
        ends.append(bytes.count)
    }

    /// Each packet, first to last.
    func forEach(_ body: (Span<UInt8>) -> Void) {
        var start = 0
        for end in ends {
            body(bytes.span.extracting(start..<end))
            start = end
        }
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }
}
