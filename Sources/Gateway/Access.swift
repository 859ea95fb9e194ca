internal import Crypt
internal import HTTP
internal import Settings
internal import Synchronization

/// Who may do what: bearer tokens with scopes.
struct Authorizer: Sendable {
    private struct Known: Sendable {
        let digest: [UInt8]
        let scopes: Set<Scope>
    }

    private let tokens: [Known]
    private let failures = FailureCounts()

    init(_ tokens: [Token]) {
        self.tokens = tokens.map { Known(digest: Self.digest($0.secret), scopes: $0.scopes) }
    }

    var isOpen: Bool { tokens.isEmpty }

    /// Nil where the request may pass.
    func refusal(of request: RequestHead, needing scope: Scope) -> Problem? {
        guard !isOpen else { return nil }
        if failures.isLocked(request.remoteAddress, at: request.receivedAt) {
            return Problem(.tooManyRequests, "too-many-failures", "Too many wrong tokens came from this address; try again in a minute.")
                .with("Retry-After", "60")
        }
        guard let field = request.headers["authorization"] else {
            return unauthorized("This server needs a token: Authorization: Bearer …")
        }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            return unauthorized("The Authorization field must be `Bearer` and a token.")
        }
        // Digests of one length are compared, each with every token, so that time tells nothing (SECURITY C10).
        let digest = Self.digest(String(parts[1]))
        var found: Set<Scope>?
        for token in tokens where constantTimeEqual(token.digest.span, digest.span) { found = token.scopes }
        guard let found else {
            failures.note(request.remoteAddress, at: request.receivedAt)
            return unauthorized("The token is not one of this server's.")
        }
        guard found.contains(scope) else {
            return Problem(.forbidden, "scope-missing", "The token lacks the scope `\(scope.rawValue)`.")
        }
        return nil
    }

    private func unauthorized(_ detail: String) -> Problem {
        Problem(.unauthorized, "unauthorized", detail).with("WWW-Authenticate", "Bearer realm=\"peerscope\"")
    }

    private static func digest(_ secret: String) -> [UInt8] {
        let bytes = Array(secret.utf8)
        return HashFunction.sha256.digest(of: bytes.span)
    }
}

/// Wrong tokens by address within the last minute; a bounded table.
private final class FailureCounts: Sendable {
    private struct Count {
        var since: Int64
        var failures: Int
    }

    private let counts = Mutex<[String: Count]>([:])
    private static let allowed = 20
    private static let period: Int64 = 60_000_000_000
    private static let addresses = 4096

    func isLocked(_ address: String, at now: Int64) -> Bool {
        counts.withLock { counts in
            guard let count = counts[address] else { return false }
            return now - count.since < Self.period && count.failures >= Self.allowed
        }
    }

    func note(_ address: String, at now: Int64) {
        counts.withLock { counts in
            if let count = counts[address], now - count.since < Self.period {
                counts[address]?.failures += 1
                return
            }
            if counts.count >= Self.addresses { counts = counts.filter { now - $0.value.since < Self.period } }
            // A table still full is a flood of addresses; a stranger more is not remembered.
            if counts.count < Self.addresses { counts[address] = Count(since: now, failures: 1) }
        }
    }
}
