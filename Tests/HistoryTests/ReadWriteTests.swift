import Testing

@testable import History

extension Tables {
    @Suite struct Reading {
        @Test func `a row comes back as it was written`() throws {
            try withStore { store, _ in
                let row = sample("a", outcome: "completed", stream: "lobby")
                store.write(.session(row))
                try #expect(store.session("a") == row)
                #expect(store.flush(timeout: .seconds(5)))
                try #expect(store.session("a") == row)
            }
        }
    }
}
