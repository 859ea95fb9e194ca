import Testing

import Analysis

@Suite struct `SubjectTests` {
    @Test func `names stand`() {
        #expect(Subject.allCases.count == 4)
    }
}
