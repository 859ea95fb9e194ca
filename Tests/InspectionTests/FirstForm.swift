/// A record as the first version of this program stored it: a real session of a Firefox, all of it one JSON object. Must always be read.
enum FirstForm {
    // swift-format-ignore
    static let document = #"""
        {"schema": 1,"id": "01m82ee8wbvar95bwkt4jxgsvrhpk9py1t6v","kind": "session","startedAt": 1795378586507187,"takenAt": 60756830,
        "endedAt": 60756830,"remoteAddress": "127.0.0.1:42986",
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0","signalingState": "closed",
        "gatheringState": "complete","connectionState": "closed","outcome": "completed","reason": {"code": "closed-by-peer",
        "text": "The peer said goodbye and closed the connection."},"phases": {"offerParsed": 1127,"candidatesGathered": 1127,
        "answerSent": 1127,"firstCheckReceived": 12187,"firstCheckSent": 2132,"pairSucceeded": 13298,"nominated": 13298,
        "dtlsStarted": 13298,"dtlsFinished": 33899,"sctpStarted": 33899,"sctpEstablished": 39711,"channelOpen": 40750,"connected": 33899},
        "offer": "v=0\r\no=mozilla...THIS_IS_SDPARTA-99.0 4618631790937103540 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=sendrecv\r\na=fingerprint:sha-256 00:50:06:38:6E:C0:7F:26:AD:68:95:61:89:6D:CB:3E:AB:BC:06:A7:10:65:22:8B:85:98:01:99:5C:8E:57:5A\r\na=group:BUNDLE 0\r\na=ice-options:trickle\r\na=msid-semantic:WMS *\r\nm=application 57026 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 192.0.2.2\r\na=candidate:0 1 UDP 2122055935 127.0.0.1 44420 typ host\r\na=candidate:1 1 UDP 2122121471 ::1 39220 typ host\r\na=candidate:2 1 UDP 2122187007 192.0.2.2 57026 typ host\r\na=candidate:3 1 UDP 2122252543 fd00::2 60372 typ host\r\na=candidate:4 1 TCP 2105327871 127.0.0.1 9 typ host tcptype active\r\na=candidate:5 1 TCP 2105393407 ::1 9 typ host tcptype active\r\na=candidate:6 1 TCP 2105458943 192.0.2.2 9 typ host tcptype active\r\na=candidate:7 1 TCP 2105524479 fd00::2 9 typ host tcptype active\r\na=sendrecv\r\na=end-of-candidates\r\na=ice-pwd:********************************\r\na=ice-ufrag:654bee92\r\na=mid:0\r\na=setup:actpass\r\na=sctp-port:5000\r\na=max-message-size:1073741823\r\n",
        "answer": "v=0\r\no=- 3091064356783676384 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=ice-options:trickle\r\nm=application 34687 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 192.0.2.2\r\na=mid:0\r\na=ice-ufrag:JP8Hm4xR\r\na=ice-pwd:************************\r\na=fingerprint:sha-256 65:07:44:C6:42:E3:47:F9:3C:A2:69:DB:A7:18:B7:00:EC:33:FB:E0:B8:8B:68:EF:1F:1A:9A:AB:AD:46:02:CE\r\na=setup:active\r\na=candidate:3454645035 1 udp 2130706431 fd00::2 34687 typ host\r\na=candidate:4160528438 1 udp 2130640895 192.0.2.2 34687 typ host\r\na=candidate:3532229425 1 udp 2130575359 ::1 34687 typ host\r\na=candidate:12452948 1 udp 2130509823 127.0.0.1 34687 typ host\r\na=end-of-candidates\r\na=sctp-port:5000\r\na=max-message-size:262144\r\n",
        "connectivity": {"role": "controlled","state": "closed","usernameFragment": "JP8Hm4xR","remote": {"usernameFragment": "654bee92",
        "isLite": false,"canTrickle": true,"hasEndOfCandidates": true},"localCandidates": [{"id": "1x3i40p5pets","kind": "host",
        "transport": "udp","host": "fd00::2","port": 34687,"priority": 2130706431,"foundation": "3454645035",
        "usernameFragment": "JP8Hm4xR"},{"id": "26zc7jxskzb34","kind": "host","transport": "udp","host": "192.0.2.2","port": 34687,
        "priority": 2130640895,"foundation": "4160528438","usernameFragment": "JP8Hm4xR"},{"id": "9qvvrr3mp6uc","kind": "host",
        "transport": "udp","host": "::1","port": 34687,"priority": 2130575359,"foundation": "3532229425","usernameFragment": "JP8Hm4xR"},{
        "id": "15i296rvsdc6k","kind": "host","transport": "udp","host": "127.0.0.1","port": 34687,"priority": 2130509823,
        "foundation": "12452948","usernameFragment": "JP8Hm4xR"}],"remoteCandidates": [{"id": "2bjz3qw9rfn6q","kind": "host",
        "transport": "udp","host": "127.0.0.1","port": 44420,"priority": 2122055935,"foundation": "0","usernameFragment": "654bee92",
        "disposition": "paired"},{"id": "1r855i7kds2ya","kind": "host","transport": "udp","host": "::1","port": 39220,
        "priority": 2122121471,"foundation": "1","usernameFragment": "654bee92","disposition": "paired"},{"id": "117oxliw1rghg",
        "kind": "host","transport": "udp","host": "192.0.2.2","port": 57026,"priority": 2122187007,"foundation": "2",
        "usernameFragment": "654bee92","disposition": "paired"},{"id": "cjc4rpm5zo6e","kind": "host","transport": "udp","host": "fd00::2",
        "port": 60372,"priority": 2122252543,"foundation": "3","usernameFragment": "654bee92","disposition": "paired"},{
        "id": "1d9agprfz1qgb","kind": "host","transport": "tcp","host": "127.0.0.1","port": 9,"priority": 2105327871,"foundation": "4",
        "tcpType": "active","usernameFragment": "654bee92","disposition": "set-aside",
        "dispositionReason": "no socket of this server speaks its transport"},{"id": "18y81g1u2fur7","kind": "host","transport": "tcp",
        "host": "::1","port": 9,"priority": 2105393407,"foundation": "5","tcpType": "active","usernameFragment": "654bee92",
        "disposition": "set-aside","dispositionReason": "no socket of this server speaks its transport"},{"id": "znwssd726cjj",
        "kind": "host","transport": "tcp","host": "192.0.2.2","port": 9,"priority": 2105458943,"foundation": "6","tcpType": "active",
        "usernameFragment": "654bee92","disposition": "set-aside","dispositionReason": "no socket of this server speaks its transport"},{
        "id": "16frx5dc6fht3","kind": "host","transport": "tcp","host": "fd00::2","port": 9,"priority": 2105524479,"foundation": "7",
        "tcpType": "active","usernameFragment": "654bee92","disposition": "set-aside",
        "dispositionReason": "no socket of this server speaks its transport"}],"pairs": [{"id": "CP4","localCandidateId": "1x3i40p5pets",
        "remoteCandidateId": "cjc4rpm5zo6e","local": "[fd00::2]:34687","remote": "[fd00::2]:60372","localKind": "host",
        "remoteKind": "host","state": "succeeded","isNominated": true,"priority": 9115005270299246590,"requestsSent": 2,
        "requestsReceived": 12,"responsesSent": 12,"responsesReceived": 12,"consentRequestsSent": 11,"currentRoundTripTime": 335,
        "totalRoundTripTime": 19765,"packetsSent": 14,"packetsReceived": 15,"bytesSent": 1771,"bytesReceived": 1923,
        "lastPacketSentAt": 60756830,"lastPacketReceivedAt": 60756830,"packetsDiscardedOnSend": 0,"bytesDiscardedOnSend": 0},{"id": "CP3",
        "localCandidateId": "26zc7jxskzb34","remoteCandidateId": "117oxliw1rghg","local": "192.0.2.2:34687","remote": "192.0.2.2:57026",
        "localKind": "host","remoteKind": "host","state": "failed","isNominated": false,"priority": 9114723795322404862,"requestsSent": 1,
        "requestsReceived": 0,"responsesSent": 0,"responsesReceived": 0,"consentRequestsSent": 0,"totalRoundTripTime": 0,"packetsSent": 0,
        "packetsReceived": 0,"bytesSent": 0,"bytesReceived": 0,"packetsDiscardedOnSend": 0,"bytesDiscardedOnSend": 0,"lastError": {
        "code": 0,"text": "another pair was chosen before it was tried"}},{"id": "CP2","localCandidateId": "9qvvrr3mp6uc",
        "remoteCandidateId": "1r855i7kds2ya","local": "[::1]:34687","remote": "[::1]:39220","localKind": "host","remoteKind": "host",
        "state": "failed","isNominated": false,"priority": 9114442320345563134,"requestsSent": 1,"requestsReceived": 0,"responsesSent": 0,
        "responsesReceived": 0,"consentRequestsSent": 0,"totalRoundTripTime": 0,"packetsSent": 0,"packetsReceived": 0,"bytesSent": 0,
        "bytesReceived": 0,"packetsDiscardedOnSend": 0,"bytesDiscardedOnSend": 0,"lastError": {"code": 0,
        "text": "another pair was chosen before it was tried"}},{"id": "CP1","localCandidateId": "15i296rvsdc6k",
        "remoteCandidateId": "2bjz3qw9rfn6q","local": "127.0.0.1:34687","remote": "127.0.0.1:44420","localKind": "host",
        "remoteKind": "host","state": "failed","isNominated": false,"priority": 9114160845368721406,"requestsSent": 1,
        "requestsReceived": 0,"responsesSent": 0,"responsesReceived": 0,"consentRequestsSent": 0,"totalRoundTripTime": 0,"packetsSent": 0,
        "packetsReceived": 0,"bytesSent": 0,"bytesReceived": 0,"packetsDiscardedOnSend": 0,"bytesDiscardedOnSend": 0,"lastError": {
        "code": 0,"text": "another pair was chosen before it was tried"}}],"selectedPairId": "CP4","selectedPairChanges": 1,"restarts": 0,
        "roleConflicts": 0,"rejectedRequests": {"wrongPassword": 0,"unknownUsername": 0,"noIntegrity": 0,"malformed": 0},
        "lastConsentAt": 57973628,"candidatesDropped": 0,"pairsDropped": 0},"handshake": {"role": "client","state": "closed",
        "version": 65277,"cipher": "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256","srtpProfile": "SRTP_AEAD_AES_128_GCM","localCertificate": {
        "fingerprint": "65:07:44:C6:42:E3:47:F9:3C:A2:69:DB:A7:18:B7:00:EC:33:FB:E0:B8:8B:68:EF:1F:1A:9A:AB:AD:46:02:CE",
        "fingerprintAlgorithm": "sha-256",
        "base64": "MIIBFDCBvKADAgECAghgYTuBRNRBozAKBggqhkjOPQQDAjARMQ8wDQYDVQQDDAZXZWJSVEMwHhcNMjYxMTIxMjAxNjE0WhcNMjcxMTIyMjAxNjE0WjARMQ8wDQYDVQQDDAZXZWJSVEMwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATimT5kWQiV+ntMfBCfMzQd/Qkml2rNPSdemQ7ZcdkXATHClSnsTpoplVGMQPHmeVBy8YJBnYFhq7HnPhFNJvg3MAoGCCqGSM49BAMCA0cAMEQCIGf1kH6u7py0QfV1jQ7nuYGNVN4TqFIEiKWrJdBvqQVoAiB538cc+d+AHgVfRQCM08/FhH4hgnS5jnnW1YKGqm+/FQ=="
        },"remoteCertificate": {
        "fingerprint": "00:50:06:38:6E:C0:7F:26:AD:68:95:61:89:6D:CB:3E:AB:BC:06:A7:10:65:22:8B:85:98:01:99:5C:8E:57:5A",
        "fingerprintAlgorithm": "sha-256",
        "base64": "MIIBRTCB7KADAgECAgQSYNJJMAoGCCqGSM49BAMCMCsxKTAnBgNVBAMTIGE2MDQ3OTFmM2M0ZjJhYzFjM2ViYTVjMzM2Mjg4MWUzMB4XDTI2MTEyMTIwMTYyNloXDTI2MTIyMjIwMTYyNlowKzEpMCcGA1UEAxMgYTYwNDc5MWYzYzRmMmFjMWMzZWJhNWMzMzYyODgxZTMwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATRYVodvnc5meaWbf6022IhLtt5VAO9CSXMQQxipYlqowjTeZ6EU034joAaDaE9bSf7oXkZ+V9VzvNSLLbKNwZkMAoGCCqGSM49BAMCA0gAMEUCIBWdUYOTMlnXbKoEdX5Mi1psJqYvKkNaPIFYd3qZhGcQAiEA4UoD1BURsu99/6Ahfwy37zMVRCj3l1Zz0oiqNpXRuJg="
        },"expectedFingerprints": [
        "sha-256 00:50:06:38:6E:C0:7F:26:AD:68:95:61:89:6D:CB:3E:AB:BC:06:A7:10:65:22:8B:85:98:01:99:5C:8E:57:5A"],
        "isFingerprintVerified": true,"clientHellosSeen": 0,"retransmissions": 0,"datagramsSent": 14,"datagramsReceived": 15,
        "alertReceived": {"isFatal": false,"code": 0},"alertSent": {"isFatal": false,"code": 0}},"association": {"state": "closed",
        "localPort": 5000,"remotePort": 5000,"maxMessageSize": 1073741823,"isInitSeen": true,"packetsSent": 11,"packetsReceived": 12,
        "failure": {"code": "aborted","text": "The peer aborted the SCTP association, User-Initiated Abort: Close called."}},"channels": [
        {"id": "D1","identifier": 1,"label": "first","subprotocol": "","state": "closed","isOrdered": true,"isNegotiated": false,
        "messagesSent": 1,"messagesReceived": 1,"bytesSent": 12,"bytesReceived": 12,"bufferedAmount": 0,"openedAt": 40750,
        "closedAt": 60756830}],"media": [{"mid": "0","kind": "application","isAccepted": true,"codecs": []}],"counters": {
        "packetsSent": 42,"packetsReceived": 39,"bytesSent": 4219,"bytesReceived": 3991,"dataChannelsOpened": 1,"dataChannelsClosed": 1,
        "messagesSent": 1,"messagesReceived": 1,"strangersDropped": 0},"events": [{"seq": 1,"offset": 0,"code": "request-received",
        "text": "The HTTP request with the offer began to arrive.","data": {"bytes": "1015"}},{"seq": 2,"offset": 1127,
        "code": "offer-parsed","text": "The offer was read and understood.","data": {"mediaSections": "1"}},{"seq": 3,"offset": 1127,
        "code": "candidates-gathered","text": "4 candidates of ours were there before the offer came."},{"seq": 4,"offset": 1127,
        "code": "signaling-state-changed","text": "The signaling state went from stable to have-remote-offer.","cause": "offer","data": {
        "from": "stable","to": "have-remote-offer"}},{"seq": 5,"offset": 1127,"code": "gathering-state-changed",
        "text": "The ICE gathering state went from new to gathering.","data": {"from": "new","to": "gathering"}},{"seq": 6,"offset": 1127,
        "code": "gathering-state-changed","text": "The ICE gathering state went from gathering to complete.","data": {"from": "gathering",
        "to": "complete"}},{"seq": 7,"offset": 1127,"code": "ice-state-changed",
        "text": "The ICE connection state went from new to checking.","cause": "remote-description","data": {"from": "new",
        "to": "checking"}},{"seq": 8,"offset": 1127,"code": "connection-state-changed",
        "text": "The connection state went from new to connecting.","cause": "remote-description","data": {"from": "new",
        "to": "connecting"}},{"seq": 9,"offset": 1127,"code": "pair-created","text": "127.0.0.1:34687 and 127.0.0.1:44420 were paired.",
        "pairId": "CP1","data": {"priority": "9114160845368721406"}},{"seq": 10,"offset": 1127,"code": "remote-candidate-added",
        "text": "The peer's candidate host 127.0.0.1:44420 was added.","candidateId": "2bjz3qw9rfn6q"},{"seq": 11,"offset": 1127,
        "code": "pair-created","text": "[::1]:34687 and [::1]:39220 were paired.","pairId": "CP2","data": {
        "priority": "9114442320345563134"}},{"seq": 12,"offset": 1127,"code": "remote-candidate-added",
        "text": "The peer's candidate host [::1]:39220 was added.","candidateId": "1r855i7kds2ya"},{"seq": 13,"offset": 1127,
        "code": "pair-created","text": "192.0.2.2:34687 and 192.0.2.2:57026 were paired.","pairId": "CP3","data": {
        "priority": "9114723795322404862"}},{"seq": 14,"offset": 1127,"code": "remote-candidate-added",
        "text": "The peer's candidate host 192.0.2.2:57026 was added.","candidateId": "117oxliw1rghg"},{"seq": 15,"offset": 1127,
        "code": "pair-created","text": "[fd00::2]:34687 and [fd00::2]:60372 were paired.","pairId": "CP4","data": {
        "priority": "9115005270299246590"}},{"seq": 16,"offset": 1127,"code": "remote-candidate-added",
        "text": "The peer's candidate host [fd00::2]:60372 was added.","candidateId": "cjc4rpm5zo6e"},{"seq": 17,"offset": 1127,
        "code": "remote-candidate-set-aside",
        "text": "The peer's candidate host 127.0.0.1:9 was set aside: no socket of this server speaks its transport.",
        "cause": "unsupported-transport","candidateId": "1d9agprfz1qgb"},{"seq": 18,"offset": 1127,"code": "remote-candidate-set-aside",
        "text": "The peer's candidate host [::1]:9 was set aside: no socket of this server speaks its transport.",
        "cause": "unsupported-transport","candidateId": "18y81g1u2fur7"},{"seq": 19,"offset": 1127,"code": "remote-candidate-set-aside",
        "text": "The peer's candidate host 192.0.2.2:9 was set aside: no socket of this server speaks its transport.",
        "cause": "unsupported-transport","candidateId": "znwssd726cjj"},{"seq": 20,"offset": 1127,"code": "remote-candidate-set-aside",
        "text": "The peer's candidate host [fd00::2]:9 was set aside: no socket of this server speaks its transport.",
        "cause": "unsupported-transport","candidateId": "16frx5dc6fht3"},{"seq": 21,"offset": 1127,"code": "end-of-candidates",
        "text": "The peer said that it has no more candidates."},{"seq": 22,"offset": 1127,"code": "signaling-state-changed",
        "text": "The signaling state went from have-remote-offer to stable.","cause": "answer","data": {"from": "have-remote-offer",
        "to": "stable"}},{"seq": 23,"offset": 1127,"code": "answer-sent","text": "The answer was handed to the HTTP client.","data": {
        "bytes": "696"}},{"seq": 24,"offset": 2132,"code": "check-sent","text": "The first connectivity check was sent on this pair.",
        "cause": "ordinary check","pairId": "CP4"},{"seq": 58,"offset": 39711,"code": "sctp-state-changed",
        "text": "The SCTP state is connected.","data": {"to": "connected"}},{"seq": 59,"offset": 40750,"code": "channel-opened",
        "text": "The data channel “first” was opened.","cause": "the peer opened it","channelId": 1,"data": {"reliability": "reliable"}},{
        "seq": 60,"offset": 60756830,"code": "sctp-aborted","text": "The peer aborted the SCTP association.",
        "cause": "User-Initiated Abort: Close called"},{"seq": 61,"offset": 60756830,"code": "channel-closed",
        "text": "The data channel “first” was closed.","cause": "closed by the peer","channelId": 1,"data": {"messagesReceived": "1",
        "messagesSent": "1"}},{"seq": 62,"offset": 60756830,"code": "sctp-state-changed","text": "The SCTP state is closed.","data": {
        "to": "closed"}},{"seq": 63,"offset": 60756830,"code": "sctp-failed",
        "text": "The peer aborted the SCTP association, User-Initiated Abort: Close called."},{"seq": 64,"offset": 60756830,
        "code": "dtls-alert-received","text": "The peer sent the DTLS alert warning close_notify.","evidence": [63]},{"seq": 65,
        "offset": 60756830,"code": "dtls-alert-sent","text": "We sent the DTLS alert warning close_notify."},{"seq": 66,
        "offset": 60756830,"code": "peer-closed","text": "The peer said goodbye.","evidence": [63]},{"seq": 67,"offset": 60756830,
        "code": "dtls-state-changed","text": "The DTLS state went from connected to closed.","data": {"from": "connected","to": "closed"}
        },{"seq": 68,"offset": 60756830,"code": "ice-state-changed","text": "The ICE connection state went from completed to closed.",
        "cause": "closed","data": {"from": "completed","to": "closed"}},{"seq": 69,"offset": 60756830,"code": "signaling-state-changed",
        "text": "The signaling state went from stable to closed.","data": {"from": "stable","to": "closed"}},{"seq": 70,
        "offset": 60756830,"code": "connection-state-changed","text": "The connection state went from connected to closed.","data": {
        "from": "connected","to": "closed"}},{"seq": 71,"offset": 60756830,"code": "session-ended",
        "text": "The peer said goodbye and closed the connection.","cause": "closed-by-peer"}],"eventsDropped": 0,"evidence": {
        "count": 64,"packets": [{"number": 1,"offset": 2132,"direction": "sent","local": "[fd00::2]:34687","remote": "[fd00::2]:60372",
        "note": "STUN Binding request","length": 96,
        "base64": "AAEATCESpEIjDK6oq6f3fCQrn2cABgARNjU0YmVlOTI6SlA4SG00eFIAAAAAJAAEbv///4ApAAjfJVbgdKyk4gAIABSLVvEfEQDZEwb+c9IE4kDrd9r9Q4AoAAQu90lM"
        },{"number": 2,"offset": 2132,"direction": "sent","local": "192.0.2.2:34687","remote": "192.0.2.2:57026",
        "note": "STUN Binding request","length": 96,
        "base64": "AAEATCESpEJcH1p5xuHJOqkt6TUABgARNjU0YmVlOTI6SlA4SG00eFIAAAAAJAAEbv7//4ApAAjfJVbgdKyk4gAIABQsxygMeMGor0+gK1ORph10UJ653oAoAARfAlhD"
        },{"number": 3,"offset": 2132,"direction": "sent","local": "[::1]:34687","remote": "[::1]:39220","note": "STUN Binding request",
        "length": 96,
        "base64": "AAEATCESpEJosfzHjMzgpC+D2KMABgARNjU0YmVlOTI6SlA4SG00eFIAAAAAJAAEbv3//4ApAAjfJVbgdKyk4gAIABTeu7MhyiTi3iUUAKu8jwPto6Hd4oAoAAQ2UtYn"
        },{"number": 9,"offset": 13298,"direction": "sent","local": "[fd00::2]:34687","remote": "[fd00::2]:60372",
        "note": "DTLS ClientHello","length": 154,
        "base64": "Fv7/AAAAAAAAAAAAjQEAAIEAAAAAAAAAgf79EgU3Jv6EoeCu2KMqZk8UYJypsAJMV/oys9SnhEamVtQAAAAWwCvAL8ypzKjALMAwwAnAE8AKwBQA/wEAAEEACwAEAwABAgAKAAgABgAdABcAGAAOAAkABgAHAAEACAAAFgAAABcAAAANABQAEgQDCAcIBAQBBQMIBQUBCAYGAQ=="
        },{"number": 11,"offset": 23194,"direction": "sent","local": "[fd00::2]:34687","remote": "[fd00::2]:60372",
        "note": "DTLS Certificate","length": 543,
        "base64": "Fv79AAAAAAAAAAEBKgsAAR4AAQAAAAABHgABGwABGDCCARQwgbygAwIBAgIIYGE7gUTUQaMwCgYIKoZIzj0EAwIwETEPMA0GA1UEAwwGV2ViUlRDMB4XDTI2MTEyMTIwMTYxNFoXDTI3MTEyMjIwMTYxNFowETEPMA0GA1UEAwwGV2ViUlRDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE4pk+ZFkIlfp7THwQnzM0Hf0JJpdqzT0nXpkO2XHZFwExwpUp7E6aKZVRjEDx5nlQcvGCQZ2BYaux5z4RTSb4NzAKBggqhkjOPQQDAgNHADBEAiBn9ZB+ru6ctEH1dY0O57mBjVTeE6hSBIilqyXQb6kFaAIged/HHPnfgB4FX0UAjNPPxYR+IYJ0uY551tWChqpvvxUW/v0AAAAAAAAAAgAtEAAAIQACAAAAAAAhIPn0nzmYryKFDUpwXPtJeS46pPoiWUkXGBXlgt16yBM3Fv79AAAAAAAAAAMAVg8AAEoAAwAAAAAASgQDAEYwRAIgA1w8CInXpSYfVYzuf8BQOVVv6phj6PTPJ04KaxaNaGACICKdrdIOg8e2ZaPG8Ep1655FfkLGbdZ74CDq/+LqFB9QFP79AAAAAAAAAAQAAQEW/v0AAQAAAAAAAAAwPkCwFEU37/jb+QHzRI+sy4N06kkZu+QVLUnYHwtP6qxP2g+PvxnU8TzmzbMmDYua"
        },{"number": 63,"offset": 60756830,"direction": "received","local": "[fd00::2]:34687","remote": "[fd00::2]:60372",
        "note": "DTLS alert","length": 39,"base64": "Ff79AAEAAAAAAA0AGgABAAAAAAANC6INu/9P7W2ylOxvxzt7kRmX"},{"number": 64,
        "offset": 60756830,"direction": "sent","local": "[fd00::2]:34687","remote": "[fd00::2]:60372","note": "DTLS alert","length": 39,
        "base64": "Ff79AAEAAAAAAAwAGj5AsBRFN/AEr7Jxi7FiLACjQO0/armDoK1R"}]}}
        """#
}
