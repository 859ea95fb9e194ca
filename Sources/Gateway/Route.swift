internal import HTTP
internal import Inspection
internal import Settings

/// One route: a path pattern, and what each method does there. `Service.routes` lists them all; a test holds the list
/// against the OpenAPI description.
struct Route: Sendable {
    typealias Handler = @Sendable (Service, Context) -> Disposition

    /// What one method does.
    struct Operation: Sendable {
        let method: HTTP.Method
        /// What a token must open; nil where none is needed.
        let scope: Scope?
        /// Another scope that opens it too.
        var otherScope: Scope?
        /// The media types a body may have; empty where the method takes no body.
        var accepts: [String] = []
        /// The largest body, in bytes.
        var bodyLimit = Service.bodyLimit
        let handler: Handler
    }

    /// Segments; `{id}` stands for any one.
    let pattern: [String]
    let operations: [Operation]

    init(_ path: String, _ operations: [Operation]) {
        pattern = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        self.operations = operations
    }

    var path: String { "/" + pattern.joined(separator: "/") }

    /// The value of `{id}` where the path matches; an empty string where the pattern has none.
    func match(_ segments: [String]) -> String? {
        guard segments.count == pattern.count else { return nil }
        var id = ""
        for (part, segment) in zip(pattern, segments) {
            if part == "{id}" {
                id = segment
            } else if part != segment {
                return nil
            }
        }
        return id
    }

    func operation(for method: HTTP.Method) -> Operation? {
        // RFC 9110 §9.3.2: HEAD is GET without content, which the HTTP room leaves out.
        let wanted = method == .head ? .get : method
        return operations.first { $0.method == wanted }
    }

    /// The methods, for Allow.
    var allow: String {
        var names = operations.map(\.method.name)
        if names.contains("GET") { names.append("HEAD") }
        names.append("OPTIONS")
        return names.joined(separator: ", ")
    }

    /// The media types a POST takes.
    var acceptPost: [String] { operations.first { $0.method == .post }?.accepts ?? [] }
    var acceptPatch: [String] { operations.first { $0.method == .patch }?.accepts ?? [] }
}

/// An answer that is owed, once, from any thread.
struct PendingAnswer: Sendable {
    fileprivate let responder: Responder
    fileprivate let finish: @Sendable (Response) -> Response

    func answer(_ response: Response) { responder.respond(finish(response)) }

    /// Whether nobody waits for it any more.
    var isAbandoned: Bool { responder.isAbandoned }

    /// Calls `body` once if the client leaves before the answer.
    func onAbandoned(_ body: @escaping @Sendable () -> Void) { responder.onAbandoned(body) }
}

/// A request on its way to a handler.
struct Context {
    let request: Request
    let exchange: Exchange
    /// The `{id}` of the path.
    let id: String
    /// Adds what every answer carries; a late answer goes through it too.
    let finish: @Sendable (Response) -> Response

    /// What of it may go to another thread.
    var shared: Shared { Shared(request: request, id: id, prefersText: prefersText) }

    struct Shared: Sendable {
        let request: Request
        let id: String
        let prefersText: Bool

        /// Adds what a client may keep the answer by, or answers that it still has it. An ended session changes only by
        /// what its peer still tells of it, and by what a later version of the rules finds in it: both stand in the tag. A live one has none.
        func validated(_ response: Response, of record: Record, _ resource: String) -> Response {
            // RFC 9110 §8.8.3: a strong tag is of one representation, and so names the type.
            guard !record.isLive, response.status == .ok, let type = response["Content-Type"].flatMap(MediaType.init),
                let tag = EntityTag(
                    "\(record.id)-\(resource)-\(Diagnosis.headline(of: record).code)-\(record.client?.reports ?? 0)-\(type.subtype)")
            else { return response }
            let condition = request.headers.joined("if-none-match").flatMap(EntityTag.condition)
            let answer = condition?.matchesWeakly(tag) == true ? Response(.notModified) : response
            return answer.adding("ETag", tag.description).adding("Cache-Control", "no-cache")
        }
    }

    /// Whether the client would rather have text than JSON.
    var prefersText: Bool {
        Accept(request.headers["accept"]).preferred(of: ["application/json", "text/plain"]) == "text/plain"
    }

    /// Answers later: `body` gets a closure that takes the answer, once, on any thread.
    func later(_ body: (@escaping @Sendable (Response) -> Void) -> Void) -> Disposition {
        later { (pending: PendingAnswer) in body { pending.answer($0) } }
    }

    /// Answers later, by somebody who wants to know whether the client still waits.
    func later(_ body: (PendingAnswer) -> Void) -> Disposition {
        body(PendingAnswer(responder: exchange.responder(), finish: finish))
        return .later
    }
}
