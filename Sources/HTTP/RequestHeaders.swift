/// The header fields of a request, in their order, packed into one array; looked up without regard to case.
///
/// Strings are made only of what is asked for. Bytes that are no UTF-8 are repaired with U+FFFD.
public struct RequestHeaders: Sendable, Sequence {
    // Each field: name length and value length (two bytes each, host order), the name in lower case, the value.
    private let packed: [UInt8]
    /// How many fields there are.
    public let count: Int

    /// Takes what `shim_http_collect` wrote.
    init(packed: [UInt8], count: Int) {
        self.packed = packed
        self.count = count
    }

    /// Fields for a request that no socket brought: a test of routes, say. Longer names and values are cut.
    public init(_ fields: [(name: String, value: String)]) {
        var packed: [UInt8] = []
        for (name, value) in fields {
            let name = Array(name.lowercased().utf8.prefix(Int(UInt16.max)))
            let value = Array(value.utf8.prefix(Int(UInt16.max)))
            for number in [UInt16(name.count), UInt16(value.count)] {
                Swift.withUnsafeBytes(of: number) { packed.append(contentsOf: $0) }
            }
            packed += name
            packed += value
        }
        self.init(packed: packed, count: fields.count)
    }

    /// The first value of the field, or nil.
    public subscript(_ name: String) -> String? {
        var found: String?
        scan(for: name) { value in
            found = String(decoding: value, as: UTF8.self)
            return false
        }
        return found
    }

    /// Whether there is such a field.
    public func contains(_ name: String) -> Bool {
        var found = false
        scan(for: name) { _ in
            found = true
            return false
        }
        return found
    }

    /// Every value of the field, in order.
    public func all(_ name: String) -> [String] {
        var values: [String] = []
        scan(for: name) { value in
            values.append(String(decoding: value, as: UTF8.self))
            return true
        }
        return values
    }

    /// RFC 9110 §5.3: the values of a list field as one, joined by commas; nil where there is none.
    public func joined(_ name: String) -> String? {
        let values = all(name)
        return values.isEmpty ? nil : values.count == 1 ? values[0] : values.joined(separator: ", ")
    }

    /// Names are in lower case.
    public func makeIterator() -> some IteratorProtocol<(name: String, value: String)> {
        var fields: [(name: String, value: String)] = []
        fields.reserveCapacity(count)
        forEachField { name, value in
            fields.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
            return true
        }
        return fields.makeIterator()
    }

    private func scan(for name: String, _ body: (UnsafeRawBufferPointer) -> Bool) {
        var name = name
        name.withUTF8 { wanted in
            forEachField { candidate, value in
                guard candidate.count == wanted.count else { return true }
                for index in 0..<wanted.count {
                    let byte = wanted[index]
                    let lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
                    if lower != candidate[index] { return true }
                }
                return body(value)
            }
        }
    }

    // unsafe: every slice is checked against the array's end before it is made, and none leaves the call.
    private func forEachField(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Bool) {
        packed.withUnsafeBytes { bytes in
            var offset = 0
            while offset + 4 <= bytes.count {
                let name = Int(bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
                let value = Int(bytes.loadUnaligned(fromByteOffset: offset + 2, as: UInt16.self))
                let start = offset + 4
                guard start + name + value <= bytes.count else { return }
                let isContinuing = body(
                    UnsafeRawBufferPointer(rebasing: bytes[start..<start + name]),
                    UnsafeRawBufferPointer(rebasing: bytes[start + name..<start + name + value]))
                if !isContinuing { return }
                offset = start + name + value
            }
        }
    }
}
