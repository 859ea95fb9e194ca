internal import SDP

/// What must hold between the lines of any description, whichever of its sections we take.
extension SessionDescription {
    func check() throws(Refusal) {
        try checkMids()
        try checkBundles()
        for section in media {
            try section.checkPayloadTypes()
            try section.checkHeaderExtensions()
            try section.checkStreams()
        }
    }

    /// RFC 5888 §4: "The identification-tag MUST be unique within an SDP session description."
    private func checkMids() throws(Refusal) {
        var seen: Set<String> = []
        for section in media {
            guard let mid = section.mid else { continue }
            guard seen.insert(mid).inserted else {
                throw Refusal(
                    .midDuplicate, line: section.line(of: "mid"), section: "RFC 5888 §4",
                    "Two m-sections have the same mid; each needs its own.")
            }
        }
    }

    private func checkBundles() throws(Refusal) {
        let mids = Set(media.compactMap(\.mid))
        var bundled: Set<String> = []
        for line in attributes {
            guard case .group(let group) = line.attribute, group.semantics == "BUNDLE" else { continue }
            let members = Set(group.mids)
            guard members.isSubset(of: mids) else {
                throw Refusal(
                    .bundleUnknownMid, line: line.source.number, section: "RFC 5888 §9.2",
                    "The BUNDLE group names a mid that no m-section has.")
            }
            // RFC 9143 §7.1: an m-section belongs to one BUNDLE group at a time.
            guard bundled.isDisjoint(with: members) else {
                throw Refusal(
                    .bundleOverlap, line: line.source.number, section: "RFC 9143 §7.1",
                    "One m-section stands in two BUNDLE groups; it can be in one at most.")
            }
            bundled.formUnion(members)
        }
    }
}

extension MediaDescription {
    /// One payload type stands for one codec.
    fileprivate func checkPayloadTypes() throws(Refusal) {
        var maps: [UInt8: RTPMap] = [:]
        for line in attributes {
            guard case .rtpmap(let map) = line.attribute else { continue }
            if let earlier = maps[map.payloadType],
                earlier.encoding.lowercased() != map.encoding.lowercased() || earlier.clockRate != map.clockRate
            {
                throw Refusal(
                    .payloadTypeConflict, line: line.source.number, section: "RFC 8866 §6.6",
                    "Payload type \(map.payloadType) stands for two codecs in this m-section.")
            }
            maps[map.payloadType] = map
        }
    }

    /// RFC 8285 §5: one id stands for one extension. The same one written twice for both directions is fine.
    fileprivate func checkHeaderExtensions() throws(Refusal) {
        var uris: [UInt16: String] = [:]
        for line in attributes {
            guard case .headerExtension(let value) = line.attribute else { continue }
            if let earlier = uris[value.id], earlier != value.uri {
                throw Refusal(
                    .headerExtensionConflict, line: line.source.number, section: "RFC 8285 §5",
                    "The id \(value.id) stands for two header extensions in this m-section.")
            }
            uris[value.id] = value.uri
        }
    }

    fileprivate func checkStreams() throws(Refusal) {
        var track: String?
        let rids = Set(rids.map(\.id))
        for line in attributes {
            switch line.attribute {
            case .msid(let msid):
                // RFC 8830 §3.2: a track may be in several streams, but all msid lines of an m-section name the same track.
                if let track, let other = msid.track, other != track {
                    throw Refusal(
                        .msidConflict, line: line.source.number, section: "RFC 8830 §3.2",
                        "An m-section carries one track; its msid lines name two.")
                }
                track = track ?? msid.track
            case .simulcast(let simulcast):
                guard rids.isSuperset(of: simulcast.rids) else {
                    throw Refusal(
                        .ridUnknown, line: line.source.number, section: "RFC 8853 §5.1",
                        "Simulcast names a rid that no a=rid line of this m-section defines.")
                }
            default: break
            }
        }
    }
}
