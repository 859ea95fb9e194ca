internal import Inspection

/// A dump of chrome://webrtc-internals, read.
enum InternalsFile {
    static func read(_ value: JSONValue) throws(DumpError) -> PostedReport {
        guard let connections = value["PeerConnections"]?.members else { throw .form("`PeerConnections` must be an object.") }
        var posted = PostedReport(source: .webrtcInternals)
        let agent = value["UserAgent"]?.text
        if connections.count > ReadingLimits.connections {
            posted.leave("Of \(connections.count) connections the last \(ReadingLimits.connections) are read.")
        }
        for member in connections.suffix(ReadingLimits.connections) {
            var report = ClientReport(source: .webrtcInternals)
            report.connection = member.name
            report.userAgent = agent
            read(stats: member.value["stats"], into: &report, &posted)
            read(log: member.value["updateLog"], into: &report, &posted)
            report.finish()
            posted.connections.append(report)
        }
        if let calls = value["getUserMedia"]?.list, !calls.isEmpty { posted.leave("Calls of getUserMedia.") }
        return posted
    }

    // MARK: The log

    private static func read(log: JSONValue?, into report: inout ClientReport, _ posted: inout PostedReport) {
        guard let list = log?.list else { return }
        if list.count > ReadingLimits.events { posted.leave("Of \(list.count) events the first \(ReadingLimits.events) are read.") }
        let local = LocalTimes(first: list.first?["time"]?.text, statistics: report.samples.first?.time)
        for element in list.prefix(ReadingLimits.events) {
            guard let type = element["type"]?.text else { continue }
            let text = element["time"]?.text
            guard let time = element["timestamp"]?.time ?? element["time"]?.time ?? text.flatMap(isoTime) ?? text.flatMap(local.time) else {
                posted.leave("Events whose time can't be read: newer versions of Chromium write `timestamp`.")
                continue
            }
            let value = element["value"]?.text ?? ""
            if let description = Description(value) {
                switch type {
                case "setLocalDescription", "createOfferOnSuccess", "createAnswerOnSuccess":
                    // A description that is only made is not in use, but its fragment is the connection's all the same.
                    report.noteDescription(description.sdp, isLocal: true)
                case "setRemoteDescription": report.noteDescription(description.sdp, isLocal: false)
                default: break
                }
                report.events.append(ClientReport.Event(time: time, type: EventName.plain(type), value: description.type))
            } else {
                let value = type.hasSuffix("change") ? EventName.state(value) : value
                report.events.append(ClientReport.Event(time: time, type: EventName.plain(type), value: value.isEmpty ? nil : value))
            }
        }
    }

    /// A description in either of the forms in which the log has it.
    struct Description {
        var type: String
        var sdp: String

        init?(_ text: String) {
            if text.hasPrefix("{"), let value = try? JSONValue(parsing: text), let type = value["type"]?.text, let sdp = value["sdp"]?.text
            {
                self.type = type
                self.sdp = sdp
            } else if text.hasPrefix("type: "), let comma = text.firstIndex(of: ","), text[comma...].hasPrefix(", sdp: ") {
                type = String(text[..<comma].dropFirst(6))
                sdp = String(text[comma...].dropFirst(7))
            } else {
                return nil
            }
        }
    }

    // MARK: The statistics

    /// One series: `<id>-<member>`.
    private struct Column {
        var member: String
        var type: String
        var values: JSONValue?
    }

    private static func read(stats: JSONValue?, into report: inout ClientReport, _ posted: inout PostedReport) {
        guard let members = stats?.members else { return }
        var byId: [String: [Column]] = [:]
        var order: [String] = []
        for member in members {
            // Rates that the page computed stand in brackets.
            guard !member.name.contains("["), let dash = member.name.lastIndex(of: "-") else { continue }
            guard let type = member.value["statsType"]?.text, ClientReport.Entry.types.contains(type) else { continue }
            let id = String(member.name[..<dash])
            if byId[id] == nil {
                guard order.count < ReadingLimits.entries else {
                    posted.leave("More than \(ReadingLimits.entries) entries of one connection.")
                    continue
                }
                order.append(id)
            }
            byId[id, default: []].append(
                Column(member: String(member.name[member.name.index(after: dash)...]), type: type, values: member.value["values"]))
        }
        // Rows: by time, by entry.
        var rows: [Int64: [ClientReport.Entry]] = [:]
        var latest: [ClientReport.Entry] = []
        for id in order {
            let columns = byId[id] ?? []
            guard let stamps = columns.first(where: { $0.member == "timestamp" }).flatMap({ list($0.values) }) else {
                posted.leave("Statistics without times: Chromium before 117 wrote none.")
                continue
            }
            let times = stamps.map(\.time)
            let kept = thinned(times.count, to: ReadingLimits.samples)
            var entries = kept.map { _ in ClientReport.Entry(id: id, type: columns[0].type) }
            for column in columns where column.member != "timestamp" {
                guard let values = list(column.values) else { continue }
                // A member that came late has fewer values: they are the last ones.
                let offset = times.count - values.count
                for (place, index) in kept.enumerated() where values.indices.contains(index - offset) {
                    switch values[index - offset] {
                    case .number(let number): entries[place].members[column.member] = .number(number)
                    case .text(let text): entries[place].members[column.member] = .text(text)
                    case .flag(let flag): entries[place].members[column.member] = .flag(flag)
                    default: break
                    }
                }
            }
            for (place, index) in kept.enumerated() {
                if let time = times[index] { rows[time, default: []].append(entries[place]) }
            }
            if let last = entries.last { latest.append(last) }
        }
        var times = rows.keys.sorted()
        if times.count > ReadingLimits.samples {
            posted.leave("Of \(times.count) reports of getStats \(ReadingLimits.samples) are kept.")
            times = thinned(times.count, to: ReadingLimits.samples).map { times[$0] }
        }
        report.samples = times.map { ClientReport.Sample(time: $0, entries: rows[$0] ?? []) }
        // The last one is whole: entries that stopped early, as those of pairs that were given up, stand in it too.
        if let last = report.samples.indices.last {
            let present = Set(report.samples[last].entries.map(\.id))
            report.samples[last].entries += latest.filter { !present.contains($0.id) }
        }
    }

    /// The values of a series: JSON within a string, or as it is.
    private static func list(_ value: JSONValue?) -> [JSONValue]? {
        if let list = value?.list { return list }
        return value?.text.flatMap { try? JSONValue(parsing: $0) }?.list
    }
}
