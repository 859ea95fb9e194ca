internal import Engine
internal import Foundation
internal import HTTP
internal import Inspection
internal import JSON
internal import Settings
internal import Wire

/// Making, changing and ending sessions.
enum SessionRoutes {
    static let all = [
        Route(
            "/v1/sessions",
            [
                Route.Operation(method: .post, scope: .connect, accepts: ["application/sdp", "application/json"], handler: create),
                Route.Operation(method: .get, scope: .inspect, handler: ListRoute.list),
            ]),
        Route(
            "/v1/sessions/{id}",
            [
                Route.Operation(method: .get, scope: .inspect, handler: InspectionRoutes.summary),
                Route.Operation(method: .patch, scope: .connect, accepts: ["application/trickle-ice-sdpfrag"], handler: patch),
                Route.Operation(method: .delete, scope: .connect, handler: delete),
            ]),
    ]

    // MARK: POST

    @Sendable static func create(_ service: Service, _ context: Context) -> Disposition {
        let request = context.request
        guard let form = Accept(request.headers["accept"]).preferred(of: ["application/sdp", "application/json"]) else {
            return .respond(
                Problem(.notAcceptable, "not-acceptable", "The answer comes as application/sdp or application/json.").response)
        }
        var open = OpenRequest(
            offer: request.body, address: request.remoteAddress, port: request.remotePort,
            userAgent: request.headers["user-agent"].map(Self.capped),
            receivedAt: Instant(nanoseconds: request.receivedAt))
        if request.headers["content-type"].flatMap(MediaType.init)?.essence == "application/json" {
            do throws(Problem) {
                let body = try SessionRequest(request.body)
                open.offer = Array(body.sdp.utf8)
                open.labels = body.labels
            } catch {
                return .respond(error.response)
            }
        }
        return context.later { answer in
            service.engine.open(open) { answer(service.response(to: $0, as: form)) }
        }
    }

    /// A user agent as it is kept: at most 512 bytes.
    private static func capped(_ text: String) -> String {
        text.utf8.count <= 512 ? text : String(decoding: text.utf8.prefix(512), as: UTF8.self)
    }

    // MARK: PATCH

    @Sendable static func patch(_ service: Service, _ context: Context) -> Disposition {
        guard let field = context.request.headers.joined("if-match") else {
            return .respond(
                Problem(
                    .preconditionRequired, "if-match-missing",
                    "A PATCH needs If-Match with the session's ETag, or `*` for an ICE restart (RFC 9725 §4.3.1)."
                ).response)
        }
        let condition: TagCondition
        switch EntityTag.condition(field) {
        case .any: condition = .any
        case .tags(let tags): condition = .oneOf(tags.filter { !$0.isWeak }.map(\.opaque))
        case nil: return .respond(Problem(.badRequest, "bad-if-match", "If-Match holds no entity tag.").response)
        }
        guard context.request.body.count <= Limits.descriptionBytes else { return .respond(Service.tooLarge.response) }
        let id = context.id
        return context.later { answer in
            let asked = service.engine.patch(id, context.request.body, condition: condition) { patched in
                switch patched {
                case .accepted: answer(Response(.noContent))
                case .restarted(let fragment, let tag):
                    answer(
                        Response(.ok, type: "application/trickle-ice-sdpfrag", fragment).adding("ETag", "\"\(tag)\""))
                case .refused(let refusal): answer(Problem(refusal).response)
                case .mismatch:
                    answer(
                        Problem(.preconditionFailed, "etag-mismatch", "If-Match names another ICE session than the one that runs.").response
                    )
                case .gone: answer(Problem.notLive(id).response)
                }
            }
            service.answer(asked, notLive: { answer(Problem.notLive(id).response) }, busy: { answer(Problem.busy.response) })
        }
    }

    // MARK: DELETE

    @Sendable static func delete(_ service: Service, _ context: Context) -> Disposition {
        let id = context.id
        return context.later { answer in
            let asked = service.engine.delete(id) { record in
                guard let record else { return answer(Problem.notLive(id).response) }
                answer(Response(.ok, type: "application/json", JSONWriter.bytes { record.writeSummary(base: service.url(""), into: &$0) }))
            }
            service.answer(asked, notLive: { answer(Problem.notLive(id).response) }, busy: { answer(Problem.busy.response) })
        }
    }
}

