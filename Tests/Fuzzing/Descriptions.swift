internal import SDP
internal import Wire

/// A description that parses is written to one that parses as the same, with unknown attributes and all.
func fuzzDescription(_ bytes: Span<UInt8>) {
    do {
        let description = try SessionDescription(parsing: bytes)
        let text = description.serialize()
        let again = try? SessionDescription(parsing: Array(text.utf8).span)
        precondition(again == description, "a description survives being written and read")
    } catch {
        precondition(error.line >= 1, "an error names a line")
    }
}

func fuzzCandidate(_ bytes: Span<UInt8>) {
    let text = String(decoding: bytes.array, as: UTF8.self)
    if let candidate = try? CandidateAttribute(parsing: text) {
        let again = try? CandidateAttribute(parsing: "candidate:" + candidate.text)
        precondition(again == candidate, "a candidate survives being written and read: \(text.debugDescription)")
    }
    if let fragment = try? Fragment(parsing: bytes) {
        let again = try? Fragment(parsing: Array(fragment.serialize().utf8).span)
        precondition(again == fragment, "a fragment survives being written and read: \(text.debugDescription)")
    }
}
