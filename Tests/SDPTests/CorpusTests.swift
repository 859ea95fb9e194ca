import Corpora
import SDP
import Testing

@Suite(.enabled(if: Corpus.isPresent, "the shared corpora are not here"))
struct `Descriptions from the field` {
    /// Real offers beyond our limits.
    static let beyondLimits: [String: SDPError.Code] = [
        "chromium156--hundred-video-mlines.trickle.sdp": .tooLarge,
        "firefox153--hundred-video-mlines.trickle.sdp": .tooManyMediaSections,
    ]

    @Test func `are read where both browsers accept them, and written to the same meaning`() {
        let accepted = DescriptionEntry.all.filter { ["both-browsers-accept", "valid-offer", "valid-but-no-media"].contains($0.expect) }
        #expect(accepted.count > 150)
        for entry in accepted {
            do throws(SDPError) {
                let description = try SessionDescription(parsing: entry.bytes.span)
                let text = description.serialize()
                let again = try SessionDescription(parsing: text)
                #expect(again == description, "\(entry.file)")
                #expect(again.serialize() == text, "\(entry.file)")
            } catch {
                #expect(error.code == Self.beyondLimits[entry.file], "\(entry.file): \(error)")
            }
        }
    }

    @Test func `of every sort are read or refused in less than 100 ms`() {
        for entry in DescriptionEntry.all {
            let bytes = entry.bytes
            let elapsed = processorTime { _ = try? SessionDescription(parsing: bytes.span) }
            #expect(elapsed < .milliseconds(100), "\(entry.file) took \(elapsed)")
        }
    }

    @Test func `that hold bytes outside UTF-8 or control characters leave as valid text`() throws {
        for file in ["attack--invalid-utf8.sdp", "attack--ansi-log.sdp", "attack--msid-xss.sdp"] {
            let description = try SessionDescription(parsing: Corpus.bytes("sdp/" + file).span)
            let text = description.serialize()
            #expect(text.utf8.allSatisfy { $0 != 0 })
            #expect(try SessionDescription(parsing: text) == description)
        }
    }
}
