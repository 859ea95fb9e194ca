/// One thing that can be set: its name in every source, how it is read and how it is shown.
public struct Key: Sendable {
    public enum Kind: Sendable {
        /// One value.
        case value
        /// Values, separated by commas, or the flag given more than once.
        case list
        /// Values separated by blanks: where a comma is part of one.
        case spacedList
        /// `true` or `false`; the flag alone means true.
        case toggle
    }

    /// The YAML key, and the flag without its dashes: `media-port`.
    public let name: String
    public let kind: Kind
    /// What stands for the value in the help: `PORT`.
    public let placeholder: String
    public let help: String
    public let isSecret: Bool
    /// Sets the values; what is wrong with them comes back as the end of a sentence.
    let set: @Sendable (inout Configuration, [String]) throws(ValueError) -> Void
    /// The values as they are written, secrets masked; nil where there is none.
    let show: @Sendable (Configuration) -> [String]?

    /// `--media-port`
    public var flag: String { "--\(name)" }
    /// `PEERSCOPE_MEDIA_PORT`
    public var environment: String {
        "PEERSCOPE_" + String(name.uppercased().map { $0 == "-" ? "_" : $0 })
    }

    /// The default as it is written in the help; nil where nothing is the default.
    public var defaultText: String? {
        show(Configuration()).flatMap { $0.isEmpty ? nil : $0.joined(separator: ",") }
    }

    public static func named(_ name: some StringProtocol) -> Key? {
        all.first { $0.name == name }
    }
}

extension Key {
    static func value(
        _ name: String, _ placeholder: String, _ help: String,
        set: @escaping @Sendable (inout Configuration, String) throws(ValueError) -> Void,
        show: @escaping @Sendable (Configuration) -> String?
    ) -> Key {
        Key(name: name, kind: .value, placeholder: placeholder, help: help, isSecret: false) { (configuration, values) throws(ValueError) in
            guard values.count == 1 else { throw ValueError("takes one value") }
            try set(&configuration, values[0])
        } show: { configuration in
            show(configuration).map { [$0] }
        }
    }

    static func list(
        _ name: String, _ placeholder: String, _ help: String,
        set: @escaping @Sendable (inout Configuration, [String]) throws(ValueError) -> Void,
        show: @escaping @Sendable (Configuration) -> [String]
    ) -> Key {
        Key(name: name, kind: .list, placeholder: placeholder, help: help, isSecret: false, set: set, show: show)
    }

    static func toggle(
        _ name: String, _ help: String, _ path: any WritableKeyPath<Configuration, Bool> & Sendable
    ) -> Key {
        Key(name: name, kind: .toggle, placeholder: "", help: help, isSecret: false) { (configuration, values) throws(ValueError) in
            configuration[keyPath: path] = try Value.boolean(values)
        } show: {
            [String($0[keyPath: path])]
        }
    }

    static func choice<Choice: RawRepresentable & CaseIterable & Sendable>(
        _ name: String, _ help: String, _ path: any WritableKeyPath<Configuration, Choice> & Sendable
    ) -> Key where Choice.RawValue == String {
        value(name, Choice.allCases.map(\.rawValue).joined(separator: "|"), help) { (configuration, text) throws(ValueError) in
            configuration[keyPath: path] = try Value.choice(text)
        } show: {
            $0[keyPath: path].rawValue
        }
    }

    static func count(
        _ name: String, _ help: String, _ range: ClosedRange<Int>, _ path: any WritableKeyPath<Configuration, Int> & Sendable
    ) -> Key {
        value(name, "N", help) { (configuration, text) throws(ValueError) in
            configuration[keyPath: path] = try Value.number(text, in: range)
        } show: {
            String($0[keyPath: path])
        }
    }

    static func duration(
        _ name: String, _ help: String, _ range: ClosedRange<Duration>, _ path: any WritableKeyPath<Configuration, Duration> & Sendable
    ) -> Key {
        value(name, "SECONDS", help) { (configuration, text) throws(ValueError) in
            configuration[keyPath: path] = try Value.duration(text, in: range)
        } show: {
            Value.text($0[keyPath: path])
        }
    }

    static func optionalText(
        _ name: String, _ placeholder: String, _ help: String, _ path: any WritableKeyPath<Configuration, String?> & Sendable
    ) -> Key {
        value(name, placeholder, help) { (configuration, text) throws(ValueError) in
            configuration[keyPath: path] = try Value.text(text)
        } show: {
            $0[keyPath: path]
        }
    }
}
