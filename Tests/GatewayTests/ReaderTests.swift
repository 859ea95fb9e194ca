import Foundation
import Synchronization
import Testing

@testable import Gateway

extension `The gateway` {
    @Suite struct `Reading threads` {
        @Test func `take so much and refuse the rest, and go on with what they have begun`() {
            let readers = Readers(threads: 2, capacity: 3)
            let gate = DispatchSemaphore(value: 0)
            let done = Mutex(0)
            let began = Mutex(0)
            @Sendable func job() {
                began.withLock { $0 += 1 }
                gate.wait()
                done.withLock { $0 += 1 }
            }
            for number in 1...2 {
                #expect(readers.submit(job))
                #expect(eventually { began.withLock { $0 } == number })
            }
            for _ in 0..<3 { #expect(readers.submit(job)) }
            #expect(!readers.submit(job))
            // The next step of an export is no new request.
            readers.proceed(job)
            for _ in 0..<6 { gate.signal() }
            #expect(eventually { done.withLock { $0 } == 6 })
            #expect(readers.submit {})
        }
    }
}
