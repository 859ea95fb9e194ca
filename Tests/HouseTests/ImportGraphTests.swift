import Testing

@Suite struct ImportGraphTests {
    @Test func `every file imports only what its room may see`() {
        #expect(SourceTree.sources.count > 20, "the sources were not found")
        let wrong = SourceTree.sources.flatMap(forbiddenImports)
        #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    }

    @Test(arguments: [
        ("import Engine", "SDP"),
        ("public import Transport", "ICE"),
        ("internal import struct Foundation.Data", "Peer"),
        ("@_exported import GRDB", "Gateway"),
        ("import FoundationEssentials", "Transport"),
        ("import Cellar", "HTTP"),
    ])
    func `an import that goes up, sideways or to a stranger is found`(line: String, room: String) {
        #expect(forbiddenImports(of: SourceFile(path: "Sources/\(room)/A.swift", text: "// text\n\(line)\n")).count == 1)
    }

    @Test func `an import in a comment, in a string, or of the room's own is none`() {
        let text = "// import Engine\nlet a = \"import Engine\"\n/* import HTTP /* import X */ */\npublic import Wire\nimport Glibc\n"
        #expect(forbiddenImports(of: SourceFile(path: "Sources/SDP/A.swift", text: text)).isEmpty)
        #expect(imports(of: SourceFile(path: "A.swift", text: text)).map(\.module) == ["Wire", "Glibc"])
    }

    @Test func `the floors go down`() {
        for room in Floors.rooms {
            for name in room.imports.subtracting(Floors.ground) {
                guard let below = Floors.room(name) else {
                    Issue.record("\(room.name) may import \(name), which is no room")
                    continue
                }
                let isNeighbour = Floors.neighbours.contains([room.name, name]) && below.floor == room.floor
                #expect(below.floor < room.floor || isNeighbour, "\(room.name) on \(room.floor) over \(name) on \(below.floor)")
            }
        }
    }

    @Test func `every folder of Sources has its floor, and every room its line in Docs slash architecture`() throws {
        let architecture = try #require(SourceTree.file("Docs/architecture.md"))
        let text = String(decoding: architecture.text, as: UTF8.self)
        for name in SourceTree.rooms where !Floors.ground.contains(name) {
            #expect(Floors.room(name) != nil, "Sources/\(name) stands in no floor of Floors.swift")
            let isNamed = text.contains("`\(name)`")
            #expect(isNamed, "Docs/architecture.md does not name `\(name)`")
        }
    }

    @Test func `Package declares no dependency that the floors forbid`() throws {
        let package = try #require(SourceTree.file("Package.swift"))
        let declared = declaredDependencies(String(decoding: package.text, as: UTF8.self))
        #expect(declared.count >= 10, "room(…) lines were not found in Package.swift")
        for (name, modules) in declared {
            let room = try #require(Floors.room(name), "Package.swift has a room \(name) that Floors.swift lacks")
            let wrong = modules.filter { !Floors.allows(room, $0) }
            #expect(wrong.isEmpty, "\(name) declares \(wrong)")
        }
    }

    @Test func `the reader of Package understands a room with products`() {
        let text = #"""
            room("Wire"),
            room("History", ["CZlib", .product(name: "GRDB", package: "GRDB.swift")]),
            """#
        let declared = declaredDependencies(text)
        #expect(declared["Wire"] == [])
        #expect(declared["History"] == ["CZlib", "GRDB"])
    }
}

/// The dependencies of each `room("…", […])` line of a manifest.
func declaredDependencies(_ manifest: String) -> [String: Set<String>] {
    var result: [String: Set<String>] = [:]
    for line in manifest.split(separator: "\n") {
        let trimmed = line.drop { $0 == " " }
        guard trimmed.hasPrefix("room(\"") else { continue }
        let quoted = trimmed.split(separator: "\"", omittingEmptySubsequences: false)
        guard quoted.count >= 3 else { continue }
        var modules: Set<String> = []
        for index in stride(from: 3, to: quoted.count - 1, by: 2) where !quoted[index - 1].hasSuffix("package: ") {
            modules.insert(String(quoted[index]))
        }
        result[String(quoted[1])] = modules
    }
    return result
}
