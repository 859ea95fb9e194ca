internal import HTTP
internal import History
internal import Inspection
internal import Settings
internal import Synchronization

/// `GET /v1/sessions/export`: every session of a list, as a file that is made while it is sent.
enum ExportRoute {
    static let all = [Route("/v1/sessions/export", [Route.Operation(method: .get, scope: .inspect, handler: export)])]

    enum Format: String {
        case ndjson, csv

        var type: String { self == .csv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson" }
    }

    /// Rows of one page: some hundred kilobytes.
    private static let pageRows = 500

    @Sendable static func export(_ service: Service, _ context: Context) -> Disposition {
        let word = context.request.query["format"] ?? "ndjson"
        guard let format = Format(rawValue: word) else { return .respond(Problem.badQuery("format", "`ndjson` or `csv`").response) }
        var filter: Filter
        do throws(Problem) {
            filter = try Filter(context.request.query)
        } catch {
            return .respond(error.response)
        }
        filter.limit = pageRows
        let first = filter
        return context.read(service) { () throws(Problem) in
            // The first page comes before the answer: what is wrong with the history is said in its status.
            let page = try rows(first, service)
            let head = format == .csv ? CSV.line(CSV.columns.map { $0.name }) : []
            let walk = Walk(filter: first, next: page.next)
            let stream = ContentStream { stream in
                guard let filter = walk.take() else { return stream.finish() }
                service.readers.proceed {
                    guard !stream.isClosed else { return }
                    do throws(Problem) {
                        let page = try rows(filter, service)
                        walk.put(page.next)
                        stream.append(lines(of: page.rows, format))
                    } catch {
                        // The header has gone: a reader sees that the file is not whole by its missing end.
                        stream.fail()
                    }
                }
            }
            stream.prepend(head + lines(of: page.rows, format))
            return Response(.ok, type: format.type, stream)
                .adding("Content-Disposition", "attachment; filename=\"sessions.\(format.rawValue)\"")
        }
    }

    private static func rows(_ filter: Filter, _ service: Service) throws(Problem) -> RowPage {
        do throws(HistoryError) {
            return try service.store.rows(filter)
        } catch {
            throw Problem(error)
        }
    }

    private static func lines(of rows: [SessionRow], _ format: Format) -> [UInt8] {
        var bytes: [UInt8] = []
        for row in rows {
            switch format {
            case .ndjson: bytes += row.item + [0x0a]
            case .csv: bytes += CSV.line(CSV.columns.map { $0.value(row) })
            }
        }
        return bytes
    }
}

/// Where an export is on its way.
private final class Walk: Sendable {
    private let filter: Filter
    private let next: Mutex<String?>

    init(filter: Filter, next: String?) {
        self.filter = filter
        self.next = Mutex(next)
    }

    /// The filter of the next page; nil at the end.
    func take() -> Filter? {
        next.withLock { next in
            guard let cursor = next else { return nil }
            next = nil
            var filter = filter
            filter.cursor = cursor
            return filter
        }
    }

    func put(_ cursor: String?) { next.withLock { $0 = cursor } }
}
