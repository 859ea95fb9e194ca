internal import JSON

/// A few named words, ordered by name: the labels of a session, the particulars of an event.
public struct Facts: Sendable, Equatable {
    public struct Fact: Sendable, Equatable {
        public let name: String
        public let value: String
    }

    public private(set) var items: [Fact] = []

    public init() {}

    /// Where a name comes twice the last value stays.
    public init(_ pairs: [(String, String)]) {
        for (name, value) in pairs { self[name] = value }
    }

    public var isEmpty: Bool { items.isEmpty }

    public subscript(_ name: String) -> String? {
        get { items.first { $0.name == name }?.value }
        set {
            let index = items.firstIndex { $0.name >= name } ?? items.endIndex
            let isKnown = index < items.endIndex && items[index].name == name
            switch (isKnown, newValue) {
            case (true, let value?): items[index] = Fact(name: name, value: value)
            case (false, let value?): items.insert(Fact(name: name, value: value), at: index)
            case (true, nil): items.remove(at: index)
            case (false, nil): break
            }
        }
    }
}

extension Facts: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements)
    }
}

extension Facts: Decodable {
    public init(from decoder: any Decoder) throws {
        let words = try decoder.singleValueContainer().decode([String: String].self)
        self.init(words.map { ($0.key, $0.value) })
    }

    /// Writes an object.
    func encode(into json: inout JSONWriter) {
        json.beginObject()
        for fact in items {
            json.key(fact.name)
            json.string(fact.value)
        }
        json.endObject()
    }
}
