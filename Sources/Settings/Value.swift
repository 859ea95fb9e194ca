/// What is wrong with a value, as the end of a sentence that begins with the key: "is no port".
struct ValueError: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

/// Reads the texts of values.
enum Value {
    static func text(_ text: String) throws(ValueError) -> String {
        guard !text.isEmpty else { throw ValueError("is empty") }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) else {
            throw ValueError("has a control character")
        }
        return text
    }

    static func boolean(_ values: [String]) throws(ValueError) -> Bool {
        guard values.count == 1 else { throw ValueError("takes true or false") }
        switch values[0].lowercased() {
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0": return false
        default: throw ValueError("is \(quoted(values[0])), not true or false")
        }
    }

    static func choice<Choice: RawRepresentable & CaseIterable>(_ text: String) throws(ValueError) -> Choice
    where Choice.RawValue == String {
        guard let choice = Choice(rawValue: text.lowercased()) else {
            throw ValueError("is \(quoted(text)), not one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }

    static func number(_ text: String, in range: ClosedRange<Int>) throws(ValueError) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw ValueError("is \(quoted(text)), not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    static func port(_ text: String) throws(ValueError) -> UInt16 {
        guard let port = UInt16(text) else { throw ValueError("is \(quoted(text)), not a port from 0 to 65535") }
        return port
    }

    /// `HOST:PORT`, `[v6]:PORT`; the host must be named.
    static func endpoint(_ text: String) throws(ValueError) -> Endpoint {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw ValueError("is \(quoted(text)), not HOST:PORT")
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
            guard host.contains(":") else { throw ValueError("is \(quoted(text)), not HOST:PORT") }
        } else if host.contains(":") {
            throw ValueError("is \(quoted(text)): an IPv6 address stands in brackets, [::1]:8080")
        }
        return Endpoint(host: try Value.host(host), port: port)
    }

    static func host(_ text: String) throws(ValueError) -> String {
        let isHost =
            !text.isEmpty && text.utf8.count <= 253
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
                    UInt8(ascii: "_"), UInt8(ascii: "%"):
                    true
                default: false
                }
            }
        guard isHost else { throw ValueError("is \(quoted(text)), not a host name or address") }
        return text
    }

    /// An address rather than a name: what it must look like; the socket layer parses it.
    static func address(_ text: String) throws(ValueError) -> String {
        let isAddress =
            text.contains(":")
            ? text.utf8.allSatisfy { hexadecimal.contains($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
            : text.split(separator: ".", omittingEmptySubsequences: false).count == 4
                && text.split(separator: ".").allSatisfy { UInt8($0) != nil }
        guard isAddress else { throw ValueError("is \(quoted(text)), not an IP address") }
        return text
    }

    private static let hexadecimal = Set("0123456789abcdefABCDEF".utf8)

    /// An http or https URL without query or fragment; a slash at its end is taken off.
    static func url(_ text: String) throws(ValueError) -> String {
        let rest = text.hasPrefix("https://") ? text.dropFirst(8) : text.hasPrefix("http://") ? text.dropFirst(7) : ""
        let authority = rest.prefix { $0 != "/" }
        let isURL =
            !authority.isEmpty && !authority.contains("@")
            && rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"?#<>\"\\".utf8.contains($0) }
        guard isURL else { throw ValueError("is \(quoted(text)), not an http or https URL without user, query and fragment") }
        var url = text
        while url.hasSuffix("/") { url.removeLast() }
        return url
    }

    /// An http or https URL with a host and whatever path and query, but no user and no fragment.
    static func webhook(_ text: String) throws(ValueError) -> String {
        let rest = text.hasPrefix("https://") ? text.dropFirst(8) : text.hasPrefix("http://") ? text.dropFirst(7) : ""
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let isURL =
            !authority.isEmpty && !authority.contains("@")
            && rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"#<>\"\\".utf8.contains($0) }
        // Not quoted whole: its path or query may be a secret.
        guard isURL else { throw ValueError("is no http or https URL without user and fragment") }
        return text
    }

    /// RFC 6454 §6.2: scheme, host and port, and nothing behind.
    static func origin(_ text: String) throws(ValueError) -> String {
        let url = try? Value.url(text)
        guard let url, url == text, url.split(separator: "/", omittingEmptySubsequences: false).count == 3 else {
            throw ValueError("is \(quoted(text)), not an origin like https://app.example")
        }
        return url.lowercased()
    }

    static func iceServer(_ text: String) throws(ValueError) -> String {
        let schemes = ["stun:", "stuns:", "turn:", "turns:"]
        guard let scheme = schemes.first(where: { text.hasPrefix($0) }), text.utf8.count > scheme.utf8.count,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"<>\"\\".utf8.contains($0) })
        else { throw ValueError("is \(quoted(text)), not a stun: or turn: URL") }
        return text
    }

    /// `SECRET` or `SECRET:scope,scope`. The secret never stands in a message.
    static func token(_ text: String) throws(ValueError) -> Token {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let secret = parts.first else {
            throw ValueError("has more than one colon: write SECRET or SECRET:SCOPES")
        }
        // RFC 6750 §2.1: the characters of a bearer token.
        let isToken =
            !secret.isEmpty
            && secret.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
                    true
                default: false
                }
            }
        guard isToken else { throw ValueError("has a secret that is empty or no bearer token (letters, digits, -._~+/=)") }
        guard secret.utf8.count <= 512 else { throw ValueError("has a secret longer than 512 bytes") }
        guard parts.count == 2 else { return Token(secret: String(secret), scopes: Set(Scope.allCases)) }
        var scopes: Set<Scope> = []
        for name in parts[1].split(separator: ",") {
            guard let scope = Scope(rawValue: String(name)) else {
                throw ValueError("names no scope with \(quoted(String(name))): publish, play, connect, inspect, admin")
            }
            scopes.insert(scope)
        }
        guard !scopes.isEmpty else { throw ValueError("names no scope behind the colon") }
        return Token(secret: String(secret), scopes: scopes)
    }

    /// For a message: bounded, control characters escaped.
    static func quoted(_ text: String) -> String {
        "\"" + text.prefix(80).unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? "?" : String($0) }.joined() + "\""
    }
}
