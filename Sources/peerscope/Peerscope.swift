internal import ArgumentParser
internal import Settings

/// The command line.
@main
struct Peerscope: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peerscope", abstract: "A WebRTC gateway that shows what it learns about every connection.",
        subcommands: [ServeCommand.self, ConfigCommand.self, VersionCommand.self])
}

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve HTTP and media until SIGTERM.", helpNames: [])

    // The flags are those of the configuration's table, which also reads them.
    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var flags: [String] = []

    func run() throws {
        guard let loaded = try ConfigurationCommand.load(flags, usage: "peerscope serve [flags]") else { return }
        throw ExitCode(Serve.run(loaded.configuration))
    }
}

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Print the effective configuration, secrets masked, and where each value comes from.",
        helpNames: [])

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var flags: [String] = []

    func run() throws {
        guard let loaded = try ConfigurationCommand.load(flags, usage: "peerscope config [flags]") else { return }
        Terminal.print(loaded.yaml())
    }
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() {
        Terminal.print("peerscope \(Version.current)\n")
    }
}
