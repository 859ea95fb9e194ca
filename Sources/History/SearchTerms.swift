/// The texts a search looks into, held to sizes that an index can bear.
enum SearchTerms {
    static let mostBytes = 1_024
    static let mostTerms = 64

    /// The first bytes of a text, cut between characters.
    static func searchable(_ text: String) -> String {
        guard text.utf8.count > mostBytes else { return text }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: mostBytes)
        while end > text.utf8.startIndex, text.utf8[end] & 0xc0 == 0x80 { end = text.utf8.index(before: end) }
        return String(text.utf8[..<end]) ?? ""
    }

    /// What is kept of the terms of a row: each once, in order, none empty.
    static func kept(_ terms: [String]) -> [String] {
        var kept: [String] = []
        for term in terms where kept.count < mostTerms && !term.isEmpty {
            let term = searchable(term)
            if !kept.contains(term) { kept.append(term) }
        }
        return kept
    }

    /// Whether a term is likely this session's own, a label, rather than a word that many have.
    static func isOwn(_ term: String) -> Bool { term.utf8.contains(UInt8(ascii: "=")) }

    /// A byte with an ASCII capital made small.
    static func folded(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte }

    // MARK: The column

    /// Writes the terms as a JSON array.
    static func append(_ terms: [String], to json: inout [UInt8]) {
        var mark = UInt8(ascii: "[")
        for var term in terms {
            json.append(mark)
            json.append(UInt8(ascii: "\""))
            term.withUTF8 { bytes in
                guard bytes.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
                    return json.append(contentsOf: bytes)
                }
                for byte in bytes {
                    switch byte {
                    case UInt8(ascii: "\""), UInt8(ascii: "\\"): json += [UInt8(ascii: "\\"), byte]
                    case 0..<0x20: json += Array("\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
                    default: json.append(byte)
                    }
                }
            }
            json.append(UInt8(ascii: "\""))
            mark = UInt8(ascii: ",")
        }
        json.append(UInt8(ascii: "]"))
    }

    /// The terms of a column that `append` made; what is not of that form is passed over.
    static func terms(column: [UInt8]) -> [String] {
        var terms: [String] = []
        var term: [UInt8]?
        var index = 0
        while index < column.count {
            let byte = column[index]
            index += 1
            guard term != nil else {
                if byte == UInt8(ascii: "\"") { term = [] }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                terms.append(String(decoding: term ?? [], as: UTF8.self))
                term = nil
            case UInt8(ascii: "\\") where index < column.count:
                if column[index] == UInt8(ascii: "u"), index + 4 < column.count {
                    let digits = String(decoding: column[(index + 3)...(index + 4)], as: UTF8.self)
                    term?.append(UInt8(digits, radix: 16) ?? 0x20)
                    index += 5
                } else {
                    term?.append(column[index])
                    index += 1
                }
            default: term?.append(byte)
            }
        }
        return terms
    }
}
