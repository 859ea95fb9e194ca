internal import Inspection
internal import JSON

// As rtcstats keeps it, format 3: an event a line, with the ms since the line before.
extension Dump {
    var rtcstatsFile: [UInt8] {
        var file = RTCStatsLines()
        file.text("RTCStatsDump")
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        json.member("fileFormat", 3)
        json.member("url", String(sides[0].url.trimmingPrefix("/")))
        json.member("origin", product)
        json.member("userAgent", sides.last?.userAgent ?? product)
        json.member("startTime", startedAt / 1000)
        json.member("endTime", endedAt / 1000)
        json.endObject()
        file.line(json.finish())
        // The peer had begun before it asked.
        let began = sides.flatMap(\.events).reduce(startedAt) { min($0, $1.time) }
        file.event("create", nil, began) { json in
            json.object { json in json.member("userAgent", sides.last?.userAgent ?? product) }
        }
        // All sides in the order of time, for the lines tell only steps.
        var all: [(time: Int64, order: Int, write: (inout RTCStatsLines) -> Void)] = []
        for (number, side) in sides.enumerated() {
            let name = "PC_\(number)"
            all.append((began, all.count, { $0.event("create", name, began) { $0.object { _ in } } }))
            for event in side.events {
                all.append((event.time, all.count, { $0.event(event.rtcstatsType, name, event.time) { event.value.write(into: &$0) } }))
            }
            for (time, report) in side.reports {
                all.append(
                    (
                        time, all.count,
                        { lines in
                            lines.event("getStats", name, time) { json in
                                json.object { json in
                                    for entry in report { entry.write(at: time, into: &json) }
                                }
                            }
                        }
                    ))
            }
        }
        for line in all.sorted(by: { ($0.time, $0.order) < ($1.time, $1.order) }) { line.write(&file) }
        return file.bytes
    }
}

extension Dump.Event {
    /// Events have `on` before their name, calls have not.
    fileprivate var rtcstatsType: String {
        type.hasSuffix("statechange") || ["icecandidate", "icecandidateerror", "negotiationneeded", "datachannel", "track"].contains(type)
            ? "on" + type : type
    }
}

/// One entry in one report.
private struct Row {
    var entry: Dump.Entry
    var members: [JSONValue.Member]

    func write(at time: Int64, into json: inout JSONWriter) {
        json.key(entry.id)
        json.beginObject()
        json.member("type", entry.type)
        json.member("timestamp", time, decimals: 3)
        for member in members {
            json.key(member.name)
            json.value(member.value)
        }
        json.endObject()
    }
}

extension Dump.Side {
    /// The reports of getStats by time: what changes where it was sampled, and the last one whole. A member that a report does not say stays.
    fileprivate var reports: [(time: Int64, rows: [Row])] {
        var byTime: [Int64: [Row]] = [:]
        for entry in entries {
            var rows: [Int64: [JSONValue.Member]] = [:]
            for series in entry.series {
                for (time, value) in zip(series.times, series.values) {
                    rows[time, default: []].append(JSONValue.Member(name: series.member, value: .number(value)))
                }
            }
            for (time, members) in rows { byTime[time, default: []].append(Row(entry: entry, members: members)) }
            byTime[entry.time, default: []].append(Row(entry: entry, members: entry.last))
        }
        return byTime.keys.sorted().map { ($0, byTime[$0] ?? []) }
    }
}

/// The lines of a file as it grows.
private struct RTCStatsLines {
    var bytes: [UInt8] = []
    /// ms since 1970 of the last event.
    private var time: Int64 = 0

    mutating func text(_ text: String) { line(Array(text.utf8)) }

    mutating func line(_ line: [UInt8]) {
        bytes += line
        bytes.append(0x0a)
    }

    mutating func event(_ method: String, _ connection: String?, _ microseconds: Int64, _ value: (inout JSONWriter) -> Void) {
        let now = microseconds / 1000
        var json = JSONWriter(capacity: 256)
        json.beginArray()
        json.string(method)
        if let connection { json.string(connection) } else { json.null() }
        value(&json)
        json.number(now - time)
        json.endArray()
        time = now
        line(json.finish())
    }
}
