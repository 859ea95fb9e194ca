internal import ArgumentParser
internal import Foundation
internal import Settings

/// What the commands that take a configuration share.
enum ConfigurationCommand {
    /// The configuration from flags, environment and files; nil where the help was asked for and printed.
    ///
    /// What is wrong goes to standard error, a line each, and the command ends with 64 or 78.
    static func load(_ flags: [String], usage: String) throws -> LoadedConfiguration? {
        let loaded: LoadedConfiguration
        do throws(ConfigurationError) {
            loaded = try Configuration.load(
                arguments: flags, environment: ProcessInfo.processInfo.environment, readFile: read)
        } catch {
            for problem in error.problems { Terminal.complain("\(problem)") }
            throw ExitCode(error.exitCode)
        }
        if loaded.wantsHelp {
            Terminal.print("Usage: \(usage)\n\n\(Key.help())\n")
            return nil
        }
        for warning in loaded.warnings { Terminal.complain("warning: \(warning)") }
        return loaded
    }

    /// A configuration or token file: small, and text.
    static func read(_ path: String) -> FileText {
        let maximumBytes = 1 << 20
        guard let file = fopen(path, "re") else { return .failure(String(cString: strerror(errno))) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            bytes += chunk[..<count]
            if bytes.count > maximumBytes { return .failure("longer than 1 MiB") }
        }
        if ferror(file) != 0 { return .failure("it can't be read") }
        guard let text = String(validating: bytes, as: UTF8.self) else { return .failure("it is no UTF-8 text") }
        return .text(text)
    }
}
