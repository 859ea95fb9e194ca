internal import Wire

// Where an operator wants no addresses of peers: what is recorded and shown has them without their last part.
extension Record {
    /// The record with the peer's addresses masked: 192.0.2.77 becomes 192.0.2.0, an IPv6 address keeps its first 48 bits.
    ///
    /// What is ours stays where it stands by itself (our candidates, our answer); in a sentence every address is masked.
    /// Private addresses and loopback are masked like all others. Masking twice changes nothing.
    public func masked() -> Record {
        var record = self
        record.remoteAddress = remoteAddress?.masked
        record.labels = labels.masked
        record.reason?.text = AddressMask.masked(reason?.text ?? "")
        record.refusal?.detail = AddressMask.masked(refusal?.detail ?? "")
        record.offer = offer.map { Description(bytes: AddressMask.masked($0.bytes)) }
        record.connectivity = connectivity.masked
        record.handshake.failure?.text = AddressMask.masked(handshake.failure?.text ?? "")
        record.association?.failure?.text = AddressMask.masked(association?.failure?.text ?? "")
        for index in media.indices { record.media[index].rejection = media[index].rejection.map(AddressMask.masked) }
        record.client = client?.masked
        record.events = events.map(\.masked)
        record.evidence = evidence.masked
        return record
    }
}

extension TimelineEvent {
    /// The event with every address in it masked.
    public var masked: TimelineEvent {
        TimelineEvent(
            seq: seq, offset: offset, code: code, detail: detail.map(AddressMask.masked), cause: cause.map(AddressMask.masked),
            pairId: pairId,
            candidateId: candidateId, channelId: channelId, evidence: evidence, data: data.masked)
    }
}

extension Record.Connectivity {
    fileprivate var masked: Record.Connectivity {
        var facts = self
        for index in remoteCandidates.indices {
            facts.remoteCandidates[index].host = remoteCandidates[index].host.masked
            facts.remoteCandidates[index].relatedAddress = remoteCandidates[index].relatedAddress?.masked
            facts.remoteCandidates[index].dispositionReason = remoteCandidates[index].dispositionReason.map(AddressMask.masked)
        }
        for index in pairs.indices {
            facts.pairs[index].remote = pairs[index].remote.masked
            facts.pairs[index].lastError?.text = AddressMask.masked(pairs[index].lastError?.text ?? "")
        }
        return facts
    }
}

extension Record.ClientSide {
    fileprivate var masked: Record.ClientSide {
        var side = self
        for index in events.indices { side.events[index].value = events[index].value.map(AddressMask.masked) }
        // Its remote candidates are our own addresses.
        for index in last.candidates.indices where !last.candidates[index].isRemote {
            side.last.candidates[index].address = last.candidates[index].address.map(AddressMask.masked)
        }
        return side
    }
}

extension Facts {
    fileprivate var masked: Facts {
        Facts(
            ordered: items.map { fact in
                switch fact.content {
                case .text(let text): Fact(name: fact.name, content: .text(AddressMask.masked(text)))
                case .number: fact
                case .address(let address): Fact(name: fact.name, content: .address(address.masked))
                }
            })
    }
}

extension Endpoint {
    fileprivate var masked: Endpoint { Endpoint(host.masked, port) }
}

extension Endpoint.Host {
    fileprivate var masked: Endpoint.Host {
        switch self {
        case .address(let address): .address(address.masked)
        // A name that is an address in other clothes: one with a zone, for one.
        case .name(let name): .name(AddressMask.masked(name))
        }
    }
}

extension TransportAddress {
    fileprivate var masked: TransportAddress { TransportAddress(ip.masked, port) }
}

extension IPAddress {
    /// IPv4 without its last octet, IPv6 with its first 48 bits; an IPv4-mapped one as the IPv4 address it is.
    var masked: IPAddress {
        if family == .v4 { return IPAddress(v4: UInt32(truncatingIfNeeded: low) & 0xffff_ff00) }
        if unmapped.family == .v4 { return IPAddress(v6High: high, low: low & ~0xff) }
        return IPAddress(v6High: high & ~0xffff, low: 0)
    }
}

extension Evidence {
    fileprivate var masked: Evidence {
        Evidence(
            stored: packets.map { packet in
                var packet = packet
                packet.remote = packet.remote.masked
                AddressMask.maskAddresses(ofMessage: &packet.bytes)
                return packet
            }, count: count)
    }
}
