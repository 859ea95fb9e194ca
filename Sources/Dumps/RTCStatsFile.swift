internal import Inspection

/// An rtcstats file of format 3, read: a line `RTCStatsDump`, a line of facts about the client, and then an array a line,
/// `[method, connection, value, …extra, ms since the line before]`, with the three compressions that a reader must know.
enum RTCStatsFile {
    static func read(_ bytes: [UInt8]) throws(DumpError) -> PostedReport {
        var posted = PostedReport(source: .rtcstats)
        var lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: true)[...]
        lines = lines.dropFirst()
        guard let head = lines.popFirst() else { throw .form("An rtcstats file has a line of facts behind the first one; this one ends.") }
        let facts = try JSONValue(parsing: Array(head))
        guard facts.members != nil else { throw .form("The second line of an rtcstats file must be an object.") }
        if let format = facts["fileFormat"]?.number, format != 3 {
            throw .form("Only format 3 of rtcstats files is read; this one says \(format).")
        }
        var state = State(agent: facts["userAgent"]?.text)
        for (number, line) in lines.enumerated() {
            let value: JSONValue
            do throws(DumpError) {
                // The values of all lines together are bounded as those of one.
                value = try JSONValue(parsing: Array(line), bounds: JSONValue.Bounds(depth: 32, values: max(1, state.valuesLeft)))
            } catch {
                // A file that is cut off ends within a line.
                if number == lines.count - 1 {
                    posted.leave("The last line, which is not whole.")
                    break
                }
                throw .syntax("Line \(number + 3) of the file can't be read. \(error.words)")
            }
            // Every value takes two bytes at least.
            state.valuesLeft -= line.count / 2
            guard state.valuesLeft > 0 else {
                posted.leave("Lines from line \(number + 3) on: the file is too long.")
                break
            }
            state.take(value, &posted)
        }
        posted.connections = state.finished
        return posted
    }
}

private struct State {
    let agent: String?
    /// ms since 1970 of the last line.
    var time = 0.0
    var valuesLeft = 16_000_000
    var order: [String] = []
    var connections: [String: Connection] = [:]

    struct Connection {
        var report = ClientReport(source: .rtcstats)
        /// The last report of getStats, from which the next one says the differences.
        var base: [String: ClientReport.Entry] = [:]
        var madeDescription: String?
        var seen = 0
        var stride = 1
    }

    init(agent: String?) { self.agent = agent }

    var finished: [ClientReport] {
        order.compactMap { name in
            guard var connection = connections[name] else { return nil }
            // However they were thinned, the last one is told.
            if let last = connection.lastSample, connection.report.samples.last?.time != last.time {
                connection.report.samples.append(last)
            }
            connection.report.finish()
            return connection.report
        }
    }

    mutating func take(_ line: JSONValue, _ posted: inout PostedReport) {
        guard let list = line.list, list.count >= 3, let step = list.last?.number, step.magnitude < 1e14 else {
            return posted.leave("Lines that are no events.")
        }
        time += step
        guard let method = Compression.method(list[0]), let stamp = JSONValue.number(time).time else { return }
        // Calls of the client itself belong to no connection.
        guard let name = list[1].text else { return }
        if connections[name] == nil {
            guard order.count < ReadingLimits.connections else {
                return posted.leave("More than \(ReadingLimits.connections) connections.")
            }
            order.append(name)
            connections[name] = Connection()
            connections[name]?.report.connection = name
            connections[name]?.report.userAgent = agent
        }
        let value = list.count > 3 ? list[2] : .null
        connections[name]?.take(method, value, stamp, &posted)
    }
}

extension State.Connection {
    var lastSample: ClientReport.Sample? {
        base.isEmpty ? nil : ClientReport.Sample(time: lastTime, entries: base.values.sorted { $0.id < $1.id })
    }

    private var lastTime: Int64 { base.values.compactMap { $0.number("timestamp").flatMap { JSONValue.number($0).time } }.max() ?? 0 }

    mutating func take(_ method: String, _ value: JSONValue, _ time: Int64, _ posted: inout PostedReport) {
        if method == "getStats" {
            base = Compression.expanded(value, base)
            seen += 1
            guard seen % stride == 0, let sample = lastSample else { return }
            report.samples.append(sample)
            if report.samples.count >= ReadingLimits.samples * 2 {
                report.samples = report.samples.indices.filter { $0 % 2 == 0 }.map { report.samples[$0] }
                stride *= 2
                posted.leave("Some reports of getStats, as there are more than \(ReadingLimits.samples).")
            }
            return
        }
        // The connection itself, and no event of it.
        guard method != "create", method != "constraints" else { return }
        guard report.events.count < ReadingLimits.events else {
            return posted.leave("Events after the first \(ReadingLimits.events).")
        }
        var text = value.text ?? value.number.map { "\($0)" }
        if let sdp = value["sdp"]?.text, let type = value["type"]?.text {
            text = type
            switch method {
            case "createOfferOnSuccess", "createAnswerOnSuccess":
                madeDescription = sdp
                report.noteDescription(sdp, isLocal: true)
            case "setLocalDescription":
                report.noteDescription(Compression.expanded(sdp, madeDescription), isLocal: true)
            case "setRemoteDescription": report.noteDescription(sdp, isLocal: false)
            default: break
            }
        } else if text == nil, let candidate = value["candidate"]?.text {
            text = candidate
        }
        let plain = EventName.plain(method)
        report.events.append(
            ClientReport.Event(time: time, type: plain, value: plain.hasSuffix("change") ? text.map(EventName.state) : text))
    }
}
