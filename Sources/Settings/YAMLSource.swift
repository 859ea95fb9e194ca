internal import Yams

// The YAML file: one flat mapping.
extension Loader {
    mutating func readYAML(at path: String, named place: String, _ readFile: (String) -> FileText) -> [Setting] {
        let text: String
        switch readFile(path) {
        case .text(let content): text = content
        case .failure(let reason):
            report(place, "cannot read \(path): \(reason)")
            return []
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            report(path, YAML.message(of: error))
            return []
        }
        // A file with nothing but comments sets nothing.
        guard let root, root.null == nil || root.mapping != nil else { return [] }
        guard let mapping = root.mapping else {
            report(YAML.place(root, in: path), "is no mapping of keys to values")
            return []
        }
        var settings: [Setting] = []
        for (keyNode, node) in mapping {
            let place = YAML.place(keyNode, in: path)
            guard let name = keyNode.scalar?.string else {
                report(place, "a key is a word")
                continue
            }
            if name == Key.tokensFileName, let file = node.scalar?.string, !file.isEmpty {
                yamlTokensFile = (file, place)
                continue
            }
            guard let key = Key.named(name) else {
                report(place, "\(Value.quoted(name)) \(unknown(name, "key", prefix: ""))")
                continue
            }
            if let values = values(of: key, node, place: YAML.place(node, in: path)) {
                settings.append(Setting(key: key, values: values, place: "\(place): \(name)"))
            }
        }
        return settings
    }

    private mutating func values(of key: Key, _ node: Node, place: String) -> [String]? {
        if let sequence = node.sequence {
            guard key.kind == .list || key.kind == .spacedList else {
                report(place, "\(key.name) takes one value, not a list")
                return nil
            }
            var values: [String] = []
            for element in sequence {
                guard let text = element.scalar?.string, !text.isEmpty else {
                    report(place, "\(key.name) is a list of words")
                    return nil
                }
                values.append(text)
            }
            return values
        }
        guard let text = node.scalar?.string else {
            report(place, "\(key.name) takes a value, not a mapping")
            return nil
        }
        guard !text.isEmpty, node.null == nil else {
            report(place, "\(key.name) has no value")
            return nil
        }
        return key.split(text)
    }
}

private enum YAML {
    static func place(_ node: Node, in path: String) -> String {
        node.mark.map { "\(path):\($0.line):\($0.column)" } ?? path
    }

    /// The error on one line, with its place.
    static func message(of error: any Error) -> String {
        guard let error = error as? YamlError else { return "is no YAML" }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            return "line \(mark.line), column \(mark.column): \(problem)"
        case .duplicatedKeysInMapping(let duplicates, _):
            return "has a key twice: \(duplicates.joined(separator: ", "))"
        default:
            return "is no YAML"
        }
    }
}
