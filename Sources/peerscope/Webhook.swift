internal import CShims
internal import Engine
internal import Gateway
internal import Inspection
internal import JSON
internal import Settings
internal import Webhooks
internal import Wire

/// What an operator's URLs are told: one message for each event of a session, `{"id","event","at","item"}`.
enum Webhook {
    /// Nil where no URL is configured.
    static func sender(_ configuration: Configuration) throws -> Sender? {
        guard !configuration.webhooks.isEmpty else { return nil }
        let receivers = try configuration.webhooks.map { url in
            guard let receiver = Receiver(url) else { throw UnusableValue(description: "webhook: a URL has no usable host or port") }
            return receiver
        }
        return Sender(receivers, secret: configuration.webhookSecret, agent: "peerscope/\(Version.current)") {
            shim_wall_microseconds() / 1_000_000
        }
    }

    /// Tells `log` of everything, and the receivers of what they are to hear of.
    static func notifying(
        _ sender: Sender?, _ configuration: Configuration, and log: @escaping @Sendable (SessionNotice) -> Void
    ) -> @Sendable (SessionNotice) -> Void {
        guard let sender else { return log }
        let wanted = configuration.webhookEvents
        return { notice in
            log(notice)
            guard wanted.contains(notice.event) else { return }
            var random = RandomSource.system
            let id = "msg_" + random.characters(24, of: "0123456789abcdefghjkmnpqrstvwxyz")
            sender.send(
                id: id, event: notice.event.rawValue, body: message(id: id, notice, at: Timestamp(microseconds: shim_wall_microseconds())))
        }
    }

    /// What the receivers of all URLs took.
    static func write(_ sender: Sender?, into text: inout MetricsText) {
        guard let sender else { return }
        let counts = sender.counts
        text.counter(
            "peerscope_webhook_messages_total", "Messages to webhooks, by what became of them.",
            [("delivered", counts.delivered), ("failed", counts.failed), ("dropped", counts.dropped)].map {
                ([("result", $0.0)], Double($0.1))
            })
        text.counter("peerscope_webhook_retries_total", "Messages to webhooks that were sent again.", counts.retries)
        text.gauge("peerscope_webhook_queue_messages", "Messages to webhooks that wait or are under way.", Double(sender.queued))
    }

    static func message(id: String, _ notice: SessionNotice, at time: Timestamp) -> [UInt8] {
        var json = JSONWriter(capacity: 1024)
        json.object { json in
            json.member("id", id)
            json.member("event", notice.event.rawValue)
            json.member("at", time.description)
            json.key("item")
            json.json(notice.item.span)
        }
        return json.finish()
    }
}

extension SessionNotice {
    fileprivate var event: WebhookEvent {
        switch self {
        case .opened: .opened
        case .refused: .refused
        case .connected: .connected
        case .finding: .finding
        case .ended: .ended
        }
    }
}
