import Crypt
import History
import Inspection
import Peer
import Simulator
import Wire

@testable import Engine

/// One session over a network that the dice made, with one thing broken.
struct FaultTrial {
    let fault: Fault
    let seed: UInt64
    var dice: RandomSource
    let weather: Weather

    /// What the network is like, broken or not.
    struct Weather {
        var delay: Duration
        var jitter: Duration
        var loss: Double
        var duplicate: Double
        var reorder: Double
        var mtu: Int?

        func link(loss more: Double? = nil, mtu smaller: Int? = nil) -> Link {
            Link(
                delay: delay, jitter: jitter, loss: more ?? loss, duplicate: duplicate, reorder: reorder, reorderDelay: .milliseconds(30),
                mtu: smaller ?? mtu)
        }
    }

    /// Shared by all trials of a run.
    let history: Store

    init(_ fault: Fault, seed: UInt64, history: Store) {
        self.history = history
        self.fault = fault
        self.seed = seed
        dice = .seeded(seed &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(Fault.allCases.firstIndex(of: fault) ?? 0))
        // Each datagram crosses two links, the client's and the server's.
        weather = Weather(
            delay: .milliseconds(Int64.random(in: 0...150, using: &dice)), jitter: .milliseconds(Int64.random(in: 0...30, using: &dice)),
            loss: Bool.random(using: &dice) ? 0 : Double.random(in: 0...0.025, using: &dice),
            duplicate: Bool.random(using: &dice) ? 0 : 0.03, reorder: Bool.random(using: &dice) ? 0 : 0.05,
            mtu: fault == .smallPackets ? 1200 : nil)
    }

    static let client = "20.0.0.1"
    static let server = "20.0.0.2"

    mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &dice) < share }
    mutating func seconds(_ range: ClosedRange<Double>) -> Duration { .seconds(Double.random(in: range, using: &dice)) }
    mutating func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &dice)] }

    // MARK: The descriptions

    /// Candidate lines of a client: the one it is reached by, and some that lead nowhere.
    mutating func candidates(real: String = "\(client) 5000") -> [String] {
        var lines = ["1 1 udp 2130706431 \(real) typ host"]
        if chance(0.4) { lines.append("2 1 udp 2122194687 192.168.\(Int.random(in: 0...9, using: &dice)).7 50001 typ host") }
        if chance(0.3) {
            lines.append(
                "3 1 udp 2122063615 4f2c6d5e-0000-4000-8000-00000000000\(Int.random(in: 0...9, using: &dice)).local 50002 typ host")
        }
        if chance(0.3) { lines.append("4 1 tcp 1518280447 \(FaultTrial.client) 9 typ host tcptype active") }
        if chance(0.2) { lines.append("5 1 udp 1686052607 20.0.0.77 50003 typ srflx raddr 10.0.0.7 rport 50003") }
        if chance(0.15) { lines.append("6 1 udp 2122187007 2a00:1::7 50004 typ host") }
        if chance(0.3) { lines.shuffle(using: &dice) }
        return lines
    }

    /// An offer with these candidates in the place of its own.
    func offer(_ offer: String, with candidates: [String], complete: Bool = true) -> String {
        var isDone = false
        return offer.split(separator: "\r\n", omittingEmptySubsequences: false).compactMap { line -> String? in
            if line.hasPrefix("a=end-of-candidates") { return complete ? String(line) : nil }
            guard line.hasPrefix("a=candidate:") else { return String(line) }
            defer { isDone = true }
            return isDone || candidates.isEmpty ? nil : candidates.map { "a=candidate:\($0)" }.joined(separator: "\r\n")
        }.joined(separator: "\r\n")
    }

    mutating func sections() -> OfferedSections {
        pick([[.data], [.data], [.audio, .video, .data], [.audio, .data], [.video], [.audio, .video]])
    }
}
