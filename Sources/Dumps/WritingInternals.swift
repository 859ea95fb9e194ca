internal import Inspection
internal import JSON

// As chrome://webrtc-internals writes it: series of values, each as JSON within a string, beside a series of their times.
extension Dump {
    var internalsFile: [UInt8] {
        var json = JSONWriter(capacity: 256 * 1024)
        json.beginObject()
        json.member("timestamp", startedAt, decimals: 3)
        // No page asked for a camera here.
        json.array("getUserMedia") { _ in }
        json.object("PeerConnections") { json in
            for side in sides { write(side, into: &json) }
        }
        json.member("UserAgent", sides.last?.userAgent ?? product)
        // An importer shows the third of at least three.
        json.array("UserAgentData") { json in
            for brand in ["Not;A=Brand", "WebRTC", product] {
                json.beginObject()
                json.member("brand", brand)
                json.member("version", brand == product ? "" : "1")
                json.endObject()
            }
        }
        json.endObject()
        return json.finish()
    }

    private func write(_ side: Side, into json: inout JSONWriter) {
        json.key(side.name)
        json.beginObject()
        json.member("pid", Int(side.name.prefix(1)) ?? 1)
        json.member("rid", 1)
        json.member("url", side.url)
        json.object("rtcConfiguration") { _ in }
        json.member("constraints", "")
        json.object("stats") { json in
            for entry in side.entries { write(entry, into: &json) }
        }
        json.array("updateLog") { json in
            for event in side.events {
                json.beginObject()
                json.member("time", Timestamp(microseconds: event.time))
                json.member("timestamp", event.time, decimals: 3)
                json.member("type", event.type)
                json.member("value", event.value.logText)
                json.endObject()
            }
        }
        json.endObject()
    }

    private func write(_ entry: Entry, into json: inout JSONWriter) {
        // One column of times for all members, so that the n-th value of each belongs to the n-th time.
        var times = Set(entry.series.flatMap(\.times)).sorted()
        times = thinned(times.count, to: Dump.points - 1).map { times[$0] }
        times.append(entry.time)
        write(entry, "timestamp", times, into: &json) { json, index in json.number(times[index], decimals: 3) }
        var sampled: Set<String> = []
        for series in entry.series {
            sampled.insert(series.member)
            let known = Dictionary(zip(series.times, series.values), uniquingKeysWith: { first, _ in first })
            let last = entry.last.first { $0.name == series.member }?.value.number
            let values = times.dropLast().map { known[$0] } + [last]
            write(entry, series.member, times, into: &json) { json, index in
                if let value = values[index] { json.number(value) } else { json.null() }
            }
            if let rate = Dump.rates[series.member] {
                write(entry, rate.name, times, into: &json) { json, index in
                    guard index > 0, let value = values[index], let before = values[index - 1], value >= before,
                        times[index] > times[index - 1]
                    else { return json.number(0) }
                    json.number((value - before) * rate.factor * 1_000_000 / Double(times[index] - times[index - 1]))
                }
            }
        }
        for member in entry.last where !sampled.contains(member.name) {
            write(entry, member.name, [entry.time], into: &json) { json, _ in json.value(member.value) }
        }
    }

    /// What the page computes of counters.
    private static let rates: [String: (name: String, factor: Double)] = [
        "bytesSent": ("[bytesSent_in_bits/s]", 8), "bytesReceived": ("[bytesReceived_in_bits/s]", 8),
        "packetsSent": ("[packetsSent/s]", 1), "packetsReceived": ("[packetsReceived/s]", 1),
        "messagesSent": ("[messagesSent/s]", 1), "messagesReceived": ("[messagesReceived/s]", 1),
    ]

    private func write(
        _ entry: Entry, _ member: String, _ times: [Int64], into json: inout JSONWriter,
        _ value: (inout JSONWriter, Int) -> Void
    ) {
        var values = JSONWriter(capacity: 64 + 12 * times.count)
        values.array { values in
            for index in times.indices { value(&values, index) }
        }
        json.key("\(entry.id)-\(member)")
        json.beginObject()
        json.member("startTime", Timestamp(microseconds: times.first ?? entry.time))
        json.member("endTime", Timestamp(microseconds: times.last ?? entry.time))
        json.member("statsType", entry.type)
        json.member("values", String(decoding: values.finish(), as: UTF8.self))
        json.endObject()
    }
}

extension Dump.Value {
    /// As the log of webrtc-internals has it: always a text.
    fileprivate var logText: String {
        var json = JSONWriter(capacity: 256)
        switch self {
        case .none: return ""
        // What begins like an object would be taken for one.
        case .text(let text): return text.hasPrefix("{") ? " " + text : text
        // The older of two forms, which importers of all ages read.
        case .candidate(let line): return "sdpMid: 0, sdpMLineIndex: 0, candidate: \(line)"
        default: write(into: &json)
        }
        return String(decoding: json.finish(), as: UTF8.self)
    }

    /// As a value of JSON.
    func write(into json: inout JSONWriter) {
        switch self {
        case .none: json.null()
        case .text(let text): json.string(text)
        case .description(let type, let sdp):
            json.beginObject()
            json.member("type", type)
            json.member("sdp", sdp)
            json.endObject()
        case .candidate(let line):
            json.beginObject()
            json.member("candidate", line)
            json.member("sdpMid", "0")
            json.member("sdpMLineIndex", 0)
            json.endObject()
        }
    }
}

extension JSONWriter {
    mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .flag(let flag): bool(flag)
        case .number(let value): number(value)
        case .text(let text): string(text)
        case .list(let list):
            beginArray()
            for element in list { self.value(element) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members {
                key(member.name)
                self.value(member.value)
            }
            endObject()
        }
    }
}
