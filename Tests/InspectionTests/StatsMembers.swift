/// The members of the W3C's statistics (webrtc-stats) as far as this server may have the facts for them.
///
/// `always`: a server without codecs can fill it truthfully, so it is there wherever the object is, or where the condition beside it
/// holds. `conditional`: only with a feature that is not there yet. `never`: needs a decoder, encoder or renderer. `ours`: not of the W3C.
enum StatsMembers {
    enum Class { case always, conditional, never, ours }
    enum Value { case string, number, boolean, reference }

    struct Member {
        let type: String
        let name: String
        let kind: Class
        let value: Value
        /// What must be so for an `always` member to be there; empty for nothing.
        let condition: String
    }

    static let all: [Member] = table.split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ", maxSplits: 4).map(String.init)
        guard words.count >= 4, let kind = kinds[words[2]], let value = values[words[3]] else { return nil }
        return Member(type: words[0], name: words[1], kind: kind, value: value, condition: words.count > 4 ? words[4] : "")
    }

    static func members(of type: String) -> [Member] { all.filter { $0.type == type } }

    private static let kinds: [String: Class] = ["S": .always, "C": .conditional, "N": .never, "O": .ours]
    private static let values: [String: Value] = ["string": .string, "number": .number, "boolean": .boolean, "reference": .reference]

    /// type, member, class, type of value, condition
    private static let table = """
        candidate-pair transportId S reference
        candidate-pair localCandidateId S reference
        candidate-pair remoteCandidateId S reference
        candidate-pair state S string
        candidate-pair nominated S boolean
        candidate-pair packetsSent S number
        candidate-pair packetsReceived S number
        candidate-pair bytesSent S number
        candidate-pair bytesReceived S number
        candidate-pair lastPacketSentTimestamp S number something was sent
        candidate-pair lastPacketReceivedTimestamp S number something was received
        candidate-pair totalRoundTripTime S number
        candidate-pair currentRoundTripTime S number a check was answered
        candidate-pair availableOutgoingBitrate C number
        candidate-pair availableIncomingBitrate C number
        candidate-pair requestsReceived S number
        candidate-pair requestsSent S number
        candidate-pair responsesReceived S number
        candidate-pair responsesSent S number
        candidate-pair consentRequestsSent S number
        candidate-pair packetsDiscardedOnSend S number
        candidate-pair bytesDiscardedOnSend S number
        candidate-pair priority O number
        candidate-pair lastErrorCode O number
        local-candidate transportId S reference
        local-candidate address S string
        local-candidate port S number
        local-candidate protocol S string
        local-candidate candidateType S string
        local-candidate priority S number
        local-candidate url C string
        local-candidate relayProtocol C string
        local-candidate foundation S string
        local-candidate relatedAddress S string not a host candidate
        local-candidate relatedPort S number not a host candidate
        local-candidate usernameFragment S string
        local-candidate tcpType C string
        remote-candidate transportId S reference
        remote-candidate address S string
        remote-candidate port S number
        remote-candidate protocol S string
        remote-candidate candidateType S string
        remote-candidate priority S number
        remote-candidate url N string
        remote-candidate relayProtocol N string
        remote-candidate foundation S string
        remote-candidate relatedAddress S string not a host candidate
        remote-candidate relatedPort S number not a host candidate
        remote-candidate usernameFragment S string
        remote-candidate tcpType C string
        transport packetsSent S number
        transport packetsReceived S number
        transport bytesSent S number
        transport bytesReceived S number
        transport iceRole S string
        transport iceLocalUsernameFragment S string
        transport dtlsState S string
        transport iceState S string
        transport selectedCandidatePairId S reference a pair was selected
        transport localCertificateId S reference
        transport remoteCertificateId S reference the peer's certificate came
        transport tlsVersion S string the handshake finished
        transport dtlsCipher S string the handshake finished
        transport dtlsRole S string
        transport srtpCipher S string the handshake agreed on SRTP
        transport selectedCandidatePairChanges S number
        transport rtcpTransportStatsId N reference
        transport ccfbMessagesSent C number
        transport ccfbMessagesReceived C number
        peer-connection dataChannelsOpened S number
        peer-connection dataChannelsClosed S number
        data-channel label S string
        data-channel protocol S string
        data-channel dataChannelIdentifier S number it has an id
        data-channel state S string
        data-channel messagesSent S number
        data-channel bytesSent S number
        data-channel messagesReceived S number
        data-channel bytesReceived S number
        certificate fingerprint S string
        certificate fingerprintAlgorithm S string
        certificate base64Certificate S string
        certificate issuerCertificateId C reference
        codec payloadType S number
        codec transportId S reference
        codec mimeType S string
        codec clockRate S number
        codec channels S number audio
        codec sdpFmtpLine S string parameters were given
        sctp-transport transportId O reference
        sctp-transport smoothedRoundTripTime O number
        sctp-transport congestionWindow O number
        sctp-transport receiverWindow O number
        sctp-transport mtu O number
        sctp-transport unackedData O number
        """

    /// Types of streams and of what renders them: media is not received yet, so a report has none.
    static let absentTypes = [
        "inbound-rtp", "outbound-rtp", "remote-inbound-rtp", "remote-outbound-rtp", "media-source", "media-playout",
    ]
}
