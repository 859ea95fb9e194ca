internal import Wire

/// What is let in to the library while nothing is authenticated yet.
///
/// The library takes a handshake message or an alert in the clear at its word, and ends the handshake over many a broken one.
/// An ICE check proves who sent one datagram, not who sends the next from the same address; so what cannot be a step of this
/// handshake is counted and dropped here, and an alert is a hint.
struct Gate {
    enum Admission {
        case pass
        /// The record, or the fragments in it, do not hold together.
        case malformed
        /// Well-formed, but not a step of this handshake.
        case unexpected
        /// More than is held of records that cannot be decrypted yet.
        case overLimit
        /// An alert in the clear.
        case alert(Alert)
        /// A certificate message longer than we take.
        case certificateTooLarge(bytes: Int)
    }

    /// Encrypted records that may come before the keys are there: what the library queues takes up to 17 KiB each.
    private static let earlyRecordsLimit = 24
    /// The last message sequence of one side's handshake in the clear: the longest is a server's HelloVerifyRequest, ServerHello,
    /// Certificate, CertificateStatus, ServerKeyExchange, CertificateRequest and ServerHelloDone, 0 to 6.
    private static let messageSequenceLimit: UInt16 = 7
    /// Bytes of a message other than a certificate: what is put together of fragments is allocated whole at the first one.
    private static let messageLimit = 8 * 1024

    private let role: Role
    private var earlyRecords = 0
    private var sequenceNumber: UInt64 = 0

    init(role: Role) { self.role = role }

    mutating func admit(_ record: RecordHeader, payload: Span<UInt8>) -> Admission {
        guard record.epoch == 0 else {
            guard record.epoch == 1, (20...23).contains(record.contentType.rawValue) else { return .unexpected }
            // These do not reach the library before the handshake ends.
            if record.contentType == .applicationData { return .pass }
            guard earlyRecords < Self.earlyRecordsLimit else { return .overLimit }
            earlyRecords += 1
            return .pass
        }
        switch record.contentType {
        case .handshake: return admitFragments(payload)
        case .changeCipherSpec: return payload.count == 1 && payload[0] == 1 ? .pass : .malformed
        case .alert:
            // RFC 6347 §4.1.2.7 lets invalid records be dropped; an alert that anyone could have sent is not better.
            guard payload.count == 2, let alert = Alert(level: payload[0], code: payload[1]) else { return .malformed }
            return .alert(alert)
        // Application data in the clear and heartbeats have no place anywhere.
        default: return .unexpected
        }
    }

    private func admitFragments(_ payload: Span<UInt8>) -> Admission {
        var fragments = FragmentReader(payload)
        var count = 0
        while let fragment = fragments.next() {
            count += 1
            guard isExpected(fragment.type), fragment.messageSequence <= Self.messageSequenceLimit else { return .unexpected }
            if fragment.type == .certificate {
                guard fragment.messageCount <= Limits.certificateBytes else { return .certificateTooLarge(bytes: fragment.messageCount) }
            } else {
                guard fragment.messageCount <= Self.messageLimit else { return .unexpected }
            }
            // A fragment without bytes is no progress; only ServerHelloDone is a message without any.
            guard !fragment.body.isEmpty || fragment.type == .serverHelloDone && fragment.messageCount == 0 else { return .unexpected }
        }
        return fragments.isMalformed || count == 0 ? .malformed : .pass
    }

    private func isExpected(_ type: HandshakeType) -> Bool {
        switch role {
        case .server:
            type == .clientHello || type == .certificate || type == .clientKeyExchange || type == .certificateVerify
        case .client:
            type == .serverHello || type == .helloVerifyRequest || type == .certificate || type == .serverKeyExchange
                || type == .certificateRequest || type == .serverHelloDone
        }
    }

    /// The record as the library shall see it: one in the clear gets the next sequence number.
    ///
    /// One forged record with a number near 2⁴⁸ would move the library's replay window beyond all that the peer will ever
    /// send. Without keys the window protects nothing: repeated messages are told by their message sequence.
    mutating func renumbered(_ record: Span<UInt8>) -> [UInt8] {
        var bytes = record.array
        guard bytes.count >= RecordHeader.count else { return bytes }
        var number = sequenceNumber
        sequenceNumber += 1
        for index in stride(from: 10, through: 5, by: -1) {
            bytes[index] = UInt8(truncatingIfNeeded: number)
            number >>= 8
        }
        return bytes
    }
}
