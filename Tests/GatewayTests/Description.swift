import Corpora
import Foundation

/// The OpenAPI description, and what an answer has that it does not say.
struct Description {
    static let shared = Description()

    let root: JSON
    let text: String

    private init() {
        let file = Corpus.packageRoot.appendingPathComponent("OpenAPI/openapi.yaml")
        text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        root = (try? JSON(yaml: text)) ?? .null
    }

    static let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]

    /// `GET /v1/sessions` and the like.
    var operations: Set<String> {
        Set(
            (root["paths"]?.members ?? [:]).flatMap { path, item in
                item.members.keys.filter { Self.methods.contains($0) }.map { "\($0.uppercased()) \(path)" }
            })
    }

    private func operation(_ method: String, _ target: String) -> JSON? {
        let path = target.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)
        // A path that is spelt out comes before one with a parameter.
        for (pattern, item) in (root["paths"]?.members ?? [:]).sorted(by: { !$0.key.contains("{") && $1.key.contains("{") }) {
            let parts = pattern.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == path.count, zip(parts, path).allSatisfy({ $0 == "{id}" || $0 == $1 }) else { continue }
            return item[(method == "HEAD" ? "GET" : method).lowercased()]
        }
        return nil
    }

    /// What the routing and the HTTP layer may answer to any request; the description says it once, under `default`.
    static let general: Set<Int> = [403, 405, 408, 413, 414, 415, 417, 421, 429, 431, 500, 501, 503]

    func flaws(of answer: Answer, to method: String, _ target: String) -> [String] {
        guard method != "OPTIONS" else { return answer.body.isEmpty ? [] : ["OPTIONS is answered with content"] }
        guard let operation = operation(method, target) else {
            // A file of the page, of which the description names only the page itself.
            if FileManager.default.fileExists(atPath: Corpus.packageRoot.appendingPathComponent("Web\(target)").path) { return [] }
            return [400, 404, 405, 414, 421, 403].contains(answer.status)
                ? problemFlaws(answer, method) : ["no such operation, and yet \(answer.status)"]
        }
        let responses = operation["responses"] ?? .null
        let listed = responses[String(answer.status)]
        guard let response = (listed ?? (Self.general.contains(answer.status) ? responses["default"] : nil)).map(resolved) else {
            return ["status \(answer.status) is not listed"]
        }
        for name in (response["headers"]?.members ?? [:]).filter({ $0.value["required"]?.bool == true }).keys where answer[name] == nil {
            return ["the header field \(name) is missing"]
        }
        guard let content = response["content"]?.members else {
            return answer.body.isEmpty ? [] : ["content although none is described"]
        }
        guard method != "HEAD" else { return [] }
        guard let type = answer.type, let described = content[type] else {
            return ["the type \(answer["content-type"] ?? "none") is not listed"]
        }
        guard type.hasSuffix("json"), type != "application/x-ndjson" else { return [] }
        guard let value = try? JSON(parsing: answer.body) else { return ["the content is no JSON"] }
        return flaws(value, described["schema"] ?? .null, at: "$")
    }

    private func problemFlaws(_ answer: Answer, _ method: String) -> [String] {
        if method == "HEAD" { return [] }
        guard answer.type == "application/problem+json" else { return ["\(answer.status) without a problem document"] }
        return flaws(answer.json, .object(["$ref": .string("#/components/schemas/Problem")]), at: "$")
    }

    private func resolved(_ value: JSON) -> JSON {
        guard let reference = value["$ref"]?.string else { return value }
        return reference.split(separator: "/").dropFirst().reduce(root) { $0[String($1)] ?? .null }
    }

    // MARK: JSON Schema, as far as the description uses it

    /// Stricter than JSON Schema in one point: a member that the schema does not name is a flaw, unless the schema says what
    /// other members there may be.
    func flaws(_ value: JSON, _ schema: JSON, at place: String) -> [String] {
        let schema = resolved(schema)
        if let choices = schema["oneOf"]?.items {
            let results = choices.map { self.flaws(value, $0, at: place) }
            let fitting = results.filter(\.isEmpty).count
            return fitting == 1 ? [] : ["\(place) fits \(fitting) of \(choices.count) choices: \(results)"]
        }
        var flaws: [String] = []
        if let type = schema["type"] {
            let types = type.string.map { [$0] } ?? type.items.compactMap(\.string)
            if !types.contains(where: { value.isA($0) }) { return ["\(place) is no \(types.joined(separator: " or ")): \(value)"] }
        }
        if let values = schema["enum"]?.items, !values.contains(value) { flaws.append("\(place) is none of the listed values: \(value)") }
        if let constant = schema["const"], constant != value { flaws.append("\(place) is not \(constant)") }
        if let minimum = schema["minimum"]?.number, let number = value.number, number < minimum {
            flaws.append("\(place) is below \(minimum)")
        }
        if schema["format"]?.string == "date-time", let text = value.string, !text.isTimestamp {
            flaws.append("\(place) is no time: \(text)")
        }
        if let items = schema["items"] {
            for (index, item) in value.items.enumerated() { flaws += self.flaws(item, items, at: "\(place)[\(index)]") }
        }
        let properties = schema["properties"]?.members
        for name in schema["required"]?.items.compactMap(\.string) ?? [] where value.isA("object") && value[name] == nil {
            flaws.append("\(place).\(name) is missing")
        }
        for (name, member) in value.members {
            if let described = properties?[name] {
                flaws += self.flaws(member, described, at: "\(place).\(name)")
            } else if let others = schema["additionalProperties"] {
                if others == .bool(false) { flaws.append("\(place).\(name) is not allowed") }
                if others.isA("object") { flaws += self.flaws(member, others, at: "\(place).\(name)") }
            } else {
                flaws.append("\(place).\(name) is not described")
            }
        }
        return flaws
    }
}

extension JSON {
    func isA(_ type: String) -> Bool {
        switch (type, self) {
        case ("null", .null), ("boolean", .bool), ("number", .number), ("string", .string), ("array", .array), ("object", .object): true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }
}

extension String {
    /// `2026-11-22T17:05:00.123Z`
    var isTimestamp: Bool {
        let pattern = "dddd-dd-ddTdd:dd:dd.dddZ"
        return utf8.count == pattern.utf8.count
            && zip(utf8, pattern.utf8).allSatisfy { $1 == UInt8(ascii: "d") ? (0x30...0x39).contains($0) : $0 == $1 }
    }
}
