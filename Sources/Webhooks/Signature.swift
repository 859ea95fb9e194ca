internal import Crypt

/// How a receiver knows that a message is ours: the header fields of Standard Webhooks 1.0.
///
/// `webhook-signature` is `v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body` under the secret, which the receiver
/// has too. The time stands under the signature, so that a message recorded by others is of no use later.
public struct Signature: Sendable {
    private let key: HMACSHA256

    /// - Parameter secret: any text; `whsec_` with base64 behind it stands for those bytes, as Standard Webhooks writes secrets.
    public init(secret: String) {
        let encoded = secret.hasPrefix("whsec_") ? Base64.decode(String(secret.dropFirst(6))) : nil
        let bytes = encoded ?? Array(secret.utf8)
        key = HMACSHA256(key: bytes.span)
    }

    /// The value of `webhook-signature`.
    public func value(id: String, timestamp: Int64, body: [UInt8]) -> String {
        let head = Array("\(id).\(timestamp).".utf8)
        let tag = key.authenticate(head.span, body.span)
        let bytes = (0..<32).map { tag[$0] }
        return "v1,\(Base64.encode(bytes.span))"
    }
}
