public import JSON

extension Record {
    /// What the peer's own side told of the connection: posted to the session by its page, or taken from a dump of a browser.
    public struct ClientSide: Sendable, Equatable, Decodable {
        public init() {}

        /// Writes the stored form.
        public func encode(into json: inout JSONWriter) {
            json.beginObject()
            json.endObject()
        }
    }
}
