internal import COpenSSL

/// Whether two byte strings are equal, in a time that depends on their length alone.
///
/// For tags, digests and tokens: an early exit would tell a guesser how many bytes were right.
public func constantTimeEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    guard left.count > 0 else { return true }
    // unsafe: C reads `count` bytes of both within the call.
    return left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0 }
    }
}
