/// Where messages go: an `http` or `https` URL, taken apart.
public struct Receiver: Sendable, Hashable {
    public let isSecure: Bool
    /// A name, or an address without brackets.
    public let host: String
    public let port: UInt16
    /// Path and query.
    public let target: String

    /// Nil for what is no such URL, has a user, a fragment, a blank or a control character.
    public init?(_ url: String) {
        let rest: Substring
        if url.hasPrefix("https://") {
            isSecure = true
            rest = url.dropFirst(8)
        } else if url.hasPrefix("http://") {
            isSecure = false
            rest = url.dropFirst(7)
        } else {
            return nil
        }
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"#<>\"\\".utf8.contains($0) }) else { return nil }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { return nil }
        let end: Substring.Index
        if authority.hasPrefix("[") {
            guard let bracket = authority.firstIndex(of: "]") else { return nil }
            host = String(authority[authority.index(after: authority.startIndex)..<bracket])
            end = authority.index(after: bracket)
        } else {
            end = authority.firstIndex(of: ":") ?? authority.endIndex
            host = String(authority[..<end])
        }
        guard !host.isEmpty, host.utf8.count <= 253 else { return nil }
        let suffix = authority[end...]
        if suffix.isEmpty {
            port = isSecure ? 443 : 80
        } else {
            guard suffix.first == ":", let number = UInt16(suffix.dropFirst()), number > 0 else { return nil }
            port = number
        }
        let path = rest[authority.endIndex...]
        target = path.hasPrefix("/") ? String(path) : "/" + path
    }

    /// The value of Host.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }
}
