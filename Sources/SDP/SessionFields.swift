public import Wire

/// `o=`: who made the description, and which version of it this is (RFC 8866 §5.2).
public struct Origin: Hashable, Sendable {
    public var username: String
    /// Decimal digits, kept as text: the number may be wider than 64 bits.
    public var sessionID: String
    /// Decimal digits, kept as text.
    public var version: String
    public var networkType: String
    public var addressType: String
    public var address: String

    public init(
        username: String = "-", sessionID: String, version: String, networkType: String = "IN", addressType: String = "IP4",
        address: String = "0.0.0.0"
    ) {
        self.username = username
        self.sessionID = sessionID
        self.version = version
        self.networkType = networkType
        self.addressType = addressType
        self.address = address
    }

    init(_ scanner: inout LineScanner) throws(SDPError) {
        var fields: [Field] = []
        while let field = scanner.field() { fields.append(field) }
        guard fields.count == 6 else {
            throw scanner.error(
                .origin, "RFC 8866 §5.2", at: scanner.firstColumn,
                "The o= line has \(fields.count) fields; it needs six: username, session id, version, IN, IP4 or IP6, address.")
        }
        for field in fields[1...2] where !field.text.utf8.allSatisfy(Ascii.isDigit) {
            throw scanner.error(
                .origin, "RFC 8866 §5.2", at: field.column,
                "The session id and version of the o= line are decimal numbers; \(quoted(field.text)) is not.")
        }
        self.init(
            username: fields[0].text, sessionID: fields[1].text, version: fields[2].text, networkType: fields[3].text,
            addressType: fields[4].text, address: fields[5].text)
    }

    var text: String { "\(username) \(sessionID) \(version) \(networkType) \(addressType) \(address)" }
}

/// `c=`: where media is sent to where ICE does not say (RFC 8866 §5.7).
public struct Connection: Hashable, Sendable {
    public var networkType: String
    public var addressType: String
    /// An address or a name, a multicast one with its `/ttl/count`, as written.
    public var address: String

    public init(networkType: String = "IN", addressType: String = "IP4", address: String = "0.0.0.0") {
        self.networkType = networkType
        self.addressType = addressType
        self.address = address
    }

    init(_ scanner: inout LineScanner) throws(SDPError) {
        guard let network = scanner.field(), let type = scanner.field(), let address = scanner.field() else {
            throw scanner.error(
                .connection, "RFC 8866 §5.7", "A c= line needs three fields: IN, IP4 or IP6, and an address.")
        }
        if let extra = scanner.field() {
            throw scanner.error(
                .connection, "RFC 8866 §5.7", at: extra.column,
                "A c= line ends after its address; \(quoted(extra.text)) is too much.")
        }
        self.init(networkType: network.text, addressType: type.text, address: address.text)
    }

    /// The address where it is one; nil for a name.
    public var ip: IPAddress? { IPAddress(address.prefix { $0 != "/" }) }

    /// Whether media would go to a multicast group, which ICE and DTLS cannot do.
    public var isMulticast: Bool { address.utf8.contains(Ascii.slash) || ip?.isMulticast == true }

    var text: String { "\(networkType) \(addressType) \(address)" }
}

/// `b=`: how much bandwidth is proposed (RFC 8866 §5.8).
public struct Bandwidth: Hashable, Sendable {
    /// `AS` and `CT` count kilobits a second, `TIAS`, `RS` and `RR` bits.
    public var kind: String
    /// A number too wide for 64 bits is held at the widest.
    public var value: UInt64

    public init(kind: String, value: UInt64) {
        self.kind = kind
        self.value = value
    }

    init(_ scanner: inout LineScanner) throws(SDPError) {
        let kind = scanner.range(upTo: Ascii.colon)
        let column = scanner.column
        let value = scanner.rest()
        guard !kind.isEmpty, !value.isEmpty, value.utf8.allSatisfy(Ascii.isDigit) else {
            throw scanner.error(
                .bandwidth, "RFC 8866 §5.8", at: column,
                "A b= line reads <type>:<number> with a number that is not negative, as in b=AS:512.")
        }
        self.init(kind: scanner.text(in: kind), value: value.utf8.decimal(as: UInt64.self) ?? .max)
    }

    /// The bandwidth in bits a second, held at the widest number.
    public var bitsPerSecond: UInt64 {
        guard kind == "AS" || kind == "CT" else { return value }
        let (bits, overflow) = value.multipliedReportingOverflow(by: 1000)
        return overflow ? .max : bits
    }

    var text: String { "\(kind):\(value)" }
}

/// `t=` and the `r=` lines after it (RFC 8866 §5.9, §5.10). Sessions of WebRTC say `0 0`: for ever.
public struct Timing: Hashable, Sendable {
    /// Seconds since 1900, as decimal digits.
    public var start: String
    public var stop: String
    /// `r=` lines, as they were written.
    public var repeats: [String] = []

    public init(start: String = "0", stop: String = "0") {
        self.start = start
        self.stop = stop
    }

    init(_ scanner: inout LineScanner) throws(SDPError) {
        guard let start = scanner.field(), let stop = scanner.field(), scanner.field() == nil,
            start.text.utf8.allSatisfy(Ascii.isDigit), stop.text.utf8.allSatisfy(Ascii.isDigit)
        else {
            throw scanner.error(
                .timing, "RFC 8866 §5.9", at: scanner.firstColumn, "A t= line holds two numbers, start and stop, as in t=0 0.")
        }
        self.init(start: start.text, stop: stop.text)
    }
}
