import Settings
import Testing

func load(
    _ arguments: [String] = [], environment: [String: String] = [:], files: [String: String] = [:]
) throws(ConfigurationError) -> LoadedConfiguration {
    try Configuration.load(arguments: arguments, environment: environment) { path in
        files[path].map { .text($0) } ?? .failure("No such file or directory")
    }
}

/// The lines of what is wrong, with the exit code.
func problems(
    _ arguments: [String] = [], environment: [String: String] = [:], files: [String: String] = [:]
) -> (lines: [String], code: Int32) {
    do {
        _ = try load(arguments, environment: environment, files: files)
        return ([], 0)
    } catch {
        return (error.problems.map(\.description), error.exitCode)
    }
}

@Suite struct `Loading a configuration` {
    @Test func `with nothing set gives the defaults of the manual`() throws {
        let configuration = try load().configuration
        #expect(configuration == Configuration())
        #expect(configuration.listen.map(\.description) == ["127.0.0.1:8080"])
        #expect(configuration.mediaPort == 8189)
        #expect(configuration.database == "peerscope.sqlite")
        #expect(configuration.offersLoopback)
        #expect(!configuration.requiresToken)
    }

    @Test func `a flag beats a variable, which beats the file, which beats the default`() throws {
        let files = ["p.yaml": "media-port: 1\nloops: 2\nlog-level: debug\n"]
        let loaded = try load(
            ["--config", "p.yaml", "--media-port=3"],
            environment: ["PEERSCOPE_MEDIA_PORT": "2", "PEERSCOPE_LOOPS": "3", "PEERSCOPE_DATABASE": ""], files: files)
        #expect(loaded.configuration.mediaPort == 3)
        #expect(loaded.configuration.loops == 3)
        #expect(loaded.configuration.logLevel == .debug)
        #expect(loaded.configuration.database == "peerscope.sqlite")
        #expect(loaded.sources["media-port"] == "--media-port")
        #expect(loaded.sources["loops"] == "PEERSCOPE_LOOPS")
        #expect(loaded.sources["log-level"] == "p.yaml:3:1: log-level")
        #expect(loaded.sources["database"] == nil)
    }

    @Test func `a list of a stronger source replaces the weaker one's`() throws {
        let loaded = try load(
            ["--advertise", "a.example", "--advertise", "b.example,192.0.2.1", "--config=p.yaml"],
            environment: ["PEERSCOPE_ADVERTISE": "c.example"],
            files: ["p.yaml": "advertise: [d.example]\nmedia-listen:\n  - 192.0.2.1\n  - '::1'\n"])
        #expect(loaded.configuration.advertise == ["a.example", "b.example", "192.0.2.1"])
        #expect(loaded.configuration.mediaListen == ["192.0.2.1", "::1"])
    }

    @Test func `every key can be set by flag, variable and file alike`() throws {
        let samples = [
            "listen": "127.0.0.1:9", "public-url": "https://a.example/x", "token": "abc:play", "insecure": "true",
            "allow-origin": "https://b.example", "tls-cert": "c.pem", "tls-key": "k.pem", "web-root": "Web",
            "http-connections": "99", "http-connections-per-address": "9", "media-port": "7000", "media-listen": "192.0.2.7",
            "loops": "2", "advertise": "203.0.113.9", "loopback": "false", "include-interface": "eth*",
            "exclude-interface": "docker0", "families": "ipv6", "remote-candidates": "strict", "patience": "5",
            "ice-server": "stun:s.example", "client-ice-servers": "true", "sessions": "77", "sessions-per-address": "7",
            "database": "x.sqlite", "history-days": "3", "history-rows": "10", "history-bytes": "64MiB", "log-level": "warning",
            "sample-interval": "0", "sample-days": "2", "mask-addresses": "true", "refused-per-minute": "7",
            "webhook": "https://h.example/x?key=1,2", "webhook-secret": "whsec_abc", "webhook-events": "session.ended",
            "log-format": "json", "drain": "2.5",
        ]
        for key in Key.all {
            let sample = try #require(samples[key.name], "a sample of \(key.name)")
            // The two files of TLS only go together.
            let other = key.name == "tls-cert" ? ["--tls-key=k"] : key.name == "tls-key" ? ["--tls-cert=c"] : []
            let byFlag = try load([key.flag + "=" + sample] + other).configuration
            let byVariable = try load(other, environment: [key.environment: sample]).configuration
            let byFile = try load(["--config=p.yaml"] + other, files: ["p.yaml": "\(key.name): \"\(sample)\"\n"]).configuration
            #expect(byFlag == byVariable, "\(key.name)")
            #expect(byFlag == byFile, "\(key.name)")
            #expect(byFlag != Configuration(), "\(key.name) changes something")
        }
        #expect(samples.count == Key.all.count)
    }

