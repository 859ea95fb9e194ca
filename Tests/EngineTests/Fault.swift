/// What may be broken between a client and the server, or between a page and its peer connection.
///
/// This says what was done, never what the diagnosis looks for: the rules do not know it.
enum Fault: String, CaseIterable {
    // Nothing is broken.
    case nothing
    case smallPackets
    case late
    case trickled
    case hiddenAddresses
    case movedClock
    // The network
    case blockedToServer, blockedToClient, blockedBothWays
    case noUDP
    case mostlyLost
    case largeDropped
    // The page
    case answerNeverApplied
    case answerOfAnEarlierSession
    case answerOfAnotherPeer
    case passwordOfTheAnswerChanged
    case passwordOfTheOfferChanged
    case restartOnOneSide
    case fingerprintOfTheOfferChanged
    case fingerprintOfTheAnswerChanged
    case bothBegin
    case bothWait
    case otherPortsForData
    case offerWithout
    // Addresses
    case onlyNames
    case onlyPrivateAddresses
    case otherFamily
    // The peer, and the path later
    case killed
    case interrupted
    case rebound
    case moved
    case answerAppliedLate

    /// The session is to be as good as new.
    var isHealthy: Bool {
        switch self {
        case .nothing, .smallPackets, .late, .trickled, .hiddenAddresses, .movedClock: true
        default: false
        }
    }
}

/// The code that a person who knows what was broken would call right; several where the server cannot know which of them it was.
struct Expectation {
    var codes: Set<String>
    static let nothing = Expectation(codes: ["-"])

    init(codes: Set<String>) { self.codes = codes }
    init(_ codes: String...) { self.codes = Set(codes) }
}
