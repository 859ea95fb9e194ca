/// Something about a session that an operator wants to hear of: a line of the log, a webhook. `item` is its entry of the
/// list, as JSON.
public enum SessionNotice: Sendable {
    case opened(id: String, remoteAddress: String?, userAgent: String?, item: [UInt8])
    case refused(id: String, status: Int, code: String, remoteAddress: String?, item: [UInt8])
    case connected(id: String, milliseconds: Int64, item: [UInt8])
    /// The verdict of a live session became another one that asks for attention.
    case finding(id: String, code: String, severity: String, item: [UInt8])
    case ended(id: String, outcome: String, reason: String, verdict: String, milliseconds: Int64, item: [UInt8])

    public var item: [UInt8] {
        switch self {
        case .opened(_, _, _, let item), .refused(_, _, _, _, let item), .connected(_, _, let item), .finding(_, _, _, let item),
            .ended(_, _, _, _, _, let item):
            item
        }
    }
}
