internal import Inspection

/// The form in which a page posts its own side: `clock`, `userAgent`, `stats`, `events`, `localDescription`, `remoteDescription`.
enum OwnForm {
    static let names: Set<String> = ["stats", "events", "clock", "userAgent", "localDescription", "remoteDescription"]

    static func read(_ value: JSONValue) throws(DumpError) -> PostedReport {
        var posted = PostedReport(source: .report)
        var report = ClientReport(source: .report)
        report.userAgent = value["userAgent"]?.text
        report.clock = value["clock"]?.time
        if value["clock"] != nil, report.clock == nil { posted.leave("`clock` is no time in ms since 1970.") }
        for (name, isLocal) in [("localDescription", true), ("remoteDescription", false)] {
            guard let description = value[name], description != .null else { continue }
            if let sdp = description.text ?? description["sdp"]?.text {
                report.noteDescription(sdp, isLocal: isLocal)
            } else {
                posted.leave("`\(name)` is neither a text nor an object with `sdp`.")
            }
        }
        try read(stats: value["stats"], into: &report, &posted)
        try read(events: value["events"], into: &report, &posted)
        let unknown = (value.members ?? []).map(\.name).filter { !names.contains($0) }
        if let first = unknown.first { posted.leave("Members that are not known here, such as `\(first.prefix(40))`.") }
        report.finish()
        posted.connections = [report]
        return posted
    }

    private static func read(stats: JSONValue?, into report: inout ClientReport, _ posted: inout PostedReport) throws(DumpError) {
        guard let stats, stats != .null else { return }
        guard let list = stats.list else { throw .form("`stats` must be a list of {\"timestamp\", \"report\"}.") }
        if list.count > ReadingLimits.samples { posted.leave("Of \(list.count) reports of getStats \(ReadingLimits.samples) are kept.") }
        for index in thinned(list.count, to: ReadingLimits.samples) {
            let value = list[index]
            guard let content = value["report"] else {
                posted.leave("An element of `stats` without `report`.")
                continue
            }
            var entries: [ClientReport.Entry] = []
            var latest: Int64?
            func take(_ id: String, _ value: JSONValue) {
                guard entries.count < ReadingLimits.entries else {
                    return posted.leave("More than \(ReadingLimits.entries) entries of one report.")
                }
                if let time = value["timestamp"]?.time { latest = max(latest ?? time, time) }
                if let entry = ClientReport.Entry(id: id, value) { entries.append(entry) }
            }
            if let members = content.members {
                for member in members { take(member.name, member.value) }
            } else if let list = content.list {
                // `[...report.values()]`, or `[...report]`, the pairs of a map.
                for element in list {
                    if let pair = element.list, pair.count == 2, let id = pair[0].text {
                        take(id, pair[1])
                    } else if let id = element["id"]?.text {
                        take(id, element)
                    }
                }
            }
            guard let time = value["timestamp"]?.time ?? latest else {
                posted.leave("A report of getStats without a `timestamp`.")
                continue
            }
            guard !entries.isEmpty else {
                posted.leave("A report of getStats without a transport, a pair, a candidate or a channel.")
                continue
            }
            report.samples.append(ClientReport.Sample(time: time, entries: entries))
        }
    }

    private static func read(events: JSONValue?, into report: inout ClientReport, _ posted: inout PostedReport) throws(DumpError) {
        guard let events, events != .null else { return }
        guard let list = events.list else { throw .form("`events` must be a list of {\"timestamp\", \"type\", \"value\"}.") }
        if list.count > ReadingLimits.events { posted.leave("Of \(list.count) events the first \(ReadingLimits.events) are read.") }
        for value in list.prefix(ReadingLimits.events) {
            guard let time = value["timestamp"]?.time, let type = value["type"]?.text, !type.isEmpty else {
                posted.leave("An event without `timestamp` or `type`.")
                continue
            }
            let content: String? =
                switch value["value"] {
                case .text(let text)?: text
                case .number(let number)?: "\(number)"
                case .flag(let flag)?: "\(flag)"
                default: nil
                }
            report.events.append(ClientReport.Event(time: time, type: EventName.plain(type), value: content))
        }
    }
}

/// The names of events in the three forms, brought to one.
enum EventName {
    /// `oniceconnectionstatechange` and `iceconnectionstatechange` are one.
    static func plain(_ name: String) -> String {
        guard name.hasPrefix("on"), name.utf8.count > 2 else { return name }
        let rest = String(name.dropFirst(2))
        return known.contains(rest) ? rest : name
    }

    private static let known: Set<String> = [
        "icecandidate", "icecandidateerror", "track", "signalingstatechange", "iceconnectionstatechange", "connectionstatechange",
        "icegatheringstatechange", "negotiationneeded", "datachannel",
    ]

    /// States that Chromium writes as JSON: `"connected"`, with the quotes.
    static func state(_ value: String) -> String {
        value.count > 2 && value.hasPrefix("\"") && value.hasSuffix("\"") ? String(value.dropFirst().dropLast()) : value
    }
}
