// The stored form of what DTLS knows.

internal import JSON

extension Record.Handshake: Decodable {
    private enum Key: String, CodingKey {
        case role, state, version, cipher, srtpProfile, localCertificate, remoteCertificate, expectedFingerprints
        case isFingerprintVerified, clientHellosSeen, retransmissions, datagramsSent, datagramsReceived, alertReceived
        case alertSent, failure
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init()
        role = values.value(.role, or: role)
        state = values.value(.state, or: state)
        version = values.optional(.version)
        cipher = values.optional(.cipher)
        srtpProfile = values.optional(.srtpProfile)
        localCertificate = values.optional(.localCertificate)
        remoteCertificate = values.optional(.remoteCertificate)
        expectedFingerprints = values.value(.expectedFingerprints, or: expectedFingerprints)
        isFingerprintVerified = values.value(.isFingerprintVerified, or: isFingerprintVerified)
        clientHellosSeen = values.value(.clientHellosSeen, or: clientHellosSeen)
        retransmissions = values.value(.retransmissions, or: retransmissions)
        datagramsSent = values.value(.datagramsSent, or: datagramsSent)
        datagramsReceived = values.value(.datagramsReceived, or: datagramsReceived)
        alertReceived = values.optional(.alertReceived)
        alertSent = values.optional(.alertSent)
        failure = values.optional(.failure)
    }

    /// - Parameters:
    ///   - hasLocalDER: the certificate has a section of its own, and so no base64 here.
    func encode(into json: inout JSONWriter, hasLocalDER: Bool, hasRemoteDER: Bool) {
        json.beginObject()
        json.member("role", role.rawValue)
        json.member("state", state.rawValue)
        json.member("version", version.map { Int($0) })
        json.member("cipher", cipher)
        json.member("srtpProfile", srtpProfile)
        if let localCertificate {
            json.key("localCertificate")
            localCertificate.encode(into: &json, hasDER: hasLocalDER)
        }
        if let remoteCertificate {
            json.key("remoteCertificate")
            remoteCertificate.encode(into: &json, hasDER: hasRemoteDER)
        }
        json.array("expectedFingerprints") { json in
            for word in expectedFingerprints { json.string(word) }
        }
        json.member("isFingerprintVerified", ifTrue: isFingerprintVerified)
        json.member("clientHellosSeen", nonZero: clientHellosSeen)
        json.member("retransmissions", nonZero: retransmissions)
        json.member("datagramsSent", nonZero: datagramsSent)
        json.member("datagramsReceived", nonZero: datagramsReceived)
        if let alertReceived {
            json.key("alertReceived")
            alertReceived.encode(into: &json)
        }
        if let alertSent {
            json.key("alertSent")
            alertSent.encode(into: &json)
        }
        if let failure {
            json.key("failure")
            failure.encode(into: &json)
        }
        json.endObject()
    }
}

extension Record.Handshake.Failure: Decodable {
    private enum Key: String, CodingKey {
        case code, text
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(values.value(.code, or: .other), text: values.value(.text, or: ""))
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("code", code.rawValue)
        json.member("text", text)
        json.endObject()
    }
}

extension Record.Certificate: Decodable {
    private enum Key: String, CodingKey {
        case fingerprint, fingerprintAlgorithm, base64
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            fingerprint: values.value(.fingerprint, or: ""), fingerprintAlgorithm: values.value(.fingerprintAlgorithm, or: "sha-256"),
            base64: values.value(.base64, or: ""))
    }

    func encode(into json: inout JSONWriter, hasDER: Bool) {
        json.beginObject()
        json.member("fingerprint", fingerprint)
        json.member("fingerprintAlgorithm", fingerprintAlgorithm)
        if !hasDER { json.member("base64", base64) }
        json.endObject()
    }
}

extension Record.Alert: Decodable {
    private enum Key: String, CodingKey {
        case isFatal, code
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(isFatal: values.value(.isFatal, or: true), code: values.value(.code, or: 0))
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("isFatal", isFatal)
        json.member("code", Int(code))
        json.endObject()
    }
}
