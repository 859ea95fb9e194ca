/// What became of one delivery.
public enum Delivery: Sendable {
    case accepted, refused, unreachable, dropped
}
