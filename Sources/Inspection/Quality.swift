public import JSON

extension Record {
    /// How well a connection that stood has worked: what the rules about a session that went bad later look at.
    public struct Quality: Sendable, Equatable, Decodable {
        public init() {}

        /// Writes the stored form.
        public func encode(into json: inout JSONWriter) {
            json.beginObject()
            json.endObject()
        }
    }
}
