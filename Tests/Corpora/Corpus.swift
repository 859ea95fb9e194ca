public import Foundation

/// The shared test data beside the package (`../shared/corpora`), or where `PEERSCOPE_CORPORA` says. Tests that need it are
/// enabled where `isPresent`, and say so where not.
public enum Corpus {
    /// The folder that holds Package.swift.
    public static let packageRoot: URL = {
        var folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) { break }
        }
        return folder
    }()

    public static let root: URL? = {
        let named = ProcessInfo.processInfo.environment["PEERSCOPE_CORPORA"].map { URL(fileURLWithPath: $0) }
        let corpora = named ?? packageRoot.deletingLastPathComponent().appendingPathComponent("shared/corpora")
        return FileManager.default.fileExists(atPath: corpora.path) ? corpora : nil
    }()

    public static let isPresent = root != nil

    /// The bytes of a corpus file; empty where it is not there.
    public static func bytes(_ path: String) -> [UInt8] {
        guard let root, let data = try? Data(contentsOf: root.appendingPathComponent(path)) else { return [] }
        return [UInt8](data)
    }

    /// An offer of a real client that is kept with the tests, by its file name without `.sdp`.
    public static func offer(_ name: String) throws -> String {
        let file = packageRoot.appendingPathComponent("Tests/Corpora/Offers/\(name).sdp")
        return String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }

    /// The offers kept with the tests.
    public static let offers = [
        "chromium156--datachannel-only.gathered", "chromium156--av-data-sendrecv.gathered",
        "firefox153--av-data-sendrecv.gathered", "firefox153--whip-av-sendonly-max-bundle.gathered",
        "aiortc1.16--av-data", "gstreamer1.22-webrtcbin--av-send",
    ]
}

/// A line of the session-description corpus' manifest.
public struct DescriptionEntry: Decodable, Sendable {
    public struct Verdict: Decodable, Sendable {
        public let accepts: Bool
        public let error: String?
    }

    public let file: String
    /// What should become of it: `valid-offer`, `both-browsers-accept`, `both-browsers-reject`, `browsers-differ`, or words.
    public let expect: String
    public let chromium: Verdict?

    enum CodingKeys: String, CodingKey {
        case file, expect
        case chromium = "chromium_156"
    }

    private struct Loose: Decodable {
        let entry: DescriptionEntry?

        init(from decoder: any Decoder) throws { entry = try? DescriptionEntry(from: decoder) }
    }

    /// Every description; entries that are not one (the fuzzing dictionary) are left out.
    public static let all: [DescriptionEntry] = {
        let data = Data(Corpus.bytes("sdp/manifest.json"))
        return ((try? JSONDecoder().decode([Loose].self, from: data)) ?? []).compactMap(\.entry)
    }()

    public var bytes: [UInt8] { Corpus.bytes("sdp/" + file) }
}

/// A candidate line and whether a browser takes it.
public struct CandidateEntry: Decodable, Sendable {
    public let candidate: String
    public let chromium: Bool

    public static let all: [CandidateEntry] = {
        struct File: Decodable { let rows: [CandidateEntry] }
        return (try? JSONDecoder().decode(File.self, from: Data(Corpus.bytes("ice/candidates.json"))))?.rows ?? []
    }()
}
