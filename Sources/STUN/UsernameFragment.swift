internal import Wire

/// A short username fragment as sixteen inline bytes: the key under which a datagram from an unknown source finds its session.
///
/// Longer fragments have none; those an agent of ours makes are shorter.
@frozen
public struct UsernameFragment: Hashable, Sendable {
    let high: UInt64
    let low: UInt64
    let count: UInt8

    /// Nil for an empty fragment and for one of more than sixteen bytes.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count > 0, bytes.count <= 16 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for index in 0..<bytes.count {
            high = high << 8 | low >> 56
            low = low << 8 | UInt64(bytes[index])
        }
        self.high = high
        self.low = low
        count = UInt8(truncatingIfNeeded: bytes.count)
    }

    public init?(_ text: String) {
        self.init(Array(text.utf8).span)
    }
}

extension Message {
    /// The receiver's own fragment of a Binding request: what stands before the colon of USERNAME.
    ///
    /// RFC 8445 §7.2.2: the username is "formed by concatenating the username fragment provided by the peer with the username
    /// fragment of the ICE agent sending the request, separated by a colon". Proves nothing: the integrity does.
    public var localFragment: UsernameFragment? {
        guard let username else { return nil }
        var colon = 0
        while colon < username.count, username[colon] != UInt8(ascii: ":") { colon &+= 1 }
        guard colon < username.count else { return nil }
        return UsernameFragment(username.extracting(0..<colon))
    }

    /// Both fragments of a Binding request, the receiver's and the sender's; nil for all else, and where one is too long for a key.
    public static func fragments(of datagram: Span<UInt8>) -> (receiver: UsernameFragment, sender: UsernameFragment)? {
        guard let message = try? Message(parsing: datagram), message.type == .bindingRequest, let username = message.username,
            let receiver = message.localFragment
        else { return nil }
        var colon = 0
        while colon < username.count, username[colon] != UInt8(ascii: ":") { colon &+= 1 }
        guard colon < username.count, let sender = UsernameFragment(username.extracting(colon &+ 1..<username.count)) else { return nil }
        return (receiver, sender)
    }

    /// The receiver's own fragment of a datagram from an unknown source; nil for all that is no Binding request with one.
    ///
    /// One pass over the datagram, no allocation, no cryptography.
    public static func localFragment(of datagram: Span<UInt8>) -> UsernameFragment? {
        guard let message = try? Message(parsing: datagram), message.type == .bindingRequest else { return nil }
        return message.localFragment
    }
}
