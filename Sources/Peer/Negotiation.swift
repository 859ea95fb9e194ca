public import SDP
internal import Wire

/// JSEP for a server (RFC 9429): descriptions in, descriptions and parameters out. Pure functions.
///
/// One transport carries everything (max-bundle, rtcp-mux). Data channels are live; media sections are answered in full and
/// inactive. What can't be taken is rejected section by section, and the offer refused only where nothing is left.
public enum Negotiation {
    /// Answers an offer.
    ///
    /// - Throws: where nothing of the offer can be served, or its lines contradict each other; the offer's sender may be told.
    public static func answer(
        to offer: SessionDescription, with local: LocalParameters
    ) throws(Refusal) -> (answer: SessionDescription, remote: RemoteParameters) {
        let assessment = try Assessment(offer)
        let remote = try RemoteParameters(of: offer, assessment, as: .offer)
        return (AnswerWriter(offer: offer, assessment: assessment, remote: remote, local: local).write(), remote)
    }

    /// Takes an answer to an offer of ours.
    ///
    /// - Throws: where the answer does not fit the offer (RFC 3264 §6), rejects everything, or lacks what a transport needs.
    public static func accept(
        answer: SessionDescription, to offer: SessionDescription
    ) throws(Refusal) -> RemoteParameters {
        try checkFit(of: answer, to: offer)
        guard answer.media.contains(where: { $0.port != 0 }) else {
            throw Refusal(
                .answerRejectsAll, line: answer.media.first?.source.number, section: "RFC 3264 §6",
                "The answer rejects every m-section of the offer.")
        }
        let assessment = try Assessment(answer)
        return try RemoteParameters(of: answer, assessment, as: .answer)
    }

    /// RFC 3264 §6: "For each "m=" line in the offer, there MUST be a corresponding "m=" line in the answer."
    private static func checkFit(of answer: SessionDescription, to offer: SessionDescription) throws(Refusal) {
        guard answer.media.count == offer.media.count else {
            throw Refusal(
                .answerMismatch, line: answer.media.last?.source.number, section: "RFC 3264 §6",
                "The offer has \(offer.media.count) m-sections and the answer \(answer.media.count); it must have as many.")
        }
        for (ours, theirs) in zip(offer.media, answer.media) {
            guard ours.kind == theirs.kind, theirs.mid == nil || theirs.mid == ours.mid else {
                throw Refusal(
                    .answerMismatch, line: theirs.source.number, section: "RFC 3264 §6",
                    "The answer's m-sections must have the kinds and mids of the offer's, in the same order; this one differs.")
            }
            guard theirs.port == 0 || theirs.protocolName == ours.protocolName else {
                throw Refusal(
                    .answerMismatch, line: theirs.source.number, section: "RFC 3264 §6",
                    "The answer's m-section must have the protocol of the offer's.")
            }
        }
    }
}
