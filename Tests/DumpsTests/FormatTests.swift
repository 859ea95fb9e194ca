import Testing

import Dumps

@Suite struct `FormatTests` {
    @Test func `names stand`() {
        #expect(Format(rawValue: "rtcstats") == .rtcstats)
    }
}
