/// The files of the field that a session is written as and read from.
public enum Format: String, Sendable, CaseIterable {
    case webrtcInternals = "webrtc-internals"
    case rtcstats
}
