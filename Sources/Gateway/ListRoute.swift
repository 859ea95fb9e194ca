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
            // Only a search may take its time.
            guard request.isPlain else { return context.read(service) { () throws(Problem) in try answer(request, service) } }
            return .respond(try answer(request, service))
        } catch {
            return .respond(error.response)
        }
    }

    private static func answer(_ request: ListRequest, _ service: Service) throws(Problem) -> Response {
        let page = try page(request, service)
        let next = page.next.map(request.cursor)
        var response = InspectionRoutes.json { json in
            json.object { json in
                json.array("items") { json in
                    for item in page.items { json.json(item.span) }
                }
                json.key("next")
                if let next { json.string(next) } else { json.null() }
            }
        }
        if let next, let link = FieldValue.link(service.url("/v1/sessions?\(request.query(cursor: next))"), rel: "next") {
            response.add("Link", link)
        }
        return response
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
