// The stored form of a record, version 2: what is small and may grow is JSON, what is large or many is bytes.
//
// A document is "PSR", the version, then sections: a tag, a length, a body. A reader skips tags that it does not know. Version 1 was one
// JSON object; both are read.

internal import JSON

/// The sections of a document.
enum StoredSection: UInt8 {
    /// The JSON object of everything that has no section of its own.
    case members = 0x4a  // J
    /// Descriptions, byte for byte.
    case offer = 0x4f  // O
    case answer = 0x41  // A
    /// Certificates in DER: the evidence has the same bytes, so that they cost nothing once compressed.
    case localCertificate = 0x4c  // L
    case remoteCertificate = 0x52  // R
    case events = 0x45  // E
    case evidence = 0x50  // P
}

extension Record {
    private static let magic: [UInt8] = [0x50, 0x53, 0x52, 2]

    /// The document that a history keeps.
    public func stored() -> [UInt8] {
        var out = StoredWriter()
        out.bytes.reserveCapacity(2048 + (offer?.bytes.count ?? 0) + (answer?.bytes.count ?? 0) + evidence.byteCount + 24 * events.count)
        out.bytes += Self.magic
        let local = handshake.localCertificate.flatMap(\.der)
        let remote = handshake.remoteCertificate.flatMap(\.der)
        var json = JSONWriter(capacity: 4096)
        encodeMembers(into: &json, hasLocalDER: local != nil, hasRemoteDER: remote != nil)
        put(json.finish(), .members, into: &out)
        if let offer { put(offer.bytes, .offer, into: &out) }
        if let answer { put(answer.bytes, .answer, into: &out) }
        out.section(.events) { TimelineEvent.store(events, into: &$0) }
        if let local { put(local, .localCertificate, into: &out) }
        if let remote { put(remote, .remoteCertificate, into: &out) }
        out.section(.evidence) { evidence.store(into: &$0) }
        return out.bytes
    }

    private func put(_ body: [UInt8], _ tag: StoredSection, into out: inout StoredWriter) {
        out.bytes.append(tag.rawValue)
        out.put(body)
    }

    /// Reads a document of any version.
    ///
    /// - Parameter json: decodes a record from a JSON object, by `Record.init(from:)`; given by the caller, as this room has no decoder.
    /// - Throws: where it is no record, or damaged.
    public init(stored document: [UInt8], json: ([UInt8]) throws -> Record) throws {
        guard document.starts(with: Self.magic.prefix(3)) else {
            self = try json(document)
            return
        }
        var reader = StoredReader(document)
        _ = try reader.block(Self.magic.count)
        var parts: [UInt8: StoredReader] = [:]
        while !reader.isAtEnd {
            let (tag, part) = try reader.section()
            parts[tag] = part
        }
        func part(_ section: StoredSection) -> StoredReader? { parts[section.rawValue] }
        guard var members = part(.members) else { throw StoredReader.Damaged() }
        self = try json(members.rest())
        if var part = part(.offer) { offer = Description(bytes: part.rest()) }
        if var part = part(.answer) { answer = Description(bytes: part.rest()) }
        if var part = part(.events) { events = try TimelineEvent.stored(in: &part) }
        if var part = part(.localCertificate) { handshake.localCertificate?.setDER(part.rest()) }
        if var part = part(.remoteCertificate) { handshake.remoteCertificate?.setDER(part.rest()) }
        if var part = part(.evidence) { evidence = try Evidence(stored: &part) }
    }
}

extension Record.Certificate {
    /// The certificate's bytes; nil where its text is not exactly their base64.
    fileprivate var der: [UInt8]? {
        let bytes = base64Decoded(base64)
        return !bytes.isEmpty && Self.base64(of: bytes) == base64 ? bytes : nil
    }

    fileprivate mutating func setDER(_ bytes: [UInt8]) { base64 = Self.base64(of: bytes) }

    private static func base64(of bytes: [UInt8]) -> String {
        var json = JSONWriter(capacity: bytes.count * 4 / 3 + 16)
        json.base64(bytes.span)
        // Without the quotes.
        return String(decoding: json.bytes.dropFirst().dropLast(), as: UTF8.self)
    }
}
