internal import HTTP
internal import Inspection
internal import JSON

/// What each finding means: pages for people, a list for programs. They speak of no session, so nobody needs a token.
enum HelpRoutes {
    static let all: [Route] = [
        Route("/help", [Route.Operation(method: .get, scope: nil) { _, _ in .respond(page(HelpPages.index)) }]),
        Route(
            "/help/{id}",
            [
                Route.Operation(method: .get, scope: nil) { _, context in
                    guard let html = HelpPages.page(of: context.id) else {
                        return .respond(
                            Problem(.notFound, "no-such-code", "No finding has that code; /help lists all of them.").response)
                    }
                    return .respond(page(html))
                }
            ]),
        Route(
            "/v1/causes",
            [
                Route.Operation(method: .get, scope: nil) { _, _ in
                    var json = JSONWriter(capacity: 64 * 1024)
                    Catalogue.write(into: &json)
                    return .respond(
                        Response(.ok, type: "application/json", json.finish()).adding("Cache-Control", "public, max-age=3600"))
                }
            ]),
    ]

    private static func page(_ html: String) -> Response {
        // SECURITY E3: our own style and nothing else.
        Response(.ok, type: "text/html; charset=utf-8", Array(html.utf8))
            .adding(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            )
            .adding("Referrer-Policy", "no-referrer")
            .adding("Cache-Control", "public, max-age=3600")
    }
}
