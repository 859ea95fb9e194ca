internal import CAssets
internal import Crypt
internal import Foundation
internal import HTTP

/// The page and the API description: embedded in the binary, or read from a directory while somebody works on them.
enum Assets {
    private struct Asset {
        let path: String
        let type: String
        let bytes: [UInt8]
        let tag: EntityTag?

        init(path: String, type: String, bytes: [UInt8]) {
            self.path = path
            self.type = type
            self.bytes = bytes
            let digest = HashFunction.sha256.digest(of: bytes.span)
            tag = EntityTag(String(digest.prefix(12).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }, radix: 36))
        }
    }

    /// What is embedded, by path. Only these paths exist, so nothing else of a directory can be asked for.
    private static let table: [String: Asset] = {
        var table: [String: Asset] = [:]
        var index = 0
        while let entry = asset_at(index)?.pointee, let path = entry.path, let type = entry.content_type {
            // unsafe: the embedded bytes are constants of the program; they are copied once.
            let bytes = Array(UnsafeBufferPointer(start: entry.bytes, count: entry.count))
            let asset = Asset(path: String(cString: path), type: String(cString: type), bytes: bytes)
            table[asset.path] = asset
            index += 1
        }
        return table
    }()

    /// Every path that is served.
    static var paths: [String] { table.keys.sorted() }

    static func response(for head: RequestHead, _ directory: String?) -> Response? {
        let path = "/" + head.path.joined(separator: "/")
        guard var asset = table[path == "/" ? "/index.html" : path] else { return nil }
        if let directory, let live = FileManager.default.contents(atPath: directory + asset.path) {
            asset = Asset(path: asset.path, type: asset.type, bytes: Array(live))
        }
        var response = Response(.ok, type: asset.type, asset.bytes)
        if let tag = asset.tag {
            let condition = head.headers.joined("if-none-match").flatMap(EntityTag.condition)
            if condition?.matchesWeakly(tag) == true { response = Response(.notModified) }
            response.add("ETag", tag.description)
        }
        response.add("Cache-Control", "no-cache")
        // SECURITY E3: nothing but our own files, no frames, no plugins.
        response.add(
            "Content-Security-Policy",
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'")
        response.add("Referrer-Policy", "no-referrer")
        return response
    }
}
