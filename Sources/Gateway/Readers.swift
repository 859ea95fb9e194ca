internal import Engine
internal import Foundation
internal import HTTP
internal import Inspection

/// A few threads for what waits for the disk: searches, exports, stored records, erasures. The server's own thread has no
/// time for it. What does not fit into the queue is refused at once.
final class Readers: Sendable {
    typealias Job = @Sendable () -> Void

    /// Guarded by its condition: hence unchecked.
    private final class Shared: @unchecked Sendable {
        let condition = NSCondition()
        var jobs: [Job] = []
        var isStopped = false

        func next() -> Job? {
            condition.lock()
            defer { condition.unlock() }
            while jobs.isEmpty {
                if isStopped { return nil }
                condition.wait()
            }
            return jobs.removeFirst()
        }
    }

    private let shared = Shared()
    private let capacity: Int

    /// - Parameter capacity: jobs that may wait for a thread.
    init(threads: Int = 3, capacity: Int = 64) {
        self.capacity = capacity
        for index in 0..<threads {
            let thread = Thread { [shared] in
                while let job = shared.next() { job() }
            }
            thread.name = "reader-\(index)"
            thread.start()
        }
    }

    deinit {
        shared.condition.lock()
        shared.isStopped = true
        shared.condition.broadcast()
        shared.condition.unlock()
    }

    /// Queues a job; false where too many wait.
    func submit(_ job: @escaping Job) -> Bool { queue(job, within: capacity) }

    /// Queues the next step of what was admitted before. Each step comes from a connection of its own, which bounds them.
    func proceed(_ job: @escaping Job) { _ = queue(job, within: .max) }

    private func queue(_ job: @escaping Job, within capacity: Int) -> Bool {
        shared.condition.lock()
        defer { shared.condition.unlock() }
        guard shared.jobs.count < capacity, !shared.isStopped else { return false }
        shared.jobs.append(job)
        shared.condition.signal()
        return true
    }
}

extension Context {
    /// Answers from a reader's thread: for what waits for the disk. Where the client has left meanwhile, nothing is read.
    func read(_ service: Service, _ body: @escaping @Sendable () throws(Problem) -> Response) -> Disposition {
        let responder = exchange.responder()
        let finish = finish
        let isQueued = service.readers.submit {
            guard !responder.isAbandoned else { return }
            do throws(Problem) {
                responder.respond(finish(try body()))
            } catch {
                responder.respond(finish(error.response))
            }
        }
        if !isQueued { responder.respond(finish(Problem.tooManyReads.response)) }
        return .later
    }

    /// Answers from a session's record: at once where it lives, from a reader's thread where it has to be fetched.
    func withRecord(_ service: Service, _ body: @escaping @Sendable (Record) throws(Problem) -> Response) -> Disposition {
        let id = id
        guard SessionID.isWellFormed(id) else { return .respond(Problem.noSession(id).response) }
        guard let record = service.engine.record(of: id) else {
            return read(service) { () throws(Problem) in try body(try service.stored(id).get()) }
        }
        do throws(Problem) {
            return .respond(try body(record))
        } catch {
            return .respond(error.response)
        }
    }
}

extension Problem {
    static let tooManyReads = Problem(
        .serviceUnavailable, "too-many-reads", "As many requests wait for the history as may; try again."
    )
    .with("Retry-After", "1")
}
