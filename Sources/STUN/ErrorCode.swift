/// The number of an error response (RFC 8489 §14.8, RFC 8445 §16.2).
@frozen
public struct ErrorCode: RawRepresentable, Hashable, Sendable {
    /// 300…699.
    public let rawValue: UInt16

    /// Nil outside 300…699.
    public init?(rawValue: UInt16) {
        guard (300...699).contains(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    init(_ rawValue: UInt16) { self.rawValue = rawValue }

    public static let tryAlternate = ErrorCode(300)
    public static let badRequest = ErrorCode(400)
    public static let unauthenticated = ErrorCode(401)
    public static let forbidden = ErrorCode(403)
    public static let unknownAttribute = ErrorCode(420)
    public static let staleNonce = ErrorCode(438)
    public static let roleConflict = ErrorCode(487)
    public static let serverError = ErrorCode(500)

    /// The phrase the RFC recommends, empty for a number it does not name.
    public var reason: StaticString {
        switch rawValue {
        case 300: "Try Alternate"
        case 400: "Bad Request"
        case 401: "Unauthenticated"
        case 403: "Forbidden"
        case 420: "Unknown Attribute"
        case 438: "Stale Nonce"
        case 487: "Role Conflict"
        case 500: "Server Error"
        default: ""
        }
    }
}
