import Crypt
import Testing
import Wire

private let digits32 = Array(repeating: "aB", count: 32).joined(separator: ":")
private let digits20 = Array(repeating: "01", count: 20).joined(separator: ":")

func fingerprint(_ certificate: [UInt8], _ algorithm: Fingerprint.Algorithm) -> Fingerprint {
    Fingerprint(of: certificate.span, algorithm: algorithm)
}

func verify(_ certificate: [UInt8], _ fingerprints: [Fingerprint]) -> Bool {
    Fingerprint.verify(certificate.span, against: fingerprints)
}

@Suite struct `Fingerprints` {
    @Test func `either case is read and upper case is written`() throws {
        let fingerprint = try Fingerprint(parsing: "SHA-256 " + digits32)
        #expect(fingerprint.algorithm == .sha256)
        #expect(fingerprint.bytes == [UInt8](repeating: 0xab, count: 32))
        #expect(fingerprint.description == "sha-256 " + digits32.uppercased())
        #expect(try Fingerprint(parsing: fingerprint.description) == fingerprint)
        #expect(try Fingerprint(parsing: "sha-1 " + digits20).algorithm.isStrong == false)
    }

    @Test(arguments: [
        ("", FingerprintError.malformed), ("sha-256", .malformed), ("sha-256 ", .malformed), ("sha-256 zz", .malformed),
        ("sha-256 AABB", .malformed), ("sha-256 AA:BB:", .malformed), ("sha-256 :AA", .malformed), ("sha-256 +1:-1", .malformed),
        ("sha-256 AA:BB", .wrongLength(expected: 32, actual: 2)),
        ("sha-512 " + digits32, .wrongLength(expected: 64, actual: 32)),
        ("md5 " + digits20, .forbiddenAlgorithm("md5")), ("MD2 AA", .forbiddenAlgorithm("md2")),
        ("sha-224 AA", .unknownAlgorithm("sha-224")), ("blake3 AA:BB", .unknownAlgorithm("blake3")),
        ("sha-256 " + String(repeating: "A", count: 300), .malformed),
    ])
    func `what is no fingerprint says why`(text: String, error: FingerprintError) {
        #expect(throws: error) { try Fingerprint(parsing: text) }
    }

    @Test func `of every strong algorithm one must match, and weak ones prove nothing`() {
        let mine: [UInt8] = [1, 2, 3]
        let other: [UInt8] = [3, 2, 1]
        #expect(verify(mine, [fingerprint(mine, .sha256)]))
        #expect(verify(mine, [fingerprint(other, .sha256), fingerprint(mine, .sha256)]))
        #expect(verify(mine, [fingerprint(mine, .sha512), fingerprint(mine, .sha384)]))
        #expect(!verify(mine, []))
        #expect(!verify(mine, [fingerprint(other, .sha256)]))
        #expect(!verify(mine, [fingerprint(mine, .sha1)]))
        #expect(verify(mine, [fingerprint(other, .sha1), fingerprint(mine, .sha256)]))
        #expect(!verify(mine, [fingerprint(mine, .sha1), fingerprint(other, .sha256)]))
        #expect(!verify(mine, [fingerprint(mine, .sha256), fingerprint(other, .sha512)]))
    }
}

@Suite struct `Identities` {
    @Test func `an identity has a certificate whose digest is its fingerprint`() throws {
        let identity = try Identity(validFrom: 1_800_000_000)
        #expect(identity.certificate.count > 200 && identity.certificate.count < 600)
        #expect(fingerprint(identity.certificate, .sha256) == identity.fingerprint)
        #expect(try Identity(validFrom: 1_800_000_000).fingerprint != identity.fingerprint)
    }

    @Test(arguments: [Int64.min, -1, 0, 4_102_444_800, Int64.max])
    func `an absurd clock gives a certificate or an error`(unixSeconds: Int64) {
        _ = try? Identity(validFrom: unixSeconds, days: .max)
        _ = try? Identity(validFrom: unixSeconds, days: .min)
    }
}
