/// A configuration with the places its values come from.
public struct LoadedConfiguration: Sendable {
    public var configuration: Configuration
    /// By key name, where a value is no default: `--listen`, `PEERSCOPE_LISTEN`, `peerscope.yaml:3:1`.
    public var sources: [String: String]
    /// What was overlooked, one line each: variables that begin with PEERSCOPE_ and are none of ours.
    public var warnings: [String]
    /// Whether the arguments ask for the help.
    public var wantsHelp = false
}

extension Configuration {
    /// Reads arguments, environment and files; the first of flag, variable, file and default counts.
    ///
    /// - Parameters:
    ///   - arguments: what stands behind the command's name.
    ///   - readFile: the text of a file, or nil and why not.
    /// - Throws: every problem found, not only the first.
    public static func load(
        arguments: [String], environment: [String: String], readFile: (String) -> FileText
    ) throws(ConfigurationError) -> LoadedConfiguration {
        var loader = Loader()
        let flags = loader.readFlags(arguments)
        if flags.wantsHelp { return LoadedConfiguration(configuration: Configuration(), sources: [:], warnings: [], wantsHelp: true) }
        let variables = loader.readEnvironment(environment)
        if let path = flags.path(Key.configName) ?? variables.path(Key.configName) {
            loader.apply(loader.readYAML(at: path.value, named: path.place, readFile))
        }
        loader.apply(variables.settings)
        loader.apply(flags.settings)
        // A file named by a stronger source comes before tokens written in a weaker one.
        loader.readTokens(flags: flags, variables: variables, readFile)
        loader.readWebhookSecret(readFile)
        loader.check()
        guard loader.problems.isEmpty else { throw ConfigurationError(problems: loader.problems) }
        return LoadedConfiguration(configuration: loader.configuration, sources: loader.sources, warnings: loader.warnings)
    }
}

/// What reading a file gave.
public enum FileText: Sendable {
    case text(String)
    case failure(String)
}

extension Key {
    /// The keys that name files to read from. They are no values of a configuration.
    static let configName = "config"
    static let tokensFileName = "tokens-file"
    static let fileNames = [configName, tokensFileName]
    static let fileHelp = [
        configName: "a YAML file with these keys",
        tokensFileName: "a file with a SECRET[:SCOPES] a line",
    ]
}

/// A value as a source gives it.
struct Setting {
    let key: Key
    let values: [String]
    let place: String
}

/// The settings of one source, and the files it names.
struct Source {
    var settings: [Setting] = []
    var files: [String: (value: String, place: String)] = [:]
    var wantsHelp = false

    func path(_ name: String) -> (value: String, place: String)? { files[name] }
}

/// Puts the sources together.
struct Loader {
    var configuration = Configuration()
    var sources: [String: String] = [:]
    var warnings: [String] = []
    var problems: [ConfigurationError.Problem] = []
    /// Where a YAML file names the tokens file.
    var yamlTokensFile: (value: String, place: String)?

    mutating func report(_ place: String, _ message: String, isUsage: Bool = false) {
        problems.append(ConfigurationError.Problem(place: place, message: message, isUsage: isUsage))
    }

    mutating func apply(_ settings: [Setting]) {
        for setting in settings {
            do {
                try setting.key.set(&configuration, setting.values)
                sources[setting.key.name] = setting.place
            } catch {
                report(setting.place, error.message)
            }
        }
    }

    mutating func readTokens(flags: Source, variables: Source, _ readFile: (String) -> FileText) {
        let named = [flags.path(Key.tokensFileName), variables.path(Key.tokensFileName), yamlTokensFile]
        guard let file = named.compactMap({ $0 }).first else { return }
        switch readFile(file.value) {
        case .failure(let reason):
            report(file.place, "cannot read \(file.value): \(reason)")
        case .text(let text):
            var number = 0
            for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
                number += 1
                let entry = line.trimmingBlanks()
                if entry.isEmpty || entry.hasPrefix("#") { continue }
                do {
                    configuration.tokens.append(try Value.token(String(entry)))
                } catch {
                    report("\(file.value):\(number)", error.message)
                }
            }
            sources["token"] = [sources["token"], file.value].compactMap { $0 }.joined(separator: ", ")
        }
    }

    /// `@FILE` stands for what is in the file.
    mutating func readWebhookSecret(_ readFile: (String) -> FileText) {
        guard let secret = configuration.webhookSecret, secret.hasPrefix("@") else { return }
        let place = sources["webhook-secret"] ?? "webhook-secret"
        let path = String(secret.dropFirst())
        switch readFile(path) {
        case .failure(let reason): report(place, "cannot read \(path): \(reason)")
        case .text(let text):
            let content = text.split(whereSeparator: \.isNewline).first.map { String($0.trimmingBlanks()) } ?? ""
            if content.isEmpty { report(place, "\(path) has no secret in its first line") }
            configuration.webhookSecret = content
        }
    }

    /// What only shows when all values are known.
    mutating func check() {
        if !configuration.listensOnLoopbackOnly, configuration.tokens.isEmpty, !configuration.isInsecure {
            let open = configuration.listen.filter { !$0.isLoopback }.map(\.description).joined(separator: ", ")
            report(
                sources["listen"] ?? "listen",
                "\(open) can be reached from elsewhere: give a --token or --tokens-file, or say --insecure")
        }
        if configuration.listen.isEmpty { report(sources["listen"] ?? "listen", "names no address") }
        if (configuration.tlsCertificate == nil) != (configuration.tlsKey == nil) {
            let given = configuration.tlsKey == nil ? "tls-cert" : "tls-key"
            report(sources[given] ?? given, "tls-cert and tls-key go together")
        }
        if configuration.mediaPort > 0, Int(configuration.mediaPort) + configuration.loops - 1 > 65535 {
            report(sources["media-port"] ?? "media-port", "leaves no ports for \(configuration.loops) loops")
        }
    }
}

extension Substring {
    func trimmingBlanks() -> Substring {
        var text = self
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text.drop { $0 == " " || $0 == "\t" }
    }
}
