/// Prometheus text (exposition format 0.0.4): families with help and type, each written once, its samples together.
public struct MetricsText {
    public private(set) var text = ""

    public mutating func gauge(_ name: String, _ help: String, _ value: Double) { family(name, "gauge", help, [([], value)]) }
    public mutating func counter(_ name: String, _ help: String, _ value: some BinaryInteger) {
        family(name, "counter", help, [([], Double(value))])
    }

    /// A counter with labels: of each sample the labels' names and values.
    public mutating func counter(_ name: String, _ help: String, _ samples: [(labels: [(String, String)], value: Double)]) {
        family(name, "counter", help, samples)
    }

    mutating func gauge(_ name: String, _ help: String, _ labels: [(String, String)]) { family(name, "gauge", help, [(labels, 1)]) }

    mutating func secondsCounter(_ name: String, _ help: String, _ value: Double) { family(name, "counter", help, [([], value)]) }

    /// - Parameters:
    ///   - counts: how many were at most as large as each bound, and at the end how many there were.
    mutating func histogram(_ name: String, _ help: String, bounds: [Double], counts: [UInt64], sum: Double) {
        head(name, "histogram", help)
        for (bound, count) in zip(bounds, counts) { sample("\(name)_bucket", [("le", Self.number(bound))], Double(count)) }
        let all = Double(counts.last ?? 0)
        sample("\(name)_bucket", [("le", "+Inf")], all)
        sample("\(name)_sum", [], sum)
        sample("\(name)_count", [], all)
    }

    private mutating func family(_ name: String, _ type: String, _ help: String, _ samples: [(labels: [(String, String)], value: Double)]) {
        head(name, type, help)
        for entry in samples { sample(name, entry.labels, entry.value) }
    }

    private mutating func head(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(type)\n"
    }

    private mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0)=\"\(Self.escaped($1, quotes: true))\"" }.joined(separator: ",") + "}"
        }
        text += " \(Self.number(value))\n"
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        if quotes { result = result.replacing("\"", with: "\\\"") }
        return result
    }
}
