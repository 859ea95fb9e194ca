internal import Inspection

// What an operator is told of sessions: log lines, webhooks, the sums behind the metrics.
extension Session {
    /// What was told already.
    struct Told {
        var isConnected = false
        /// The last verdict that was told of.
        var finding: String?
    }
}

extension PeerLoop {
    /// Tells what is new in a record that was just written.
    func tell(of session: Session, _ record: Record, _ item: [UInt8], _ verdict: Headline) {
        if !session.told.isConnected, let connected = record.phases.connected {
            session.told.isConnected = true
            hub.tally.noteSetup(connected)
            hub.notify(.connected(id: session.id, milliseconds: connected / 1000, item: item))
        }
        guard record.isLive else {
            hub.tally.noteEnd(record, finding: verdict.code)
            hub.notify(
                .ended(
                    id: session.id, outcome: record.outcome?.rawValue ?? "", reason: record.reason?.code.rawValue ?? "",
                    verdict: verdict.code, milliseconds: record.duration / 1000, item: item))
            return
        }
        guard verdict.severity == .warning || verdict.severity == .error else {
            session.told.finding = nil
            return
        }
        guard session.told.finding != verdict.code else { return }
        session.told.finding = verdict.code
        hub.notify(.finding(id: session.id, code: verdict.code, severity: verdict.severity.rawValue, item: item))
    }

    /// Who waited has left.
    func forgetWaiter(_ number: Int, of session: Session) {
        session.waiters.removeAll { $0.number == number }
        refreshDeadline(of: session)
    }
}
