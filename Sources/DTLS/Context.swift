internal import CShims
internal import Crypt
internal import Synchronization
internal import Wire

/// The library's settings for one identity, shared by all its connections and never changed.
final class Context: @unchecked Sendable {
    // The library counts references atomically and only reads what was set before: hence @unchecked Sendable.
    let handle: OpaquePointer
    /// Kept so that its object identifier stays taken while it is a key below.
    private let identity: Identity

    private init?(_ identity: Identity) {
        let handle = identity.withHandles { certificate, key in
            shim_dtls_context_new(certificate, key, Limits.certificateBytes, Connection.maximumPayload)
        }
        guard let handle else { return nil }
        self.handle = handle
        self.identity = identity
    }

    deinit { shim_dtls_context_free(handle) }

    private static let known = Mutex<[ObjectIdentifier: Context]>([:])
    /// A process has one identity as a rule; tests make more.
    private static let knownLimit = 8

    /// The settings of `identity`, made at its first use.
    static func of(_ identity: Identity) -> Context? {
        known.withLock { known in
            if let context = known[ObjectIdentifier(identity)] { return context }
            guard let context = Context(identity) else { return nil }
            if known.count >= knownLimit { known.removeAll() }
            known[ObjectIdentifier(identity)] = context
            return context
        }
    }
}
