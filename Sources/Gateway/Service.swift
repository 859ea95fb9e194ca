public import Engine
public import HTTP
public import History
internal import JSON
public import Settings
internal import Synchronization

/// The HTTP surface: routes, who may use them, and what each answers. `handle` and `early` are what an HTTP server is given.
public final class Service: Sendable {
    let configuration: Configuration
    let engine: PeerEngine
    let store: Store
    let build: BuildInformation
    private let authorizer: Authorizer
    private let origins: Origins
    let readers = Readers()
    private let numbers = Atomic<Int>(0)
    let requests = RequestCounts(routes: Service.routes.map(\.path))
    /// Adds what others count to the metrics.
    let moreMetrics: @Sendable (inout MetricsText) -> Void
    let startedAt: Int64

    /// What a build says of itself.
    public struct BuildInformation: Sendable {
        public let version: String
        /// Names and versions of the libraries linked.
        public let libraries: [(name: String, version: String)]

        public init(version: String, libraries: [(name: String, version: String)]) {
            self.version = version
            self.libraries = libraries
        }
    }

    /// - Parameters:
    ///   - startedAt: CLOCK_MONOTONIC in nanoseconds.
    ///   - moreMetrics: adds what others count to the metrics.
    public init(
        configuration: Configuration, engine: PeerEngine, store: Store, build: BuildInformation, startedAt: Int64,
        moreMetrics: @escaping @Sendable (inout MetricsText) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.engine = engine
        self.store = store
        self.build = build
        self.startedAt = startedAt
        self.moreMetrics = moreMetrics
        authorizer = Authorizer(configuration.tokens)
        origins = Origins(configuration)
    }

    /// Every route.
    static let routes: [Route] =
        ExportRoute.all + SessionRoutes.all + AggregatesRoute.all + InspectionRoutes.all + SampleRoutes.all + ClientReportRoutes.all
        + DumpRoutes.all + AnalyzeRoute.all + StreamRoutes.all + OperationRoutes.all + HelpRoutes.all + MetricsRoute.all

    /// Every route's path and methods, for tests and for people.
    public static var routeList: [(path: String, methods: [String])] {
        routes.map { ($0.path, $0.operations.map(\.method.name)) }
    }

    /// A number that no other request of this process has.
    func nextNumber() -> Int { numbers.wrappingAdd(1, ordering: .relaxed).newValue }

    // MARK: Requests

    /// What can be said before the body is read: nobody sends 256 KiB to be told 401.
    public func early(_ head: RequestHead) -> EarlyVerdict {
        switch dispatch(head) {
        case .refused(let response): return .refuse(response)
        case .operation(let route, let operation, _):
            if let problem = bodyProblem(head, route, operation) { return .refuse(finish(problem.response, head)) }
            return .proceed(bodyLimit: operation.bodyLimit)
        case .page, .options:
            return .proceed(bodyLimit: 0)
        }
    }

    /// The largest body: an SDP of 256 KiB within JSON, every character escaped, would be six times that; none is.
    static let bodyLimit = 512 * 1024

    public func handle(_ request: Request, _ exchange: Exchange) -> Disposition {
        switch dispatch(request.head) {
        case .refused(let response):
            return .respond(response)
        case .options(let options):
            return .respond(finish(preflight(request.head, options), request.head))
        case .page(let response):
            return .respond(finish(response, request.head))
        case .operation(let route, let operation, let id):
            if let problem = bodyProblem(request.head, route, operation) { return .respond(finish(problem.response, request.head)) }
            let context = Context(request: request, exchange: exchange, id: id, finish: { [self] in finish($0, request.head) })
            switch operation.handler(self, context) {
            case .respond(let response): return .respond(finish(response, request.head))
            case .later: return .later
            }
        }
    }

    /// What the HTTP room refuses by itself, in the same form as all else.
    public static func refusal(_ status: HTTP.Status, _ words: String) -> Response {
        Problem(status, "http-\(status.code)", words).response
            .adding("X-Content-Type-Options", "nosniff").adding("Cache-Control", "no-store")
    }

    // MARK: Where a request goes

    private enum Destination {
        case refused(Response)
        case options(Options)
        case page(Response)
        case operation(Route, Route.Operation, id: String)
    }

