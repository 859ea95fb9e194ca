import Foundation
import Testing

/// The corpora beside the project, or where `PEERSCOPE_CORPORA` says; absent on a machine that has none.
enum Corpora {
    static let directory: String? = {
        if let named = ProcessInfo.processInfo.environment["PEERSCOPE_CORPORA"] { return named }
        var folder = URL(fileURLWithPath: #filePath)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            guard FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) else { continue }
            let shared = folder.deletingLastPathComponent().appendingPathComponent("shared/corpora")
            return FileManager.default.fileExists(atPath: shared.path) ? shared.path : nil
        }
        return nil
    }()

    static func bytes(of file: String) -> [UInt8]? {
        guard let directory, let data = FileManager.default.contents(atPath: directory + "/" + file) else { return nil }
        return Array(data)
    }
}
