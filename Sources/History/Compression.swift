import CZlib

/// zlib streams (RFC 1950). Level 3: for JSON it keeps nine tenths of what the best level saves at a third of its time.
enum Compression {
    static func deflate(_ bytes: [UInt8]) -> [UInt8] {
        var size = compressBound(UInt(bytes.count))
        return [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
            let result = bytes.withUnsafeBufferPointer { compress2(buffer.baseAddress, &size, $0.baseAddress, UInt($0.count), 3) }
            count = result == Z_OK ? Int(size) : 0
        }
    }

    /// - Parameter size: the size before compression, known from beside the blob.
    /// - Returns: nil when the blob is damaged or does not have that size.
    static func inflate(_ bytes: [UInt8], size: Int) -> [UInt8]? {
        var length = UInt(size)
        var whole = false
        let result = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            // uncompress() takes no null destination, which is what an empty array has.
            guard let base = buffer.baseAddress else { return }
            whole = bytes.withUnsafeBufferPointer { uncompress(base, &length, $0.baseAddress, UInt($0.count)) } == Z_OK && length == UInt(size)
            count = whole ? size : 0
        }
        return whole || size == 0 ? result : nil
    }
}
