import Corpora
import Crypt
import Peer
import SDP
import Testing
import Wire

@Suite(.enabled(if: Corpus.isPresent, "the shared corpora are not here"))
struct `Offers from the field` {
    enum Outcome: Equatable {
        case answered
        case refused(code: String, line: Int?)
    }

    static func outcome(of bytes: [UInt8]) -> Outcome {
        do throws(SDPError) {
            let offer = try SessionDescription(parsing: bytes.span)
            do throws(Refusal) {
                let (answer, _) = try Negotiation.answer(to: offer, with: Fixture.local)
                #expect(fits(answer, offer) == [])
                return .answered
            } catch {
                #expect(error.status == 422)
                return .refused(code: error.code, line: error.line)
            }
        } catch {
            return .refused(code: error.code.rawValue, line: error.line)
        }
    }

    @Test func `are answered where both browsers take them`() {
        for entry in DescriptionEntry.all where ["valid-offer", "valid-but-no-media", "both-browsers-accept"].contains(entry.expect) {
            switch Self.outcome(of: entry.bytes) {
            case .answered: #expect(Expectations.refused[entry.file] == nil, "\(entry.file)")
            case .refused(let code, _): #expect(Expectations.refused[entry.file]?.code == code, "\(entry.file)")
            }
        }
    }

    @Test func `are refused where both browsers refuse them, naming the line`() {
        for entry in DescriptionEntry.all where entry.expect == "both-browsers-reject" {
            switch Self.outcome(of: entry.bytes) {
            case .answered: #expect(Expectations.taken[entry.file] != nil, "\(entry.file)")
            case .refused(_, let line): #expect(line != nil, "\(entry.file)")
            }
        }
    }

    @Test func `made to do harm end as their manifest allows, in less than 100 ms`() {
        let entries = DescriptionEntry.all.filter { $0.file.hasPrefix("attack--") }
        #expect(entries.count >= 60)
        for entry in entries {
            let bytes = entry.bytes
            var outcome = Outcome.answered
            let elapsed = processorTime { outcome = Self.outcome(of: bytes) }
            #expect(elapsed < .milliseconds(100), "\(entry.file) took \(elapsed)")
            switch outcome {
            case .answered: #expect(Expectations.attacks[entry.file] == nil, "\(entry.file)")
            case .refused(let code, _): #expect(Expectations.attacks[entry.file] == code, "\(entry.file)")
            }
        }
    }
}

@Suite struct `Any offer that can be read` {
    /// Lines of a real offer lost, doubled, swapped, and taken from another client's offer.
    static func shuffled(_ lines: [String], with others: [String], _ random: inout RandomSource) -> String {
        var lines = lines
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let place = Int.random(in: 4..<lines.count, using: &random)
            switch Int.random(in: 0...4, using: &random) {
            case 0: lines.remove(at: place)
            case 1: lines.insert(lines[place], at: Int.random(in: 4...lines.count, using: &random))
            case 2: lines.swapAt(place, Int.random(in: 4..<lines.count, using: &random))
            case 3: lines[place] = others[Int.random(in: 4..<others.count, using: &random)]
            default: lines.insert(others[Int.random(in: 4..<others.count, using: &random)], at: place)
            }
            if lines.count < 8 { break }
        }
        return lines.joined(separator: "\n")
    }

    @Test func `is refused, or answered so that the answer fits it`() throws {
        let offers = try Corpus.offers.map { name in
            try Corpus.offer(name).split(whereSeparator: \.isNewline).map { String($0) }
        }
        var random = RandomSource.seeded(9429)
        var answered = 0
        var refused = 0
        for _ in 0..<400 {
            let lines = offers[Int.random(in: offers.indices, using: &random)]
            let others = offers[Int.random(in: offers.indices, using: &random)]
            guard let offer = try? SessionDescription(parsing: Self.shuffled(lines, with: others, &random)) else { continue }
            do throws(Refusal) {
                let (answer, remote) = try Negotiation.answer(to: offer, with: Fixture.local)
                answered += 1
                #expect(fits(answer, offer) == [])
                #expect((try? SessionDescription(parsing: answer.serialize())) == answer)
                #expect(remote.fingerprints.contains { $0.algorithm.isStrong })
                #expect(remote.media.count == offer.media.count)
            } catch {
                refused += 1
            }
        }
        #expect(answered > 30)
        #expect(refused > 20)
    }
}
