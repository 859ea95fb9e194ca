import Foundation
import Inspection
import JSON
import Testing
import Wire

struct StatsMemberTests {
    private func report(of record: Record) throws -> [String: Object] {
        let entries = try object { StatsReport(of: record).write(into: &$0) }
        return try entries.mapValues { try #require($0 as? Object) }
    }

    private func stored(_ record: Record) throws -> Record {
        try Record(stored: record.stored()) { try JSONDecoder().decode(Record.self, from: Data($0)) }
    }

    /// Records from the first moment to the last, and one in which all that may be there is there.
    private var life: [Record] {
        var ended = Samples.connected()
        ended.endedAt = 9_000_000
        ended.connectionState = .closed
        ended.channels[0].state = .closed
        var rich = Samples.connected()
        rich.connectivity.remoteCandidates.append(
            Record.Candidate(
                id: "R2", kind: .srflx, host: .name("x.local"), port: 9, priority: 5, foundation: "f", tcpType: "active",
                relatedAddress: .address(IPAddress(192, 0, 2, 1)), relatedPort: 6, usernameFragment: "abcd"))
        rich.connectivity.pairs[0].lastError = .init(code: 487, text: "Role Conflict")
        rich.media.append(
            .init(
                mid: "2", kind: "video", isAccepted: true, direction: "inactive",
                codecs: [.init(payloadType: 96, mimeType: "video/VP8", clockRate: 90000)]))
        return [Samples.posted(), Samples.connected(), rich, ended]
    }

    @Test func `each member is one of the list, of the type that the list says, and none is one that we cannot know`() throws {
        for record in life {
            for (id, entry) in try report(of: record) {
                let type = try #require(entry.string("type"))
                #expect(!StatsMembers.absentTypes.contains(type))
                let list = StatsMembers.members(of: type)
                #expect(!list.isEmpty, "\(type)")
                for (name, value) in entry where !["id", "type", "timestamp"].contains(name) {
                    let member = try #require(list.first { $0.name == name }, "\(type).\(name) of \(id)")
                    #expect(member.kind != .never && member.kind != .conditional || member.name == "tcpType", "\(type).\(name)")
                    #expect(isOf(member.value, value), "\(type).\(name) is \(value)")
                }
                #expect(entry.string("id") == id)
                #expect(entry["timestamp"] is NSNumber)
            }
        }
    }

    @Test func `each member that a server can always fill is there wherever its object is`() throws {
        for record in life {
            for (id, entry) in try report(of: record) {
                for member in StatsMembers.members(of: entry.string("type") ?? "") where member.kind == .always && member.condition.isEmpty
                {
                    #expect(entry[member.name] != nil, "\(member.type).\(member.name) of \(id)")
                }
            }
        }
        // With all that it takes, also those that something must have happened for.
        let rich = life[2]
        let entries = try report(of: rich).values
        for member in StatsMembers.all where member.kind == .always {
            let objects = entries.filter { $0.string("type") == member.type }
            let isMissing = !objects.contains { $0[member.name] != nil }
            // Our own candidates are host candidates here.
            #expect(!isMissing || member.type == "local-candidate" && member.name.hasPrefix("related"), "\(member.type).\(member.name)")
        }
    }

    @Test func `references lead to objects of the report`() throws {
        for record in life {
            let entries = try report(of: record)
            for entry in entries.values {
                for member in StatsMembers.members(of: entry.string("type") ?? "") where member.value == .reference {
                    if let id = entry.string(member.name) { #expect(entries[id] != nil, "\(member.type).\(member.name) = \(id)") }
                }
            }
        }
    }

    @Test func `ids stay over a session's life, and a report from history is the one of before`() throws {
        var known: [String: String] = [:]
        for record in life {
            let entries = try report(of: record)
            for (id, entry) in entries {
                let type = try #require(entry.string("type"))
                #expect(known[id] ?? type == type, "\(id)")
                known[id] = type
            }
            let again = try report(of: try stored(record))
            #expect(NSDictionary(dictionary: again) == NSDictionary(dictionary: entries))
        }
        let first = Set(try report(of: life[0]).keys)
        #expect(first.isSubset(of: try report(of: life[3]).keys))
    }

    private func isOf(_ type: StatsMembers.Value, _ value: Any) -> Bool {
        switch type {
        case .string, .reference: value is String
        case .number: (value as? NSNumber).map { !isBoolean($0) } ?? false
        case .boolean: (value as? NSNumber).map(isBoolean) ?? false
        }
    }

    private func isBoolean(_ number: NSNumber) -> Bool {
        String(cString: number.objCType) == "c" || String(cString: number.objCType) == "B"
    }
}
