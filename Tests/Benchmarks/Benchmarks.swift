import Glibc

/// Measures rooms from within, by processor time: `swift run -c release benchmarks [part of a name]`, with PEERSCOPE_BENCHMARKS=1.
@main struct Benchmarks {
    static func main() throws {
        let wanted = CommandLine.arguments.dropFirst().first ?? ""
        for benchmark in all where wanted.isEmpty || benchmark.name.contains(wanted) { try benchmark.run() }
    }

    /// Every benchmark, each of its own file.
    static var all: [Benchmark] { [history, samples, inspection, analysis] }
}

/// A name, and what prints its figures.
struct Benchmark: Sendable {
    let name: String
    let run: @Sendable () throws -> Void
}

/// Processor time of this process, in µs.
func processorMicroseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
}

/// The median over rounds of what one call costs, in µs of processor time, printed beside its goal.
@discardableResult
func measure(_ name: String, goal: Double? = nil, rounds: Int = 7, count: Int = 1000, _ body: () throws -> Void) rethrows -> Double {
    var costs: [Double] = []
    for _ in 0..<rounds {
        let before = processorMicroseconds()
        for _ in 0..<count { try body() }
        costs.append((processorMicroseconds() - before) / Double(count))
    }
    costs.sort()
    report(name, costs[rounds / 2], "µs", goal: goal)
    return costs[rounds / 2]
}

/// One line: name, figure, unit, and the goal where there is one.
func report(_ name: String, _ value: Double, _ unit: String, goal: Double? = nil) {
    func text(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
    let padding = String(repeating: " ", count: max(1, 62 - name.count))
    print("\(name)\(padding)\(text(value)) \(unit)\(goal.map { "   (goal \(text($0)))" } ?? "")")
}