    private func dispatch(_ head: RequestHead) -> Destination {
        func refuse(_ problem: Problem) -> Destination { .refused(finish(problem.response, head)) }
        guard let host = head.host, origins.isOurs(host: host) else {
            return refuse(
                Problem(
                    .misdirectedRequest, "foreign-host",
                    "This server does not answer to that host name; `--public-url` or `--allow-origin` makes it do so."))
        }
        if let origin = head.headers["origin"], head.path.first == "v1", !origins.admits(origin, to: head.host), head.method != .options {
            return refuse(
                Problem(.forbidden, "foreign-origin", "Pages of that origin may not use this API; `--allow-origin` lets them."))
        }
        for route in Self.routes {
            guard let id = route.match(head.path) else { continue }
            if head.method == .options { return .options(Options(route)) }
            guard let operation = route.operation(for: head.method) else {
                return refuse(
                    Problem(.methodNotAllowed, "method-not-allowed", "\(route.path) does not know \(head.method.name.prefix(16)).")
                        .with("Allow", route.allow))
            }
            if let scope = operation.scope, let problem = authorizer.refusal(of: head, needing: scope, or: operation.otherScope) {
                return refuse(problem)
            }
            return .operation(route, operation, id: id)
        }
        if let asset = Assets.response(for: head, configuration.webRoot) {
            if head.method == .options { return .options(Options(allow: Self.pageAllow)) }
            guard head.method == .get || head.method == .head else {
                return refuse(
                    Problem(.methodNotAllowed, "method-not-allowed", "A page can only be read.").with("Allow", Self.pageAllow))
            }
            return .page(asset)
        }
        // RFC 9110 §9.3.7: "An OPTIONS request with an asterisk ("*") as the request target applies to the server in general".
        if head.path.isEmpty, head.method == .options { return .options(Options(allow: "GET, HEAD, POST, PATCH, DELETE, OPTIONS")) }
        return refuse(.notFound)
    }

    private static let pageAllow = "GET, HEAD, OPTIONS"

    /// What OPTIONS tells of a place.
    private struct Options {
        var allow: String
        var acceptPost: [String] = []
        var acceptPatch: [String] = []

        init(allow: String) { self.allow = allow }

        init(_ route: Route) {
            allow = route.allow
            acceptPost = route.acceptPost
            acceptPatch = route.acceptPatch
        }
    }

    private func bodyProblem(_ head: RequestHead, _ route: Route, _ operation: Route.Operation) -> Problem? {
        guard !operation.accepts.isEmpty else {
            guard head.hasBody else { return nil }
            return Problem(.unsupportedMediaType, "body-not-expected", "\(head.method.name) takes no body here.")
        }
        if let length = head.contentLength, length > UInt64(operation.bodyLimit) {
            guard operation.bodyLimit > Self.bodyLimit else { return Self.tooLarge }
            return Problem(
                .contentTooLarge, "too-large", "The body may have \(operation.bodyLimit / (1024 * 1024)) MiB; this one has more.")
        }
        if let encoding = head.headers["content-encoding"], encoding.lowercased() != "identity" {
            return Problem(.unsupportedMediaType, "content-encoding", "No content encoding is understood here: send the body as it is.")
        }
        let type = head.headers["content-type"].flatMap(MediaType.init)?.essence
        guard let type, operation.accepts.contains(type) else {
            let problem = Problem(
                .unsupportedMediaType, "unsupported-media-type",
                "The body must be \(operation.accepts.joined(separator: " or ")), said in Content-Type\(type.map { "; it says \($0)" } ?? "")."
            )
            let field = operation.method == .patch ? "Accept-Patch" : "Accept-Post"
            return problem.with(field, operation.accepts.joined(separator: ", "))
        }
        return nil
    }

    static let tooLarge = Problem(
        .contentTooLarge, "too-large", "A description may have 256 KiB; this one has more.")

    // MARK: CORS and what every answer carries

    private func preflight(_ head: RequestHead, _ options: Options) -> Response {
        var response = Response(.noContent)
        response.add("Allow", options.allow)
        if !options.acceptPost.isEmpty { response.add("Accept-Post", options.acceptPost.joined(separator: ", ")) }
        if !options.acceptPatch.isEmpty { response.add("Accept-Patch", options.acceptPatch.joined(separator: ", ")) }
        if let origin = head.headers["origin"], origins.admits(origin, to: head.host) {
            response.add("Access-Control-Allow-Methods", options.allow)
            response.add("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match, If-None-Match, Last-Event-ID")
            response.add("Access-Control-Max-Age", "600")
        }
        return response
    }

    private func finish(_ response: Response, _ head: RequestHead) -> Response {
        var response = response
        if let origin = head.headers["origin"], origins.admits(origin, to: head.host) {
            response.add("Access-Control-Allow-Origin", origin)
            response.add("Access-Control-Expose-Headers", "Location, Link, ETag, Accept-Patch, Accept-Post, Retry-After")
        }
        if head.headers.contains("origin") || head.path.first == "v1" { response.add("Vary", "Origin, Accept") }
        response.add("X-Content-Type-Options", "nosniff")
        if response["Cache-Control"] == nil { response.add("Cache-Control", "no-store") }
        requests.note(Self.routes.firstIndex { $0.match(head.path) != nil }, response.status)
        return response
    }

    /// A path of ours as clients reach it: absolute where a public URL is configured.
    func url(_ path: String) -> String { (configuration.publicURL ?? "") + path }
}
