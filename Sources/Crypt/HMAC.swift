internal import CShims

/// HMAC-SHA1 under one key (RFC 2104), the key's two chaining values computed once.
///
/// A plain value of 40 bytes: copy it freely between threads. A message of 100 bytes costs about 0.3 µs.
public struct HMACSHA1: Sendable {
    /// A whole tag, 20 bytes.
    public typealias Tag = InlineArray<20, UInt8>

    private var state = shim_hmac_sha1()

    /// A key of any length; one longer than 64 bytes is hashed first, as RFC 2104 §2 says.
    public init(key: Span<UInt8>) {
        // unsafe: C reads `count` bytes within the call.
        key.withUnsafeBufferPointer { shim_hmac_sha1_key(&state, $0.baseAddress, $0.count) }
    }

    /// A key given as text: its UTF-8 bytes, as an ICE password is.
    public init(key: String) {
        self.init(key: Array(key.utf8).span)
    }

    /// The tag of one message.
    public func authenticate(_ message: Span<UInt8>) -> Tag {
        authenticate(message, Span<UInt8>(), Span<UInt8>())
    }

    /// The tag of a message that lies in two pieces.
    public func authenticate(_ first: Span<UInt8>, _ second: Span<UInt8>) -> Tag {
        authenticate(first, second, Span<UInt8>())
    }

    /// The tag of a message that lies in three pieces: a STUN header whose length field is replaced, for one.
    public func authenticate(_ first: Span<UInt8>, _ second: Span<UInt8>, _ third: Span<UInt8>) -> Tag {
        var tag = Tag(repeating: 0)
        var output = tag.mutableSpan
        // unsafe: C reads the three spans and writes the tag's 20 bytes, all within the call.
        output.withUnsafeMutableBufferPointer { output in
            guard let start = output.baseAddress else { return }
            first.withUnsafeBufferPointer { first in
                second.withUnsafeBufferPointer { second in
                    third.withUnsafeBufferPointer { third in
                        withUnsafePointer(to: state) { state in
                            shim_hmac_sha1(
                                state, first.baseAddress, first.count, second.baseAddress, second.count,
                                third.baseAddress, third.count, start)
                        }
                    }
                }
            }
        }
        return tag
    }
}

/// HMAC-SHA256 under one key (RFC 2104), the key's two chaining values computed once; a plain value of 64 bytes.
public struct HMACSHA256: Sendable {
    /// A whole tag, 32 bytes.
    public typealias Tag = InlineArray<32, UInt8>

    private var state = shim_hmac_sha256()

    /// A key of any length; one longer than 64 bytes is hashed first.
    public init(key: Span<UInt8>) {
        // unsafe: C reads `count` bytes within the call.
        key.withUnsafeBufferPointer { shim_hmac_sha256_key(&state, $0.baseAddress, $0.count) }
    }

    /// The tag of one message.
    public func authenticate(_ message: Span<UInt8>) -> Tag {
        authenticate(message, Span<UInt8>(), Span<UInt8>())
    }

    /// The tag of a message that lies in two pieces.
    public func authenticate(_ first: Span<UInt8>, _ second: Span<UInt8>) -> Tag {
        authenticate(first, second, Span<UInt8>())
    }

    /// The tag of a message that lies in three pieces.
    public func authenticate(_ first: Span<UInt8>, _ second: Span<UInt8>, _ third: Span<UInt8>) -> Tag {
        var tag = Tag(repeating: 0)
        var output = tag.mutableSpan
        // unsafe: C reads the three spans and writes the tag's 32 bytes, all within the call.
        output.withUnsafeMutableBufferPointer { output in
            guard let start = output.baseAddress else { return }
            first.withUnsafeBufferPointer { first in
                second.withUnsafeBufferPointer { second in
                    third.withUnsafeBufferPointer { third in
                        withUnsafePointer(to: state) { state in
                            shim_hmac_sha256(
                                state, first.baseAddress, first.count, second.baseAddress, second.count,
                                third.baseAddress, third.count, start)
                        }
                    }
                }
            }
        }
        return tag
    }
}
