import Foundation

/// One text file of the project, read once.
struct SourceFile: Sendable {
    /// Relative to the package root: `Sources/ICE/Agent.swift`.
    let path: String
    let text: [UInt8]
    /// The same text with comments and string literals blanked out, line breaks kept: what the compiler runs.
    let code: [UInt8]

    init(path: String, text: String) {
        self.path = path
        self.text = Array(text.utf8)
        code = path.hasSuffix(".swift") ? blankingCommentsAndStrings(self.text) : self.text
    }

    /// `ICE` for `Sources/ICE/Agent.swift`; nil outside Sources.
    var room: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
    }

    var isSwift: Bool { path.hasSuffix(".swift") }
    var isTest: Bool { path.hasPrefix("Tests/") }
    var lineCount: Int { text.count { $0 == UInt8(ascii: "\n") } }

    /// The number of the line that holds a byte, from 1.
    func line(of offset: Int) -> Int { 1 + text[..<offset].count { $0 == UInt8(ascii: "\n") } }
}

/// The project as it lies on disk: what git would hold, without what is built.
enum SourceTree {
    /// The directory with Package.swift above this very file.
    static let root: URL = {
        var directory = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: directory.appending(path: "Package.swift").path), directory.path != "/" {
            directory.deleteLastPathComponent()
        }
        return directory
    }()

    static let sources = files(under: "Sources", endings: [".swift"])
    static let tests = files(under: "Tests", endings: [".swift"])
    /// Everything people read and edit.
    static let texts: [SourceFile] =
        ["Sources", "Tests", "Web", "OpenAPI", "Docs", "tools", ".ci"].flatMap {
            files(
                under: $0,
                endings: [".swift", ".c", ".h", ".modulemap", ".js", ".css", ".html", ".yaml", ".yml", ".md", ".py", ".sh", ".txt", ""])
        } + ["Package.swift", "Makefile", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", ".gitignore"].compactMap(file)

    static func file(_ path: String) -> SourceFile? {
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)).map { SourceFile(path: path, text: $0) }
    }

    /// The folders of `Sources`, one a room or a door.
    static let rooms: [String] = ((try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)) ?? [])
        .filter { !$0.hasPrefix(".") && !files(under: "Sources/" + $0, endings: [".swift", ".c", ".h", ".modulemap"]).isEmpty }.sorted()

    /// The files below a folder whose names have one of the endings (an empty one stands for a name without a dot), sorted.
    private static func files(under folder: String, endings: [String]) -> [SourceFile] {
        let start = root.appending(path: folder).resolvingSymlinksInPath()
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: start.path)) ?? []
        return paths.sorted().compactMap { path in
            let name = path.split(separator: "/").last.map(String.init) ?? path
            guard endings.contains(where: { $0.isEmpty ? !name.contains(".") : name.hasSuffix($0) }),
                !path.split(separator: "/").contains(where: { $0 == "node_modules" || $0 == "__pycache__" || $0.hasPrefix(".build") })
            else { return nil }
            return file(folder + "/" + path)
        }
    }
}

/// The text with everything blanked that is not code. Interpolations inside strings are blanked with them.
func blankingCommentsAndStrings(_ text: [UInt8]) -> [UInt8] {
    var result = text
    var index = 0
    func at(_ offset: Int) -> UInt8 { index + offset < text.count ? text[index + offset] : 0 }
    func blank(_ count: Int) {
        for position in index..<min(index + count, text.count) where text[position] != UInt8(ascii: "\n") {
            result[position] = UInt8(ascii: " ")
        }
        index += count
    }
    let (slash, star, quote, hash, backslash, newline) =
        (UInt8(ascii: "/"), UInt8(ascii: "*"), UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "\\"), UInt8(ascii: "\n"))
    while index < text.count {
        if at(0) == slash, at(1) == slash {
            while index < text.count, at(0) != newline { blank(1) }
        } else if at(0) == slash, at(1) == star {
            var depth = 0
            repeat {
                if at(0) == slash, at(1) == star {
                    depth += 1
                    blank(2)
                } else if at(0) == star, at(1) == slash {
                    depth -= 1
                    blank(2)
                } else {
                    blank(1)
                }
            } while depth > 0 && index < text.count
        } else if at(0) == quote || (at(0) == hash && (at(1) == quote || at(1) == hash)) {
            var hashes = 0
            while at(hashes) == hash { hashes += 1 }
            guard at(hashes) == quote else {
                index += max(1, hashes)
                continue
            }
            let isLong = at(hashes + 1) == quote && at(hashes + 2) == quote
            blank(hashes + (isLong ? 3 : 1))
            while index < text.count {
                let quotes = isLong ? 3 : 1
                let closes = (0..<quotes).allSatisfy { at($0) == quote } && (0..<hashes).allSatisfy { at(quotes + $0) == hash }
                if closes {
                    blank(quotes + hashes)
                    break
                }
                if at(0) == newline, !isLong { break }
                blank(at(0) == backslash && hashes == 0 ? 2 : 1)
            }
        } else {
            index += 1
        }
    }
    return result
}
