extension LoadedConfiguration {
    /// The effective configuration as a YAML file, each value with the place it comes from; secrets masked.
    public func yaml() -> String {
        var lines: [String] = []
        for key in Key.all {
            let place = sources[key.name] ?? "default"
            guard let values = key.show(configuration), !values.isEmpty else {
                lines.append("# \(key.name):  # \(place)")
                continue
            }
            let isList = key.kind == .list || key.kind == .spacedList
            let text = isList ? "[\(values.map(Self.scalar).joined(separator: ", "))]" : Self.scalar(values[0])
            lines.append("\(key.name): \(text)  # \(place)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    // Double quotes wherever a plain scalar could be read as something else.
    private static func scalar(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: "/"):
                    true
                default: false
                }
            }
        if isPlain { return text }
        var quoted = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0x7f: quoted += "?"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return "\"\(quoted)\""
    }
}

extension Key {
    /// The flags with what they mean, one a line or two, for `--help`.
    public static func help() -> String {
        var lines: [String] = []
        for key in all {
            let flag = key.kind == .toggle ? key.flag : "\(key.flag) \(key.placeholder)"
            let isRepeated = key.kind == .list || key.kind == .spacedList
            lines.append("  \(flag)\(isRepeated ? " …" : "")")
            lines.append("      \(key.help)\(key.defaultText.map { " (default: \($0))" } ?? "")")
        }
        for name in fileNames {
            lines.append("  --\(name) FILE")
            lines.append("      \(fileHelp[name] ?? "")")
        }
        lines.append("")
        lines.append("Every flag is also a variable (--media-port: PEERSCOPE_MEDIA_PORT) and a key of the YAML file (media-port).")
        return lines.joined(separator: "\n")
    }
}
