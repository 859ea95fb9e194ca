/// The payload protocol identifiers of data channels (RFC 8831 §8), which say what a message is.
enum PayloadProtocol {
    static let control: UInt32 = 50
    static let string: UInt32 = 51
    /// Deprecated: a fragment of binary data; the last one carries 53.
    static let binaryPartial: UInt32 = 52
    static let binary: UInt32 = 53
    /// Deprecated: a fragment of a string; the last one carries 51.
    static let stringPartial: UInt32 = 54
    static let stringEmpty: UInt32 = 56
    static let binaryEmpty: UInt32 = 57
}
