/// The house: which room stands on which floor, and which rooms it may import. Package.swift says the same to the compiler,
/// but SwiftPM lets an undeclared transitive import pass; Docs/architecture.md says it to people.
enum Floors {
    struct Room {
        let name: String
        let floor: Int
        let imports: Set<String>
    }

    /// Doors to C libraries, below everything, and the C code of our own.
    static let ground: Set<String> = ["COpenSSL", "CUsrsctp", "CMicrohttpd", "CZlib", "CShims", "CAssets"]
    /// Parts of the toolchain that every room may use.
    static let everywhere: Set<String> = ["Glibc", "Synchronization"]
    /// Rooms in which Foundation is welcome: none of them on the packet path.
    static let foundation: Set<String> = ["HTTP", "History", "Settings", "Webhooks", "Dumps", "Gateway", "peerscope"]
    /// Packages of others, each in one place.
    static let packages: [String: Set<String>] = [
        "History": ["GRDB", "GRDBSQLite"],
        "Settings": ["Yams"],
        "peerscope": ["ArgumentParser", "Logging", "Yams"],
    ]
    /// Neighbours on one floor of which the left may import the right.
    static let neighbours: Set<[String]> = [["Crypt", "Wire"], ["ICE", "STUN"], ["TURN", "STUN"]]

    static let rooms: [Room] = [
        Room(name: "Wire", floor: 0, imports: []),
        Room(name: "JSON", floor: 0, imports: []),
        Room(name: "Crypt", floor: 0, imports: ["Wire", "COpenSSL", "CShims"]),
        Room(name: "SDP", floor: 1, imports: ["Wire"]),
        Room(name: "STUN", floor: 1, imports: ["Wire", "Crypt"]),
        Room(name: "ICE", floor: 1, imports: ["Wire", "Crypt", "STUN"]),
        Room(name: "DTLS", floor: 1, imports: ["Wire", "Crypt", "COpenSSL", "CShims"]),
        Room(name: "SCTP", floor: 1, imports: ["Wire", "CUsrsctp", "CShims"]),
        Room(name: "Peer", floor: 2, imports: ["Wire", "Crypt", "SDP", "STUN", "ICE", "DTLS", "SCTP"]),
        Room(name: "Transport", floor: 3, imports: ["Wire", "CShims"]),
        Room(name: "HTTP", floor: 3, imports: ["CMicrohttpd", "CShims"]),
        Room(name: "History", floor: 3, imports: ["CZlib"]),
        Room(name: "Settings", floor: 3, imports: []),
        Room(name: "Analysis", floor: 3, imports: ["Wire", "JSON", "SDP", "ICE", "Crypt", "Peer"]),
        Room(name: "Webhooks", floor: 3, imports: ["Wire", "Crypt", "COpenSSL"]),
        Room(name: "Inspection", floor: 4, imports: ["Wire", "JSON"]),
        Room(
            name: "Engine", floor: 5,
            imports: [
                "Wire", "JSON", "Crypt", "SDP", "STUN", "ICE", "DTLS", "SCTP", "Peer", "Transport", "History", "Inspection", "CShims",
            ]),
        Room(name: "Dumps", floor: 5, imports: ["Wire", "JSON", "Inspection", "CZlib"]),
        Room(
            name: "Gateway", floor: 6,
            imports: [
                "Wire", "JSON", "Crypt", "SDP", "Peer", "Transport", "HTTP", "History", "Settings", "Analysis", "Inspection", "Engine",
                "Dumps",
                "CAssets",
            ]),
        Room(
            name: "peerscope", floor: 7,
            imports: [
                "Wire", "JSON", "Crypt", "Transport", "HTTP", "History", "Settings", "Webhooks", "Inspection", "Engine", "Gateway",
                "CShims",
            ]),
    ]

    static func room(_ name: String) -> Room? { rooms.first { $0.name == name } }

    /// Whether a file of `room` may import `module`.
    static func allows(_ room: Room, _ module: String) -> Bool {
        everywhere.contains(module) || room.imports.contains(module) || packages[room.name, default: []].contains(module)
            || (module.hasPrefix("Foundation") && foundation.contains(room.name))
    }
}