    @Test func `a webhook's secret may stand in a file, and is never shown`() throws {
        let files = ["s.txt": "  whsec_abc \nmore\n", "e.txt": "\n"]
        let loaded = try load(["--webhook-secret", "@s.txt", "--webhook", "https://h.example/x?key=1"], files: files)
        #expect(loaded.configuration.webhookSecret == "whsec_abc")
        #expect(!loaded.yaml().contains("abc") && !loaded.yaml().contains("key=1"))
        #expect(problems(["--webhook-secret=@e.txt"], files: files).lines == ["--webhook-secret: e.txt has no secret in its first line"])
        #expect(problems(["--webhook-secret=@x.txt"]).lines == ["--webhook-secret: cannot read x.txt: No such file or directory"])
        #expect(problems(["--webhook=https://u@h.example/"]).lines == ["--webhook: is no http or https URL without user and fragment"])
        #expect(problems(["--webhook-events=session.x"]).code == 78)
    }

    @Test func `flags of yes and no need no value`() throws {
        #expect(try load(["--loopback", "--insecure", "--listen", "0.0.0.0:80"]).configuration.isInsecure)
        #expect(try load(["--loopback=no"]).configuration.offersLoopback == false)
        #expect(problems(["--insecure=maybe"]).lines == [#"--insecure: is "maybe", not true or false"#])
    }
}

@Suite struct `A wrong configuration` {
    @Test func `names the flag that does not exist, and the one that may be meant`() {
        let result = problems(["--lisen", "127.0.0.1:1"])
        #expect(result.lines == ["--lisen: is no flag of ours; did you mean --listen?"])
        #expect(result.code == 64)
        #expect(problems(["serve"]).lines == [#""serve": is no flag"#])
        #expect(problems(["--media-port"]).lines == ["--media-port: needs a value"])
    }

