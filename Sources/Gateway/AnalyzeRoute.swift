internal import Analysis
internal import Engine
internal import Foundation
internal import HTTP
internal import JSON
internal import Settings

/// `POST /v1/analyze`: a description, fragment or candidate read aloud. No session is made and nothing is written down.
enum AnalyzeRoute {
    static let all = [
        Route(
            "/v1/analyze",
            [
                Route.Operation(
                    method: .post, scope: .inspect,
                    accepts: ["application/sdp", "application/trickle-ice-sdpfrag", "text/plain", "application/json"], handler: analyze)
            ])
    ]

    @Sendable static func analyze(_ service: Service, _ context: Context) -> Disposition {
        do throws(Problem) {
            let posted = try PostedText(context.request)
            let side = AnsweringSide(fingerprint: service.engine.fingerprint, candidates: service.engine.candidateLines)
            let report = Report(of: posted.text, as: posted.kind, unwrapped: posted.isUnwrapped, for: side)
            if context.prefersText { return .respond(InspectionRoutes.text(report.text)) }
            return .respond(InspectionRoutes.json { report.encode(into: &$0) })
        } catch {
            return .respond(error.response)
        }
    }
}

/// What is to be analysed, out of whatever it came in.
private struct PostedText {
    var text: [UInt8]
    /// Nil where the text itself must tell.
    var kind: Subject?
    /// Whether it stood in JSON without the media type saying so.
    var isUnwrapped = false

    init(_ request: Request) throws(Problem) {
        let type = request.headers["content-type"].flatMap(MediaType.init)?.essence
        let asked = request.query["type"]
        kind = try Self.kind(asked)
        text = request.body
        if type == "application/json" {
            guard let inner = Self.unwrapped(request.body) else {
                throw Problem(
                    .badRequest, "bad-json",
                    "The body must be a JSON object with the string `sdp` or `candidate`, and perhaps `type`; see /openapi.yaml.")
            }
            text = inner.text
            let said = try inner.isCandidate ? .candidate : Self.kind(inner.type)
            kind = kind ?? said
            return
        }
        if type == "application/trickle-ice-sdpfrag", kind == nil { kind = .fragment }
        let first = request.body.first { $0 > 0x20 }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "\""), let inner = Self.unwrapped(request.body) {
            text = inner.text
            isUnwrapped = true
            if kind == nil { kind = inner.isCandidate ? .candidate : inner.type.flatMap(Self.known) }
        }
    }

    private static func kind(_ word: String?) throws(Problem) -> Subject? {
        guard let word else { return nil }
        guard let kind = known(word) else {
            throw Problem(.badRequest, "bad-type", "`type` must be one of offer, answer, fragment and candidate.")
        }
        return kind
    }

    private static func known(_ word: String) -> Subject? { word == "pranswer" ? .answer : Subject(rawValue: word) }

    private struct Inner {
        let text: [UInt8]
        let type: String?
        let isCandidate: Bool
    }

    /// An RTCSessionDescription, an RTCIceCandidate, or a string.
    private struct Form: Decodable {
        let sdp: String?
        let type: String?
        let candidate: String?
    }

    private static func unwrapped(_ body: [UInt8]) -> Inner? {
        let data = Data(body)
        if let form = try? JSONDecoder().decode(Form.self, from: data) {
            if let sdp = form.sdp { return Inner(text: Array(sdp.utf8), type: form.type, isCandidate: false) }
            // W3C WebRTC §4.8.1: an empty candidate says that no more come.
            return form.candidate.map { Inner(text: Array(($0.isEmpty ? "a=end-of-candidates" : $0).utf8), type: nil, isCandidate: true) }
        }
        return (try? JSONDecoder().decode(String.self, from: data)).map { Inner(text: Array($0.utf8), type: nil, isCandidate: false) }
    }
}
