public import JSON

extension Record {
    /// How well a connection has worked: what the rules about a slow session, and about one that went bad later, look at.
    ///
    /// A member that was never measured is nil; times are µs, moments since the session's start.
    public struct Quality: Sendable, Equatable {
        /// Round trips of checks on the pairs that were used, those of consent among them; a check that was sent again measures nothing.
        public var roundTrips = 0
        public var roundTripMinimum: Int64?
        public var roundTripMean: Int64?
        public var roundTripMaximum: Int64?
        /// Checks on pairs that worked, sendings again included, and the answers that came.
        public var checksSent = 0
        public var checksAnswered = 0
        /// When anything authentic last came from the peer: a check, an answer, or a packet on a valid pair.
        public var lastHeardAt: Int64?
        /// When the peer was silent for so long that the path was doubted; at most `limit`.
        public var interruptions: [Interruption] = []
        /// Changes of the path after the session had connected; at most `limit`.
        public var pathChanges: [PathChange] = []
        /// DATA chunks of SCTP sent, and those among them that were sent again.
        public var sctpChunksSent = 0
        public var sctpChunksRetransmitted = 0

        /// Interruptions and changes of path beyond it are not kept.
        public static let limit = 32

        public init() {}
    }
}

extension Record.Quality {
    /// The peer was silent; `end` is nil where it never came back.
    public struct Interruption: Sendable, Equatable {
        public var start: Int64
        public var end: Int64?

        public init(start: Int64, end: Int64? = nil) {
            self.start = start
            self.end = end
        }
    }

    /// Another pair was sent on.
    public struct PathChange: Sendable, Equatable {
        public var offset: Int64
        public var from: String?
        public var to: String

        public init(offset: Int64, from: String?, to: String) {
            self.offset = offset
            self.from = from
            self.to = to
        }
    }
}

// MARK: The stored form

extension Record.Quality: Decodable {
    private enum Key: String, CodingKey {
        case roundTrips, roundTripMinimum, roundTripMean, roundTripMaximum, checksSent, checksAnswered, lastHeardAt
        case interruptions, pathChanges, sctpChunksSent, sctpChunksRetransmitted
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init()
        roundTrips = values.value(.roundTrips, or: 0)
        roundTripMinimum = values.optional(.roundTripMinimum)
        roundTripMean = values.optional(.roundTripMean)
        roundTripMaximum = values.optional(.roundTripMaximum)
        checksSent = values.value(.checksSent, or: 0)
        checksAnswered = values.value(.checksAnswered, or: 0)
        lastHeardAt = values.optional(.lastHeardAt)
        interruptions = values.value(.interruptions, or: [])
        pathChanges = values.value(.pathChanges, or: [])
        sctpChunksSent = values.value(.sctpChunksSent, or: 0)
        sctpChunksRetransmitted = values.value(.sctpChunksRetransmitted, or: 0)
    }

    /// Writes the stored form; what is 0 or empty is left out.
    public func encode(into json: inout JSONWriter) {
        func number(_ value: Int) -> Int? { value == 0 ? nil : value }
        json.beginObject()
        json.member("roundTrips", number(roundTrips))
        json.member("roundTripMinimum", roundTripMinimum)
        json.member("roundTripMean", roundTripMean)
        json.member("roundTripMaximum", roundTripMaximum)
        json.member("checksSent", number(checksSent))
        json.member("checksAnswered", number(checksAnswered))
        json.member("lastHeardAt", lastHeardAt)
        if !interruptions.isEmpty {
            json.array("interruptions") { json in
                for interruption in interruptions {
                    json.beginObject()
                    json.member("start", interruption.start)
                    json.member("end", interruption.end)
                    json.endObject()
                }
            }
        }
        if !pathChanges.isEmpty {
            json.array("pathChanges") { json in
                for change in pathChanges {
                    json.beginObject()
                    json.member("offset", change.offset)
                    json.member("from", change.from)
                    json.member("to", change.to)
                    json.endObject()
                }
            }
        }
        json.member("sctpChunksSent", number(sctpChunksSent))
        json.member("sctpChunksRetransmitted", number(sctpChunksRetransmitted))
        json.endObject()
    }
}

extension Record.Quality.Interruption: Decodable {}
extension Record.Quality.PathChange: Decodable {}
