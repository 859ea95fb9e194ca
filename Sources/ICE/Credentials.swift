public import Wire

/// A username fragment and a password: what lets two agents know each other's checks from a stranger's (RFC 8445 §5.3).
public struct Credentials: Hashable, Sendable {
    public let ufrag: String
    public let password: String

    public init(ufrag: String, password: String) {
        self.ufrag = ufrag
        self.password = password
    }

    /// Fresh credentials: a fragment of 48 random bits, a password of 144.
    ///
    /// RFC 8445 §5.3 asks for at least 24 and 128 bits of randomness.
    public static func random(_ random: inout RandomSource) -> Credentials {
        Credentials(ufrag: random.characters(8, of: iceCharacters), password: random.characters(24, of: iceCharacters))
    }

    /// RFC 8839 §5.4: `ice-char = ALPHA / DIGIT / "+" / "/"`; sixty-four, so that each stands for six bits exactly.
    private static let iceCharacters: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
}

extension Credentials: CustomStringConvertible {
    /// The fragment alone: a password never reaches a log.
    public var description: String { ufrag }
}
