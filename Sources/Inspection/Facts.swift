internal import JSON
public import Wire

/// A few named words, ordered by name: the labels of a session, the particulars of an event.
///
/// A value stays what it was, a number or an address, and is put into words when somebody reads it: most are never read.
public struct Facts: Sendable, Equatable {
    /// What a fact says.
    public enum Value: Sendable, Equatable {
        case text(String)
        case number(Int64)
        case address(TransportAddress)

        public init(_ number: some BinaryInteger) { self = .number(Int64(clamping: number)) }
    }

    public struct Fact: Sendable, Equatable {
        public let name: String
        public let content: Value

        /// The value in words.
        public var value: String { content.description }
    }

    public private(set) var items: [Fact] = []

    public init() {}

    /// Where a name comes twice the last value stays.
    public init(_ pairs: [(String, String)]) {
        for (name, value) in pairs { set(name, .text(value)) }
    }

    /// Facts that are in order already, as a stored form has them.
    init(ordered items: [Fact]) {
        self.items = items
    }

    public var isEmpty: Bool { items.isEmpty }

    public subscript(_ name: String) -> String? {
        get { items.first { $0.name == name }?.value }
        set { set(name, newValue.map(Value.text)) }
    }

    /// Adds, replaces or (nil) removes a fact.
    public mutating func set(_ name: String, _ value: Value?) {
        // Most come in order.
        if let value, items.last.map({ $0.name < name }) ?? true {
            items.append(Fact(name: name, content: value))
            return
        }
        let index = items.firstIndex { $0.name >= name } ?? items.endIndex
        let isKnown = index < items.endIndex && items[index].name == name
        switch (isKnown, value) {
        case (true, let value?): items[index] = Fact(name: name, content: value)
        case (false, let value?): items.insert(Fact(name: name, content: value), at: index)
        case (true, nil): items.remove(at: index)
        case (false, nil): break
        }
    }
}

extension Facts: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, Value)...) {
        items.reserveCapacity(elements.count)
        for (name, value) in elements { set(name, value) }
    }
}

extension Facts.Value: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self = .text(value) }
}

extension Facts.Value: CustomStringConvertible {
    public var description: String {
        switch self {
        case .text(let text): text
        case .number(let number): String(number)
        case .address(let address): address.description
        }
    }
}

extension Facts: Decodable {
    public init(from decoder: any Decoder) throws {
        let words = try decoder.singleValueContainer().decode([String: String].self)
        self.init(words.map { ($0.key, $0.value) })
    }

    /// Writes an object of strings.
    func encode(into json: inout JSONWriter) {
        json.beginObject()
        for fact in items {
            json.key(fact.name)
            switch fact.content {
            case .text(let text): json.string(text)
            case .number, .address: json.string(fact.value)
            }
        }
        json.endObject()
    }
}