    @Test func `names file and line of an unknown key`() {
        let result = problems(["--config", "p.yaml"], files: ["p.yaml": "# a comment\nloops: 1\nmedia_port: 1\nnonsense: 3\n"])
        #expect(
            result.lines == [
                #"p.yaml:3:1: "media_port" is no key of ours; did you mean media-port?"#, #"p.yaml:4:1: "nonsense" is no key of ours"#,
            ])
        #expect(result.code == 78)
    }

    @Test func `says all that is wrong at once, a line each`() {
        let result = problems(
            ["--media-port", "70000", "--config", "p.yaml"], environment: ["PEERSCOPE_LOOPS": "many"],
            files: ["p.yaml": "log-level: loud\nhistory-bytes: 5 apples\n"])
        #expect(
            result.lines == [
                #"p.yaml:1:1: log-level: is "loud", not one of trace, debug, info, notice, warning, error, critical"#,
                #"p.yaml:2:1: history-bytes: is "5 apples", not a size from 1MiB to 1024TiB: 500MB, 4GiB"#,
                #"PEERSCOPE_LOOPS: is "many", not a number from 1 to 64"#,
                #"--media-port: is "70000", not a port from 0 to 65535"#,
            ])
        #expect(result.code == 78)
        #expect(result.lines.allSatisfy { !$0.contains("\n") })
    }

    @Test func `is one whose file is missing, broken, nested or says a key twice`() {
        #expect(problems(["--config", "x.yaml"]).lines == ["--config: cannot read x.yaml: No such file or directory"])
        #expect(
            problems([], environment: ["PEERSCOPE_CONFIG": "x.yaml"]).lines == [
                "PEERSCOPE_CONFIG: cannot read x.yaml: No such file or directory"
            ])
        func file(_ text: String) -> [String] { problems(["--config", "p.yaml"], files: ["p.yaml": text]).lines }
        #expect(file("a: [b").first?.hasPrefix("p.yaml: line ") == true)
        #expect(file("- a\n") == ["p.yaml:1:1: is no mapping of keys to values"])
        #expect(file("loops:\n  many: 1\n") == ["p.yaml:2:3: loops takes a value, not a mapping"])
        #expect(file("loops: [1, 2]\n") == ["p.yaml:1:8: loops takes one value, not a list"])
        #expect(file("loops:\n") == ["p.yaml:1:7: loops has no value"])
        #expect(file("loops: 1\nloops: 2\n") == ["p.yaml: has a key twice: loops"])
        #expect(file("").isEmpty)
        #expect(file("# nothing\n").isEmpty)
    }

    @Test func `is an open listen address without tokens`() {
        let result = problems(["--listen", "0.0.0.0:8080"])
        #expect(
            result.lines == ["--listen: 0.0.0.0:8080 can be reached from elsewhere: give a --token or --tokens-file, or say --insecure"])
        #expect(result.code == 78)
        #expect(problems(["--listen", "0.0.0.0:8080", "--token", "abc"]).lines.isEmpty)
        #expect(problems(["--listen", "0.0.0.0:8080", "--insecure"]).lines.isEmpty)
        #expect(problems(["--listen", "localhost:1,[::1]:1,127.9.9.9:1"]).lines.isEmpty)
        #expect(problems(["--listen", "127.0.0.1.example:1"]).lines.count == 1)
    }

    @Test func `is half a TLS pair, or more loops than ports`() {
        #expect(problems(["--tls-cert", "a.pem"]).lines == ["--tls-cert: tls-cert and tls-key go together"])
        #expect(problems(["--media-port", "65535", "--loops", "2"]).lines == ["--media-port: leaves no ports for 2 loops"])
    }

    @Test func `is told of a variable of no use, but not stopped by it`() throws {
        let loaded = try load(environment: ["PEERSCOPE_SERVICE_HOST": "10.0.0.1", "PEERSCOPE_LISEN": "x", "PATH": "/bin"])
        #expect(
            loaded.warnings == [
                "PEERSCOPE_LISEN: is no variable of ours; did you mean PEERSCOPE_LISTEN?", "PEERSCOPE_SERVICE_HOST: is no variable of ours",
            ])
    }

    @Test(arguments: [
        ("listen", "8080"), ("listen", "::1:8080"), ("listen", "[1.2.3.4]:80"), ("listen", "a b:80"), ("listen", "host:99999"),
        ("listen", ":80"), ("public-url", "ftp://x"), ("public-url", "https://"), ("public-url", "https://x?y"),
        ("public-url", "https://u@x"), ("public-url", "https://x\r\nSet-Cookie:a"), ("allow-origin", "https://x/y"),
        ("allow-origin", "*"), ("allow-origin", "null"), ("media-listen", "eth0"), ("media-listen", "1.2.3"),
        ("advertise", "a\nb"), ("families", "ipv5"), ("ice-server", "http://x"), ("ice-server", "stun:a\"b"),
        ("ice-server", "stun:a b"), ("patience", "-1"), ("patience", "nan"), ("patience", "1e9"), ("patience", "700"),
        ("drain", "99999999999999999999"), ("history-bytes", "9999999999TiB"), ("history-bytes", "-1"), ("token", "a:b:c"),
        ("token", "a:fly"), ("token", "a:"), ("token", ":play"), ("token", "ä"), ("database", ""), ("web-root", "a\u{1b}[31m"),
    ])
    func `is one with a value that can't be`(_ key: String, _ value: String) {
        let result = problems(["--\(key)=\(value)"])
        #expect(result.lines.count >= 1)
        #expect(result.lines.allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } })
    }
}

