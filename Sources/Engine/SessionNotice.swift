/// Something about a session that an operator's log says in one line.
public enum SessionNotice: Sendable {
    case opened(id: String, remoteAddress: String?, userAgent: String?)
    case refused(id: String, status: Int, code: String, remoteAddress: String?)
    case ended(id: String, outcome: String, reason: String, verdict: String, milliseconds: Int64)
}
