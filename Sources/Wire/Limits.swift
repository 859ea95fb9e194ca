/// Every maximum of the protocol rooms, in one place. What is refused because of one is counted and has a finding.
///
/// Operator-facing limits (sessions, requests) are configuration; these bound what one session may cost.
public enum Limits {
    // SDP
    /// Bytes of a posted description. A Chromium offer with a hundred m-sections is 498 KB; forty fit.
    public static let descriptionBytes = 256 * 1024
    /// m-sections of a description.
    public static let mediaSections = 64
    /// Bytes of one SDP line.
    public static let descriptionLineBytes = 16 * 1024
    /// Lines of a description.
    public static let descriptionLines = 8 * 1024

    // ICE
    /// Remote candidates kept a session, peer-reflexive ones included.
    public static let remoteCandidates = 64
    /// RFC 8445 §6.1.2.5: pairs of a check list.
    public static let candidatePairs = 100
    /// ICE restarts of one session.
    public static let restarts = 64
    /// Candidates of ours a session.
    public static let localCandidates = 32
    /// Peer-reflexive remote candidates a session.
    public static let peerReflexiveCandidates = 16

    // DTLS
    /// Datagrams held from a tuple that has authenticated but not yet answered our check (SECURITY A1).
    public static let earlyDatagrams = 3
    public static let earlyBytes = 4 * 1024
    /// Bytes of a peer's certificate chain.
    public static let certificateBytes = 16 * 1024
    /// The largest DTLS datagram we send: IPv6 minimum MTU less IPv6 and UDP headers.
    public static let datagramBytes = 1200

    // SCTP and data channels
    /// Streams announced each way; 104 bytes each.
    public static let sctpStreams: UInt16 = 256
    /// Channels a session, ever open at once.
    public static let dataChannels = 256
    /// The largest message we accept and announce.
    public static let messageBytes = 256 * 1024
    /// Bytes of a label or protocol kept; the rest is cut.
    public static let labelBytes = 1024
    /// Bytes waiting to be sent a session before a sender is refused.
    public static let sendBufferBytes = 1024 * 1024

    // Evidence and events
    /// Datagrams of the evidence ring: the first and the last.
    public static let evidenceFirst = 64
    public static let evidenceLast = 32
    public static let evidenceBytes = 32 * 1024
    /// Events kept a live session; what comes beyond is counted.
    public static let events = 1000

    // Samples
    /// Metrics of one session that are kept as series.
    public static let sampleMetrics = 128
    /// Open data channels of one session whose counters are kept as series: the first ones.
    public static let sampledChannels = 16

    // What a peer tells of its own side
    /// Bytes of a posted report, packed or not, and of what it unpacks to.
    public static let clientReportBytes = 8 * 1024 * 1024
    public static let clientReportUnpackedBytes = 32 * 1024 * 1024
    /// Bytes of what a session keeps of all its reports, as JSON.
    public static let clientBytes = 64 * 1024
}
