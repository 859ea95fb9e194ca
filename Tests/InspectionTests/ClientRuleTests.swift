import Inspection
import Testing

@Suite struct `A diagnosis from both sides` {
    static let causes = Cause.allCases.filter { Scripts.told($0) != nil }

    private func codes(_ record: Record) -> [String] { Diagnosis.findings(of: record).map(\.code) }

    @Test(arguments: causes)
    func `finds each cause first, in words that a person understands`(_ cause: Cause) throws {
        let record = try #require(Scripts.told(cause))
        let finding = try #require(Diagnosis.findings(of: record).first)
        #expect(finding.code == cause.rawValue)
        for words in [finding.title, finding.explanation, finding.fix] {
            #expect(!words.isEmpty && !words.contains("nil") && !words.contains("Optional"))
        }
        #expect(!finding.evidence.isEmpty)
        #expect(finding.explanation.count > cause.explanation.count || cause == .restartNotSignalled, "it says what was seen this time")
    }

    @Test func `has twelve causes of its own`() {
        #expect(Self.causes.count == 12)
    }

    @Test func `puts what both sides prove in the place of what one side guesses`() throws {
        let blocked = try #require(Scripts.told(.blockedClientToServer))
        #expect(codes(blocked) == ["blocked-client-to-server"])
        var alone = blocked
        alone.client = nil
        #expect(codes(alone).contains("no-check-received"))
        #expect(
            Diagnosis.findings(of: blocked)[0].explanation.contains(
                "The peer sent 12 checks to 127.0.0.1:8189, and the server saw none of them."))
        #expect(codes(try #require(Scripts.told(.closedByPage))) == ["closed-by-page"])
        #expect(codes(try #require(Scripts.told(.answerNotApplied))) == ["answer-not-applied"])
    }

    @Test func `says where the checks went, where that is none of our addresses`() throws {
        var record = try #require(Scripts.told(.blockedClientToServer))
        record.client = Scripts.client(record, entries: Scripts.entries(sent: 12, port: 9))
        #expect(
            Diagnosis.findings(of: record)[0].explanation.contains("127.0.0.1:9, which is none of the addresses in the server's answer"))
    }

    @Test func `knows a browser that does not count its checks by its pairs`() throws {
        var record = try #require(Scripts.told(.blockedClientToServer))
        record.client = Scripts.client(record, entries: Scripts.entries(sent: nil, received: nil))
        #expect(codes(record) == ["blocked-client-to-server"])
    }

    @Test func `quotes the page's own error, as text`() throws {
        let record = try #require(Scripts.told(.answerNotApplied))
        var failed = record
        failed.client = Scripts.client(
            record, states: [(5_000, "setRemoteDescriptionOnFailure", "InvalidAccessError: <b>Failed</b>\u{1b}[31m\u{202e}")])
        #expect(codes(failed) == ["answer-not-applied"])
        #expect(Diagnosis.findings(of: failed)[0].explanation.contains("InvalidAccessError: <b>Failed</b>"))
        #expect(!failed.diagnosisText().unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{202e}" })
    }

    @Test func `finds nothing wrong where both sides are well`() {
        var record = Samples.connected()
        record.client = Scripts.client(
            record, receivedAt: 3_900_000,
            states: [(-20_000, "signalingstatechange", "have-local-offer"), (3_000, "signalingstatechange", "stable")],
            entries: Scripts.entries(sent: 4, answered: 4, received: 3, state: "succeeded"))
        #expect(codes(record) == [])
        // A packet or two are always under way, and one second tells nothing.
        #expect(codes(Scripts.lossy(theirs: (1_000, 990), ours: (1_000, 985))) == [])
    }

    @Test func `waits for the peer to have had time`() {
        var record = Samples.posted(takenAt: 900_000)
        record.client = Scripts.client(
            record, receivedAt: 800_000, states: [(-20_000, "signalingstatechange", "have-local-offer")], entries: Scripts.entries(sent: 2))
        #expect(codes(record) == [])
    }
}
