/// Writes one JSON text (RFC 8259) into bytes, front to back, without an intermediate tree.
///
/// Commas are placed by the writer; nesting costs nothing, as the only memory of it is whether a comma is due. The caller balances
/// `begin…` and `end…` (or uses the `object`/`array` forms, which do) and writes a key before each value of an object.
/// Whatever the strings and numbers are, the result is valid JSON in valid UTF-8: control characters, U+2028, U+2029 and U+FEFF are escaped,
/// bytes that are no UTF-8 become U+FFFD, a number that JSON does not have becomes null.
///
/// It owns its memory and is not copied: pass it on `inout`.
public struct JSONWriter: ~Copyable {
    /// Owned: allocated in `init` and `grow`, freed in `deinit`. The text so far is its first `count` bytes.
    var memory: UnsafeMutablePointer<UInt8>
    var capacity: Int
    /// How many bytes were written.
    public internal(set) var count = 0
    /// A value was written at this level, so the next one is preceded by a comma.
    var needsComma = false

    /// - Parameter capacity: bytes to reserve; the writer grows beyond them by itself.
    public init(capacity: Int = 1024) {
        self.capacity = max(capacity, 64)
        memory = .allocate(capacity: self.capacity)
    }

    deinit {
        memory.deallocate()
    }

    /// The text written so far.
    public var bytes: [UInt8] {
        // unsafe: the first `count` bytes were written, and the array copies them.
        Array(UnsafeBufferPointer(start: memory, count: count))
    }

    /// The text, of which no more is written.
    public consuming func finish() -> [UInt8] { bytes }

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
        reserve(name.utf8CodeUnitCount + 4)
        putKey(name)
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
        // unsafe: the bytes are read within the call.
        text.withUnsafeBufferPointer { put($0) }
        needsComma = true
    }

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
}
