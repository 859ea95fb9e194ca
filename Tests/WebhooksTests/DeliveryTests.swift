import Testing

import Webhooks

@Suite struct `Delivery` {
    @Test func `a delivery is a value`() {
        guard case Webhooks.Delivery.accepted = Webhooks.Delivery.accepted else { return #expect(Bool(false)) }
    }
}
