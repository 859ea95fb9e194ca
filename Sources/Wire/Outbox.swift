/// Datagrams waiting to be sent, in order, in one growing buffer that is reused.
///
/// Machines write into the caller's outbox; the caller flushes it with one system call per batch.
public struct Outbox: Sendable {
    /// One datagram: where its bytes lie in `bytes`, and the way it goes.
    @frozen
    public struct Datagram: Sendable {
        public let offset: Int
        public let count: Int
        public let path: Path
    }

    public private(set) var bytes: [UInt8] = []
    public private(set) var datagrams: [Datagram] = []

    public init() {}

    public var isEmpty: Bool { datagrams.isEmpty }

    /// Adds a copy of `datagram`, to leave by `path`.
    public mutating func append(_ datagram: Span<UInt8>, to path: Path) {
        let offset = bytes.count
        // unsafe: the span is valid for the call and the array copies from it.
        datagram.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        datagrams.append(Datagram(offset: offset, count: datagram.count, path: path))
    }

    /// Adds a datagram that `build` appends to the buffer; nothing is added where it appends nothing.
    ///
    /// `build` must only append: what stands before `bytes.count` at entry belongs to other datagrams.
    public mutating func append(to path: Path, build: (inout [UInt8]) -> Void) {
        let offset = bytes.count
        build(&bytes)
        precondition(bytes.count >= offset, "an outbox builder only appends")
        guard bytes.count > offset else { return }
        datagrams.append(Datagram(offset: offset, count: bytes.count - offset, path: path))
    }

    /// The bytes of one datagram.
    public func withBytes<Result, Failure: Error>(
        of datagram: Datagram, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(bytes.span.extracting(datagram.offset..<datagram.offset + datagram.count))
    }

    /// Forgets all datagrams, keeping the memory for the next batch.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        datagrams.removeAll(keepingCapacity: true)
    }
}
