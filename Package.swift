// swift-tools-version: 6.2
// The house, floor by floor; Docs/architecture.md draws it and Tests/HouseTests holds the imports against it.
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    .treatAllWarnings(as: .error),
]

/// One room of the house: a module and what it may import.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "peerscope",
    products: [
        .executable(name: "peerscope", targets: ["peerscope"])
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // ground: doors to C
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CUsrsctp", providers: [.apt(["libusrsctp-dev"])]),
        .systemLibrary(name: "CMicrohttpd", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CShims", cSettings: [.unsafeFlags(["-O2"])]),
        .target(name: "CAssets", path: "Web", sources: ["assets.c"], publicHeadersPath: "include", cSettings: [.unsafeFlags(["-std=c2x"])]),

        // floor 0
        room("Wire"),
        room("JSON"),
        room("Crypt", ["Wire", "COpenSSL", "CShims"]),
        // floor 1: one room per protocol
        room("SDP", ["Wire"]),
        room("STUN", ["Wire", "Crypt"]),
        room("ICE", ["Wire", "Crypt", "STUN"]),
        room("DTLS", ["Wire", "Crypt", "COpenSSL", "CShims"]),
        room("SCTP", ["Wire", "CUsrsctp", "CShims"]),
        // floor 2
        room("Peer", ["Wire", "Crypt", "SDP", "STUN", "ICE", "DTLS", "SCTP"]),
        // floor 3
        room("Transport", ["Wire", "CShims"]),
        room("HTTP", ["CMicrohttpd", "CShims"]),
        room("History", ["CZlib", .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift")]),
        room("Analysis", ["Wire", "JSON", "SDP", "ICE", "Crypt", "Peer"]),
        room("Webhooks", ["Wire", "Crypt", "COpenSSL"]),
        // floor 4
        room("Inspection", ["Wire", "JSON"]),
        // floor 5
        room(
            "Engine",
            ["Wire", "JSON", "Crypt", "SDP", "STUN", "ICE", "DTLS", "Peer", "SCTP", "Transport", "History", "Inspection", "CShims"]),
        room("Dumps", ["Wire", "JSON", "Inspection", "CZlib"]),
        // floor 6
        room(
            "Gateway",
            ["Wire", "JSON", "Crypt", "Settings", "HTTP", "History", "Transport", "Analysis", "Inspection", "Engine", "Dumps", "CAssets"]),
        // beside: what an operator sets, for the command line
        room("Settings", [.product(name: "Yams", package: "Yams")]),
        // floor 7
        .executableTarget(
            name: "peerscope",
            dependencies: [
                "Wire", "JSON", "Crypt", "Transport", "HTTP", "History", "Webhooks", "Inspection", "Engine", "Gateway", "Settings",
                "CShims",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings),

        tests("WireTests", ["Wire"]),
        tests("AnalysisTests", ["Wire", "JSON", "SDP", "Peer", "Analysis", "Corpora"]),
        tests("WebhooksTests", ["Wire", "Crypt", "HTTP", "Webhooks"]),
        tests("DumpsTests", ["Wire", "JSON", "Inspection", "Dumps"]),
        tests("HTTPTests", ["HTTP"]),
        tests("SettingsTests", ["Settings"]),
        tests(
            "HistoryTests", ["History", .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift")]),
        tests("TransportTests", ["Transport", "Wire", "CShims"]),
        tests("HouseTests", []),
        .target(
            name: "Fuzzing", dependencies: ["Wire", "JSON", "Crypt", "SDP", "STUN", "ICE", "DTLS", "SCTP", "Peer", "Analysis"],
            path: "Tests/Fuzzing",
            swiftSettings: settings),
        tests("FuzzingTests", ["Wire", "Fuzzing", "Corpora"]),
        .target(name: "Corpora", path: "Tests/Corpora", exclude: ["Offers"], swiftSettings: settings),
        tests("SDPTests", ["SDP", "Wire", "Corpora"]),
        tests("PeerTests", ["Wire", "Crypt", "SDP", "STUN", "ICE", "DTLS", "SCTP", "Peer", "Simulator", "Corpora"]),
        tests("STUNTests", ["Wire", "Crypt", "STUN", "Corpora"]),
        .target(name: "Simulator", dependencies: ["Wire"], path: "Tests/Simulator", swiftSettings: settings),
        tests("SimulatorTests", ["Wire", "Simulator"]),
        tests("ICETests", ["Wire", "Crypt", "STUN", "ICE", "Simulator", "Corpora"]),
        tests("JSONTests", ["JSON"]),
        tests("InspectionTests", ["Wire", "JSON", "Inspection"]),
        tests("CryptTests", ["Wire", "Crypt"]),
        tests("DTLSTests", ["Wire", "Crypt", "DTLS", "COpenSSL", "CShims", "Corpora"]),
        tests("SCTPTests", ["Wire", "CShims", "CUsrsctp", "SCTP"]),
        tests(
            "GatewayTests",
            [
                "Wire", "Crypt", "SDP", "ICE", "SCTP", "Peer", "Transport", "HTTP", "History", "Settings", "Inspection", "Engine",
                "Gateway",
                "Corpora",
                .product(name: "Yams", package: "Yams"),
            ]),
        tests("JourneyTests", ["Wire", "Crypt", "SDP", "ICE", "SCTP", "Peer", "DTLS", "Simulator"]),
        tests(
            "EngineTests",
            ["Wire", "JSON", "Crypt", "SDP", "STUN", "ICE", "DTLS", "SCTP", "Peer", "History", "Inspection", "Engine", "Simulator"]),
    ],
    swiftLanguageModes: [.v6]
)

// Built only for `make bench`: no build or test of the product waits for it.
if Context.environment["PEERSCOPE_BENCHMARKS"] != nil {
    package.targets.append(
        .executableTarget(
            name: "benchmarks", dependencies: ["Wire", "JSON", "History", "Inspection", "Analysis"], path: "Tests/Benchmarks",
            swiftSettings: settings))
}
