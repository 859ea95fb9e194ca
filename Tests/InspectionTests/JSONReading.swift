import Foundation
import JSON
import Testing

typealias Object = [String: Any]

/// Writes one JSON value and reads it back with Foundation.
func readBack(_ write: (inout JSONWriter) -> Void) throws -> Any {
    var json = JSONWriter()
    write(&json)
    return try JSONSerialization.jsonObject(with: Data(json.finish()), options: .fragmentsAllowed)
}

func object(_ write: (inout JSONWriter) -> Void) throws -> Object {
    try #require(readBack(write) as? Object)
}

extension Object {
    func object(_ key: String) throws -> Object { try #require(self[key] as? Object, "\(key)") }
    func objects(_ key: String) throws -> [Object] { try #require(self[key] as? [Object], "\(key)") }
    func string(_ key: String) -> String? { self[key] as? String }
    func number(_ key: String) -> Double? { (self[key] as? NSNumber)?.doubleValue }
}
