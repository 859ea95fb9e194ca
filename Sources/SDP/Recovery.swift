internal import Wire

extension SessionDescription {
    /// What can be read of a description that may be broken, and every fault in it: for telling people what is wrong.
    ///
    /// A line at fault is passed over, an `m=` line at fault with its whole section. Where the text is no description at all there is
    /// one fault and the description is empty. Linear in the text; at most `limit` faults are looked for.
    public static func recovered(from text: Span<UInt8>, limit: Int = 200) -> (description: SessionDescription, faults: [SDPError]) {
        var parser = DescriptionParser()
        var faults: [SDPError] = []
        guard text.count <= Limits.descriptionBytes else {
            faults.append(
                SDPError(
                    .tooLarge, line: 1, column: 1, section: "RFC 8866 §5",
                    message: "The description has \(text.count) bytes; this server takes up to \(Limits.descriptionBytes)."))
            return (parser.rest(), faults)
        }
        var lines = LineReader(text)
        while faults.count < limit {
            do throws(SDPError) {
                guard let range = try lines.next() else { break }
                let bytes = text.extracting(range)
                try parser.read(bytes, line: lines.number, after: &faults)
            } catch {
                faults.append(error)
                if error.code.endsReading || (error.code == .notADescription && error.line == 1) { return (parser.rest(), faults) }
            }
        }
        do throws(SDPError) {
            return (try parser.finish(afterLine: lines.number), faults)
        } catch {
            // What is missing was said already where a line after it stood.
            if !faults.contains(where: { $0.code == error.code }) { faults.append(error) }
            return (parser.rest(), faults)
        }
    }
}

extension Fragment {
    /// What can be read of a fragment that may be broken, and every fault in it; see `SessionDescription.recovered`.
    public static func recovered(from text: Span<UInt8>, limit: Int = 200) -> (fragment: Fragment, faults: [SDPError]) {
        var fragment = Fragment()
        var faults: [SDPError] = []
        var lines = LineReader(text)
        while faults.count < limit {
            do throws(SDPError) {
                guard let range = try lines.next() else { break }
                try fragment.read(text.extracting(range), line: lines.number)
            } catch {
                faults.append(error)
                if error.code.endsReading { break }
            }
        }
        return (fragment, faults)
    }
}

extension SDPError.Code {
    /// Whether what follows would only say the same again.
    fileprivate var endsReading: Bool { self == .tooManyLines || self == .tooManyMediaSections }
}
