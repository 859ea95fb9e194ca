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
    func refusal(of request: RequestHead, needing scope: Scope, or other: Scope? = nil) -> Problem? {
        guard !isOpen else { return nil }
        guard let field = request.headers["authorization"] else {
            return unauthorized("This server needs a token: Authorization: Bearer …")
        }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            return unauthorized("The Authorization field must be `Bearer` and a token.")
        }
        // Digests of one length are compared, each with every token, so that time tells nothing (SECURITY C10).
        let digest = Self.digest(String(parts[1]))
        var number: Int?
        for (index, token) in tokens.enumerated() where constantTimeEqual(token.digest.span, digest.span) { number = index }
        // Of an address that guesses, only a token counts that was used from there before: a right guess is told as little as a
        // wrong one, and clients behind one proxy with the guesser go on.
        if failures.isLocked(request.remoteAddress, at: request.receivedAt), !failures.knows(number, from: request.remoteAddress) {
            return Problem(.tooManyRequests, "too-many-failures", "Too many wrong tokens came from this address; try again in a minute.")
                .with("Retry-After", "60")
        }
        guard let number else {
            failures.note(request.remoteAddress, at: request.receivedAt)
            return unauthorized("The token is not one of this server's.")
        }
        failures.remember(number, from: request.remoteAddress)
        guard tokens[number].scopes.contains(scope) || other.map(tokens[number].scopes.contains) ?? false else {
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

/// Wrong tokens by address within the last minute, and where right ones came from; bounded tables.
private final class FailureCounts: Sendable {
    private struct Count {
        var since: Int64
        var failures: Int
    }

    /// A token that was right, by its place in the list, and where it came from.
    private struct Use: Hashable {
        let token: Int
        let address: String
    }

    private let counts = Mutex<[String: Count]>([:])
    private let uses = Mutex<Set<Use>>([])
    private static let allowed = 20
    private static let period: Int64 = 60_000_000_000
    private static let addresses = 4096

    func isLocked(_ address: String, at now: Int64) -> Bool {
        counts.withLock { counts in
            guard let count = counts[address] else { return false }
            return now - count.since < Self.period && count.failures >= Self.allowed
        }
    }

    func knows(_ token: Int?, from address: String) -> Bool {
        guard let token else { return false }
        return uses.withLock { $0.contains(Use(token: token, address: address)) }
    }

    func remember(_ token: Int, from address: String) {
        uses.withLock { uses in
            if uses.count < Self.addresses { uses.insert(Use(token: token, address: address)) }
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
