internal import Dumps
internal import HTTP
internal import Inspection
internal import Settings

/// A session as a file that other tools open.
enum DumpRoutes {
    static let all = [
        Route(
            "/v1/sessions/{id}/dump",
            [
                Route.Operation(method: .get, scope: .inspect) { service, context in
                    let word = context.request.query["format"] ?? Format.webrtcInternals.rawValue
                    guard let format = Format(rawValue: word) else {
                        let words = Format.allCases.map { "`\($0.rawValue)`" }.joined(separator: " or ")
                        return .respond(Problem.badQuery("format", words).response)
                    }
                    let id = context.id
                    return context.read(service) { () throws(Problem) in
                        let record = try service.record(of: id).get()
                        let chunks = try SampleRoutes.chunks(of: id, Int64.min...Int64.max, service)
                        let dump = Dump(
                            of: record, samples: SampleSeries.read(chunks), product: "Peerscope \(service.build.version)",
                            origin: service.url("/v1/sessions/\(id)"))
                        return Response(.ok, type: format.mediaType, dump.file(format))
                            .adding("Content-Disposition", "attachment; filename=\"\(id).\(format.suffix)\"")
                    }
                }
            ])
    ]
}