extension Service {
    fileprivate func response(to opened: Opened, as form: String) -> Response {
        switch opened {
        case .answered(let id, let sdp, let tag):
            let path = url("/v1/sessions/\(id)")
            var response =
                form == "application/sdp"
                ? Response(.created, type: "application/sdp", sdp)
                : Response(.created, type: "application/json", JSONWriter.bytes { Self.write(id: id, sdp: sdp, links: path, into: &$0) })
            response.add("Location", path)
            response.add("ETag", "\"\(tag)\"")
            response.add("Accept-Patch", "application/trickle-ice-sdpfrag")
            if let link = FieldValue.link(path, rel: "describedby", [("type", "application/json")]) { response.add("Link", link) }
            return response
        case .refused(let id, let refusal):
            let path = url("/v1/sessions/\(id)")
            var problem = Problem(refusal)
            problem.instance = path
            problem.hint = "POST the same body to \(url("/v1/analyze")) for a full reading of it, line by line."
            if let link = FieldValue.link(path, rel: "describedby", [("type", "application/json")]) {
                problem = problem.with("Link", link)
            }
            return problem.response
        case .full(let words):
            return Problem(.serviceUnavailable, "full", words).with("Retry-After", "5").response
        case .tooManyFromAddress(let words):
            return Problem(.tooManyRequests, "too-many-sessions", words).with("Retry-After", "5").response
        case .tooManyRefusals(let refusal, let pause):
            var problem = Problem(
                .tooManyRequests, "too-many-refusals",
                "Too many offers of this address were refused of late, so this refusal was not recorded: \(refusal.detail)")
            problem.line = refusal.line
            problem.column = refusal.column
            problem.section = refusal.section
            return problem.with("Retry-After", String(max(1, Int(pause.components.seconds) + 1))).response
        case .draining:
            return Problem(.serviceUnavailable, "draining", "The server is stopping and takes no new sessions.").with("Retry-After", "10")
                .response
        case .busy:
            return Problem.busy.response
        }
    }

    private static func write(id: String, sdp: String, links path: String, into json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("type", "answer")
            json.member("sdp", sdp)
            json.object("links") { json in
                json.member("self", path)
                for name in ["stats", "ice", "events", "offer", "answer", "diagnosis"] {
                    json.key(name)
                    json.string("\(path)/\(name)")
                }
                json.member("packets", "\(path)/packets.pcapng")
            }
        }
    }

    func answer(_ asked: Asked, notLive: () -> Void, busy: () -> Void) {
        switch asked {
        case .asked: break
        case .notLive: notLive()
        case .busy: busy()
        }
    }
}

/// The JSON form of a POST.
private struct SessionRequest: Decodable {
    let type: String
    let sdp: String
    let labels: [(String, String)]

    private enum Key: String, CodingKey { case type, sdp, labels, configuration }
    private struct Configuration: Decodable { let iceServers: [Server]? }
    private struct Server: Decodable {}

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        type = try container.decode(String.self, forKey: .type)
        sdp = try container.decode(String.self, forKey: .sdp)
        labels = (try container.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]).sorted { $0.key < $1.key }
        bringsServers = !((try container.decodeIfPresent(Configuration.self, forKey: .configuration))?.iceServers ?? []).isEmpty
    }

    private let bringsServers: Bool

    init(_ body: [UInt8]) throws(Problem) {
        let decoded: SessionRequest
        do {
            decoded = try JSONDecoder().decode(SessionRequest.self, from: Data(body))
        } catch {
            throw Problem(
                .badRequest, "bad-json", "The body must be a JSON object with the strings `type` and `sdp`; see /openapi.yaml.")
        }
        guard decoded.type == "offer" else {
            throw Problem(.unprocessableContent, "type-unsupported", "`type` must be \"offer\": this server answers offers.")
        }
        guard !decoded.bringsServers else {
            throw Problem(
                .unprocessableContent, "ice-servers-unsupported",
                "ICE servers of a session's own are not used by this server; leave `configuration.iceServers` out.")
        }
        guard decoded.labels.count <= 16, decoded.labels.allSatisfy({ $0.0.utf8.count <= 64 && $0.1.utf8.count <= 256 }) else {
            throw Problem(.badRequest, "bad-labels", "`labels` may hold 16 names of 64 bytes with values of 256.")
        }
        self = decoded
    }
}

extension JSONWriter {
    /// The bytes of one value.
    static func bytes(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(capacity: 4096)
        write(&json)
        return json.finish()
    }
}
