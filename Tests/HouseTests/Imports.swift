/// The modules that a Swift file imports, with the line of each.
func imports(of file: SourceFile) -> [(module: String, line: Int)] {
    let words: Set<String> = ["public", "internal", "package", "private", "fileprivate"]
    let kinds: Set<String> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    var found: [(String, Int)] = []
    for (number, line) in file.code.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
        var parts = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: ";") }
            .map { String(decoding: $0, as: UTF8.self) }[...]
        while let first = parts.first, words.contains(first) || first.hasPrefix("@") { parts = parts.dropFirst() }
        guard parts.first == "import" else { continue }
        parts = parts.dropFirst()
        if let first = parts.first, kinds.contains(first) { parts = parts.dropFirst() }
        guard let name = parts.first else { continue }
        found.append((String(name.prefix { $0 != "." }), number + 1))
    }
    return found
}

/// The imports of a file that its room may not have, in words.
func forbiddenImports(of file: SourceFile) -> [String] {
    guard let name = file.room else { return [] }
    guard let room = Floors.room(name) else { return ["\(file.path): the room \(name) stands in no floor of Floors.swift"] }
    return imports(of: file).filter { !Floors.allows(room, $0.module) }
        .map { "\(file.path):\($0.line): \(name) (floor \(room.floor)) must not import \($0.module)" }
}
