internal import ICE
internal import Transport
internal import Wire

/// The candidates of a loop's sockets: known before any offer comes (ARCHITECTURE, the third idea).
enum LocalCandidates {
    /// - Parameters:
    ///   - addresses: where the loop's sockets are bound.
    ///   - interfaces: what the machine has now.
    static func host(
        of addresses: [TransportAddress], interfaces: [NetworkInterface], configuration: EngineConfiguration
    ) -> [ICE.Candidate] {
        var found: [TransportAddress] = []
        for bound in addresses {
            if bound.ip.isUnspecified {
                for ip in configuration.interfaces.addresses(of: interfaces) where ip.family == bound.ip.family {
                    found.append(TransportAddress(ip, bound.port))
                }
            } else {
                found.append(bound)
            }
        }
        // RFC 8445 §5.1.2.1: each address of a host with several gets a local preference of its own. RFC 8421: IPv6 and
        // IPv4 interleaved, so that a broken family costs little; loopback last, as it is only there for one machine.
        let ordered = interleaved(found.filter { !$0.ip.isLoopback }) + interleaved(found.filter(\.ip.isLoopback))
        var candidates: [ICE.Candidate] = []
        var preference = UInt16.max
        for address in ordered.prefix(Limits.localCandidates) {
            candidates.append(.host(address, localPreference: preference))
            preference -= 256
        }
        for ip in configuration.advertised {
            // A NAT maps it one to one to an address of ours of the same family; checks come and go through that socket.
            guard
                let base = ordered.first(where: { $0.ip.family == ip.family && !$0.ip.isLoopback })
                    ?? ordered.first(where: { $0.ip.family == ip.family }),
                candidates.count < Limits.localCandidates
            else { continue }
            candidates.append(.host(TransportAddress(ip, base.port), base: base, localPreference: preference))
            preference -= 256
        }
        return candidates
    }

    /// Networks of ours in ranges that are otherwise never sent to (documentation, benchmarks): whoever numbers a laboratory
    /// with them means them.
    static func specialNetworks(_ interfaces: [NetworkInterface], _ filter: InterfaceFilter) -> [AddressPrefix] {
        interfaces.filter(filter.admits).flatMap(\.addresses).compactMap { address in
            switch AddressPolicy().refusal(of: address.ip, localScopes: .all) {
            case .documentation, .benchmark: AddressPrefix(address.ip, address.prefixLength)
            default: nil
            }
        }
    }

    private static func interleaved(_ addresses: [TransportAddress]) -> [TransportAddress] {
        let six = addresses.filter { $0.ip.family == .v6 }
        let four = addresses.filter { $0.ip.family == .v4 }
        var result: [TransportAddress] = []
        for index in 0..<max(six.count, four.count) {
            if index < six.count { result.append(six[index]) }
            if index < four.count { result.append(four[index]) }
        }
        return result
    }
}
