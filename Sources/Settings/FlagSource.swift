// Flags and variables.
extension Loader {
    /// `--key value`, `--key=value`, `--toggle`; lists may be given more than once.
    mutating func readFlags(_ arguments: [String]) -> Source {
        var source = Source()
        var values: [String: [String]] = [:]
        var order: [Key] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--help" || argument == "-h" {
                source.wantsHelp = true
                return source
            }
            guard argument.hasPrefix("--") else {
                report(Value.quoted(argument), "is no flag", isUsage: true)
                continue
            }
            let split = argument.firstIndex(of: "=")
            let name = argument[argument.index(argument.startIndex, offsetBy: 2)..<(split ?? argument.endIndex)]
            let given = split.map { String(argument[argument.index(after: $0)...]) }
            let key = Key.named(name)
            guard key != nil || Key.fileNames.contains(String(name)) else {
                report("--\(name.prefix(80))", unknown(String(name), "flag", prefix: "--"), isUsage: true)
                // What follows is most likely its value.
                if given == nil, rest.first?.hasPrefix("--") == false { rest.removeFirst() }
                continue
            }
            let value: String
            if let given {
                value = given
            } else if key?.kind == .toggle {
                value = "true"
            } else if let next = rest.first, !next.hasPrefix("--") {
                value = next
                rest.removeFirst()
            } else {
                report("--\(name)", "needs a value", isUsage: true)
                continue
            }
            guard let key else {
                source.files[String(name)] = (value, "--\(name)")
                continue
            }
            if values[key.name] == nil { order.append(key) }
            switch key.kind {
            case .list, .spacedList: values[key.name, default: []] += key.split(value)
            // The last one counts, so that a wrapper's flags can be overridden.
            case .value, .toggle: values[key.name] = [value]
            }
        }
        source.settings = order.map { Setting(key: $0, values: values[$0.name] ?? [], place: $0.flag) }
        return source
    }

    /// Empty variables count as unset.
    mutating func readEnvironment(_ environment: [String: String]) -> Source {
        var source = Source()
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("PEERSCOPE_") && !value.isEmpty {
            if let key = Key.all.first(where: { $0.environment == name }) {
                source.settings.append(Setting(key: key, values: key.split(value), place: name))
            } else if let file = Key.fileNames.first(where: { "PEERSCOPE_" + $0.uppercased().replacing("-", with: "_") == name }) {
                source.files[file] = (value, name)
            } else {
                // Not an error: container platforms set variables after the names of services.
                warnings.append("\(name): \(unknown(name, "variable", prefix: ""))")
            }
        }
        return source
    }

    /// "is no key; did you mean listen?"
    func unknown(_ name: String, _ noun: String, prefix: String) -> String {
        let names = noun == "variable" ? Key.all.map(\.environment) : Key.all.map(\.name) + Key.fileNames
        let near = names.map { ($0, distance(name, $0)) }.min { $0.1 < $1.1 }
        guard let near, near.1 <= 2 else { return "is no \(noun) of ours" }
        return "is no \(noun) of ours; did you mean \(prefix)\(near.0)?"
    }

    // Levenshtein, of names cut to 64 characters.
    private func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8.prefix(64)), right = Array(right.utf8.prefix(64))
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let substituted = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}

extension Key {
    /// The values of one text.
    func split(_ text: String) -> [String] {
        switch kind {
        case .value, .toggle: [text]
        case .list: text.split(separator: ",").map { String($0.trimmingBlanks()) }
        case .spacedList: text.split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }
}