@Suite struct `Tokens` {
    @Test func `have the scopes that are named, or all`() throws {
        let loaded = try load(["--token", "s3cret:publish,play", "--token", "all+/=="])
        #expect(
            loaded.configuration.tokens == [
                Token(secret: "s3cret", scopes: [.publish, .play]), Token(secret: "all+/==", scopes: Set(Scope.allCases)),
            ])
    }

    @Test func `come from a file with comments, beside those of the strongest other source`() throws {
        let loaded = try load(
            ["--tokens-file", "t", "--token", "one"], files: ["t": "# ours\n\ntwo:inspect  \r\n  three\n"])
        #expect(loaded.configuration.tokens.map(\.secret) == ["one", "two", "three"])
        #expect(try load(environment: ["PEERSCOPE_TOKENS_FILE": "t"], files: ["t": "two"]).configuration.tokens.count == 1)
        #expect(try load(["--config=p"], files: ["p": "tokens-file: t\n", "t": "two"]).configuration.tokens.count == 1)
    }

    @Test func `never show in messages or in the printed configuration`() throws {
        let wrong = problems(
            ["--token", "hunter2:fly"], environment: ["PEERSCOPE_TOKENS_FILE": "t"], files: ["t": "ok\nhunter2 hunter3\n"])
        #expect(wrong.lines.count == 2)
        #expect(wrong.lines.contains { $0.hasPrefix("t:2: ") })
        #expect(!wrong.lines.joined().contains("hunter"))
        let loaded = try load(["--token", "hunter2:play,inspect", "--token", "hunter3"])
        #expect(!loaded.yaml().contains("hunter"))
        #expect(loaded.yaml().contains(#"token: ["****:inspect,play", "****"]  # --token"#))
    }
}

@Suite struct `The printed configuration` {
    @Test func `is a file that sets the same`() throws {
        let loaded = try load([
            "--listen", "[::1]:9000", "--advertise", "203.0.113.1", "--patience", "1.25", "--history-bytes", "500MB", "--loopback",
            "--web-root", #"a "quoted" \ path"#, "--allow-origin", "https://a.example",
        ])
        let again = try load(["--config", "p.yaml"], files: ["p.yaml": loaded.yaml()])
        #expect(again.configuration == loaded.configuration)
        let defaults = try load()
        #expect(try load(["--config", "p.yaml"], files: ["p.yaml": defaults.yaml()]).configuration == defaults.configuration)
    }

    @Test func `says where each value comes from`() throws {
        let text = try load(["--config=p.yaml", "--loops=2"], environment: ["PEERSCOPE_DRAIN": "3"], files: ["p.yaml": "log-format: json"])
            .yaml()
        #expect(text.contains("loops: 2  # --loops\n"))
        #expect(text.contains("drain: 3  # PEERSCOPE_DRAIN\n"))
        #expect(text.contains("log-format: json  # p.yaml:1:1: log-format\n"))
        #expect(text.contains("database: peerscope.sqlite  # default\n"))
    }

    @Test func `and the help name every key`() {
        let help = Key.help()
        for key in Key.all { #expect(help.contains("  \(key.flag)")) }
        #expect(help.contains("--config FILE"))
        #expect(help.contains("--tokens-file FILE"))
        #expect(Set(Key.all.map(\.name)).count == Key.all.count)
        #expect(Key.named("media-port")?.environment == "PEERSCOPE_MEDIA_PORT")
    }
}
