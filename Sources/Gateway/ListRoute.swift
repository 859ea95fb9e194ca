internal import Engine
internal import Foundation
internal import HTTP
internal import History
internal import Inspection
internal import JSON

/// `GET /v1/sessions`: live sessions out of memory, ended ones out of history, newest first, in one order.
enum ListRoute {
    @Sendable static func list(_ service: Service, _ context: Context) -> Disposition {
        do throws(Problem) {
            let request = try ListRequest(context.request.query)
            let page = try page(request, service)
            var response = InspectionRoutes.json { json in
                json.object { json in
                    json.array("items") { json in
                        for item in page.items { json.json(item.span) }
                    }
                    json.key("next")
                    if let next = page.next { json.string(next) } else { json.null() }
                }
            }
            if let next = page.next, let link = FieldValue.link(service.url("/v1/sessions?\(request.query(cursor: next))"), rel: "next") {
                response.add("Link", link)
            }
            return .respond(response)
        } catch {
            return .respond(error.response)
        }
    }

    private static func page(_ request: ListRequest, _ service: Service) throws(Problem) -> (items: [[UInt8]], next: String?) {
        // What is filtered by more than life and death is history's to find; it knows live sessions too, a moment later.
        guard request.isPlain else { return try stored(request.filter, service) }
        let limit = request.filter.limit
        let live = request.filter.state == "ended" ? [] : service.engine.registry.items(before: request.cursorID, limit: limit + 1)
        guard request.filter.state != "live" else {
            let items = live.prefix(limit)
            return (items.map(\.item), live.count > limit ? items.last.map { cursor(of: $0.id) } : nil)
        }
        var filter = request.filter
        filter.state = "ended"
        let ended: Page
        do throws(HistoryError) {
            ended = try service.store.list(filter)
        } catch {
            throw Problem(error)
        }
        // Both run from new to old, and ids sort by time: take the newer head of the two until the page is full.
        var merged: [(id: String, item: [UInt8])] = []
        var left = live[...]
        var right = ended.items[...]
        while merged.count < limit, let newest = [left.first?.id, right.first?.id].compactMap({ $0 }).max() {
            if let entry = left.first, entry.id == newest {
                merged.append(entry)
                left.removeFirst()
                // It ended while we looked, so history told of it as well.
                if right.first?.id == newest { right.removeFirst() }
            } else if let entry = right.popFirst() {
                merged.append((entry.id, entry.item))
            }
        }
        let isMore = !left.isEmpty || !right.isEmpty || ended.next != nil
        return (merged.map(\.item), isMore ? merged.last.map { cursor(of: $0.id) } ?? ended.next : nil)
    }

    private static func stored(_ filter: Filter, _ service: Service) throws(Problem) -> (items: [[UInt8]], next: String?) {
        do throws(HistoryError) {
            let page = try service.store.list(filter)
            return (page.items.map(\.item), page.next)
        } catch {
            throw Problem(error)
        }
    }

    /// History's cursor after a session: its time, which stands in its id, and the id.
    private static func cursor(of id: String) -> String {
        "\(SessionID.unixMilliseconds(of: id))_\(id)"
    }
}

/// The query of a list, checked.
private struct ListRequest {
    var filter = Filter()
    /// The session that the page before ended with.
    private(set) var cursorID: String?
    private let query: Query

    init(_ query: Query) throws(Problem) {
        self.query = query
        if let state = query["state"] {
            guard state == "live" || state == "ended" else { throw .badQuery("state", "`live` or `ended`") }
            filter.state = state
        }
        if let kind = query["kind"] {
            guard Record.Kind(rawValue: kind) != nil else {
                throw .badQuery("kind", "one of \(Record.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            filter.kind = kind
        }
        if let outcome = query["outcome"] {
            guard Record.Outcome(rawValue: outcome) != nil else {
                throw .badQuery("outcome", "one of \(Record.Outcome.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            filter.outcome = outcome
        }
        filter.stream = query["stream"]
        if let text = query["q"] {
            guard text.utf8.count <= 200 else { throw .badQuery("q", "at most 200 bytes") }
            filter.query = text
        }
        filter.since = try query.time("since")
        filter.until = try query.time("until")
        if let text = query["limit"] {
            guard let limit = Int(text), (1...200).contains(limit) else { throw .badQuery("limit", "a number from 1 to 200") }
            filter.limit = limit
        }
        if let cursor = query["cursor"] {
            // Checked here, because a list of live sessions never asks history.
            guard let id = Self.id(in: cursor), SessionID.isWellFormed(id) else { throw Problem(HistoryError.badCursor) }
            filter.cursor = cursor
            cursorID = String(id)
        }
    }

    /// Whether only the state is asked for.
    var isPlain: Bool {
        filter.kind == nil && filter.outcome == nil && filter.stream == nil && filter.query == nil && filter.since == nil
            && filter.until == nil
    }

    /// The id behind the time in a cursor of ours, `1795367100123_…`.
    private static func id(in cursor: String) -> Substring? {
        guard let separator = cursor.firstIndex(of: "_"), Int64(cursor[..<separator]) != nil else { return nil }
        return cursor[cursor.index(after: separator)...]
    }

    /// The same query with another cursor.
    func query(cursor: String) -> String {
        (query.items.filter { $0.name != "cursor" } + [("cursor", cursor)])
            .map { "\(Self.escaped($0.name))=\(Self.escaped($0.value))" }.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.utf8.count == 1 ? "0" + digits : digits)
            }
        }
        return result
    }
}
