/// Writes one JSON text (RFC 8259) into bytes, front to back, without an intermediate tree.
///
/// Commas are placed by the writer; nesting costs nothing, as the only memory of it is whether a comma is due. The caller balances
/// `begin…` and `end…` (or uses the `object`/`array` forms, which do) and writes a key before each value of an object.
/// Whatever the strings and numbers are, the result is valid JSON in valid UTF-8: control characters, U+2028, U+2029 and U+FEFF are escaped,
/// bytes that are no UTF-8 become U+FFFD, a number that JSON does not have becomes null.
public struct JSONWriter: Sendable {
    /// The text so far is `storage[..<count]`; what stands behind it is room to write into.
    var storage: [UInt8]
    /// How many bytes were written.
    public internal(set) var count = 0
    /// A value was written at this level, so the next one is preceded by a comma.
    var needsComma = false

    /// - Parameter capacity: bytes to reserve; the writer grows beyond them by itself.
    public init(capacity: Int = 1024) {
        storage = [UInt8](repeating: 0, count: max(capacity, 64))
    }

    /// The text written so far.
    public consuming func finish() -> [UInt8] {
        storage.removeLast(storage.count - count)
        return storage
    }

    /// Forgets the text, keeping the memory.
    public mutating func removeAll() {
        count = 0
        needsComma = false
    }

    // MARK: Structure

    public mutating func beginObject() { open(UInt8(ascii: "{")) }

    public mutating func endObject() { close(UInt8(ascii: "}")) }

    public mutating func beginArray() { open(UInt8(ascii: "[")) }

    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// An object as a value; `body` writes its members.
    @inlinable
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        beginObject()
        body(&self)
        endObject()
    }

    /// An array as a value; `body` writes its elements.
    @inlinable
    public mutating func array(_ body: (inout JSONWriter) -> Void) {
        beginArray()
        body(&self)
        endArray()
    }

    /// A member whose value is an object.
    @inlinable
    public mutating func object(_ key: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.key(key)
        object(body)
    }

    /// A member whose value is an array.
    @inlinable
    public mutating func array(_ key: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.key(key)
        array(body)
    }

    /// The name of the next value. It is written as it stands: the literal holds nothing that JSON would escape.
    public mutating func key(_ name: StaticString) {
        let length = name.utf8CodeUnitCount
        reserve(length + 4)
        putComma()
        put(UInt8(ascii: "\""))
        // unsafe: a static string's bytes live for ever; StaticString keeps a lone scalar without a pointer, which no key is.
        precondition(name.hasPointerRepresentation, "a key is a string literal")
        put(UnsafeBufferPointer(start: name.utf8Start, count: length))
        put(UInt8(ascii: "\""))
        put(UInt8(ascii: ":"))
        needsComma = false
    }

    /// The name of the next value, escaped as need be.
    public mutating func key(_ name: String) {
        string(name)
        reserve(1)
        put(UInt8(ascii: ":"))
        needsComma = false
    }

    public mutating func null() {
        reserve(5)
        putComma()
        put("null")
        needsComma = true
    }

    public mutating func bool(_ value: Bool) {
        reserve(6)
        putComma()
        put(value ? "true" : "false")
        needsComma = true
    }

    /// A value that is JSON already. The caller vouches for it.
    public mutating func json(_ text: Span<UInt8>) {
        reserve(text.count + 1)
        putComma()
        // unsafe: `put` copies from the buffer within the call.
        text.withUnsafeBufferPointer { put($0) }
        needsComma = true
    }

    // MARK: Bytes

    private mutating func open(_ bracket: UInt8) {
        reserve(2)
        putComma()
        put(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        reserve(1)
        put(bracket)
        needsComma = true
    }

    /// Makes room for `extra` more bytes.
    @inline(__always)
    mutating func reserve(_ extra: Int) {
        if storage.count &- count < extra { grow(extra) }
    }

    @inline(never)
    private mutating func grow(_ extra: Int) {
        storage.append(contentsOf: repeatElement(0, count: max(storage.count, extra)))
    }

    /// Writes the comma that is due. Room was reserved.
    @inline(__always)
    mutating func putComma() {
        if needsComma { put(UInt8(ascii: ",")) }
    }

    /// Writes one byte. Room was reserved.
    @inline(__always)
    mutating func put(_ byte: UInt8) {
        storage[count] = byte
        count &+= 1
    }

    /// Writes bytes as they stand. Room was reserved.
    @inline(__always)
    mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        precondition(bytes.count <= storage.count &- count, "room is reserved before bytes are put")
        // unsafe: the precondition above bounds the copy; source and storage are different memory.
        storage.withUnsafeMutableBufferPointer { target in
            guard let start = target.baseAddress else { return }
            (start + count).update(from: source, count: bytes.count)
        }
        count &+= bytes.count
    }

    /// Writes a literal as it stands. Room was reserved.
    @inline(__always)
    mutating func put(_ literal: StaticString) {
        literal.withUTF8Buffer { put($0) }
    }
}
