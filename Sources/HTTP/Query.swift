/// The items of a query, in their order: `?state=live&limit=50`.
///
/// Decoded as forms are: `+` is a space, `%41` an A; a `%` without two digits stands for itself, bytes that are no
/// UTF-8 are repaired. Values may hold any character: they never go into a header unchecked.
public struct Query: Sendable {
    public let items: [(name: String, value: String)]

    /// At most this many items; a target with more is refused.
    static let maximumItems = 32

    init() { items = [] }

    public init(_ items: [(name: String, value: String)]) { self.items = items }

    init?(bytes: UnsafeBufferPointer<UInt8>) {
        var items: [(name: String, value: String)] = []
        var start = 0
        for index in 0...bytes.count where index == bytes.count || bytes[index] == UInt8(ascii: "&") {
            defer { start = index + 1 }
            guard index > start else { continue }
            guard items.count < Query.maximumItems else { return nil }
            let item = bytes[start..<index]
            let split = item.firstIndex(of: UInt8(ascii: "=")) ?? index
            items.append(
                (
                    Query.decoded(UnsafeBufferPointer(rebasing: item[start..<split])),
                    split < index ? Query.decoded(UnsafeBufferPointer(rebasing: item[(split + 1)...])) : ""
                ))
        }
        self.items = items
    }

    /// The value of the first item of that name; an item without `=` has an empty one.
    public subscript(_ name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    /// Every value of that name.
    public func all(_ name: String) -> [String] {
        items.compactMap { $0.name == name ? $0.value : nil }
    }

    private static func decoded(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "+") {
                decoded.append(0x20)
            } else if byte == UInt8(ascii: "%"), index + 1 < bytes.count,
                let high = hexDigit(bytes[index]), let low = hexDigit(bytes[index + 1])
            {
                decoded.append(high << 4 | low)
                index += 2
            } else {
                decoded.append(byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
