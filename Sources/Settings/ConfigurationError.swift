/// All that is wrong with a configuration.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    public struct Problem: Equatable, Sendable, CustomStringConvertible {
        /// The place: `peerscope.yaml:12:3`, `--media-port`, `PEERSCOPE_LISTEN`.
        public let place: String
        public let message: String
        /// Whether the command line itself is malformed, rather than a value wrong.
        public let isUsage: Bool

        /// One line.
        public var description: String { "\(place): \(message)" }
    }

    public let problems: [Problem]

    /// 64 (EX_USAGE) for a malformed command line, else 78 (EX_CONFIG).
    public var exitCode: Int32 { problems.contains(where: \.isUsage) ? 64 : 78 }

    /// One line a problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
