/// What an analysis speaks of.
public enum Subject: String, Sendable, CaseIterable {
    case offer, answer, fragment, candidate
}
