internal import SDP

/// `a=mid`, `a=group:BUNDLE` and `a=bundle-only`.
extension Examination {
    mutating func examineGroups() {
        examineMids()
        let known = Set(sections.compactMap(\.mid))
        for (mids, line) in bundles {
            var seen: Set<String> = []
            for mid in mids {
                if !known.contains(mid), !lacksSection, lacks("mid") {
                    findings.note(
                        .bundleUnknownMid, at: line, mid: nil,
                        "The BUNDLE group names the mid \(quoted(mid)), and no m-section has it. \(known.isEmpty ? "No section has a mid at all." : "There are \(listed(known.sorted().prefix(8).map { quoted($0) })).")",
                        fix: "Let the group list exactly the mids of the a=mid lines.")
                } else if !seen.insert(mid).inserted {
                    findings.note(
                        .bundleRepeats, at: line, mid: mid, "The BUNDLE group names the mid \(quoted(mid)) more than once.",
                        fix: "Name it once.")
                }
            }
            examineTag(mids, line)
        }
        let used = sections.filter(\.isUsed)
        if bundles.isEmpty, used.count > 1, !lacksSection, lacks("group"), kind == .offer || kind == .answer {
            findings.note(
                .bundleMissing, at: used[1].line, mid: used[1].mid,
                "There are \(used.count) m-sections and no BUNDLE group, so each asks for a transport of its own. This server has one a session and takes only the first that it can serve.",
                fix:
                    "Add a=group:BUNDLE with the mids of all sections above the first m= line; browsers do so unless bundlePolicy is changed on the way."
            )
        }
        for section in sections { examineBundleOnly(section) }
    }

    private mutating func examineMids() {
        var seen: Set<String> = []
        for section in sections {
            if let (mid, line) = section.mids.first, !seen.insert(mid).inserted {
                findings.note(
                    .midDuplicate, at: line, mid: mid, "An earlier m-section has the mid \(quoted(mid)) too; each needs its own.",
                    fix: "Number the sections: a=mid:0, a=mid:1 and so on, and name them so in the BUNDLE group.")
            }
            if section.mids.count > 1 {
                findings.note(
                    .midTwice, at: section.mids[1].line, mid: section.mid, "The section has a second a=mid line; the first counts.",
                    fix: "Remove one.")
            }
            if section.mids.isEmpty, section.isUsed, lacks("mid"), kind != .fragment {
                findings.note(
                    .midMissing, sections.count == 1 ? .info : nil, at: section.line,
                    "The section has no a=mid line, so no BUNDLE group and no trickled candidate can name it.",
                    fix: "Add a=mid with a short word of its own, a number say.")
            }
        }
    }

    private mutating func examineTag(_ mids: [String], _ line: Int?) {
        guard kind == .offer, let first = mids.first, let tag = sections.first(where: { $0.mid == first }) else { return }
        let isBundleOnly = tag.bundleOnly != nil && tag.media.port == 0
        guard tag.isOff || isBundleOnly, sections.contains(where: { $0.isUsed && $0.isBundled }) else { return }
        findings.note(
            .bundleTagRejected, at: line, mid: first,
            isBundleOnly
                ? "The group's first mid is \(quoted(first)), a bundle-only section, which has no transport that the others could use."
                : "The group's first mid is \(quoted(first)), whose section has port 0 and so no transport.",
            fix: "Name a section with a port and a transport first.")
    }

    private mutating func examineBundleOnly(_ section: Section) {
        guard let line = section.bundleOnly else { return }
        if !section.isBundled, !lacksSection {
            findings.note(
                .bundleOnlyAlone, at: line, mid: section.mid,
                "bundle-only says that the section lives on its BUNDLE group's transport, and no group names it.",
                fix: "Add its mid to the BUNDLE group, or remove bundle-only and give it port 9.")
        } else if kind == .answer {
            findings.note(
                .bundleOnlyAnswer, at: line, mid: section.mid,
                "bundle-only is for offers; an answer says in its BUNDLE group what is bundled.",
                fix: "Remove the line.")
        } else if section.media.port != 0 {
            findings.note(
                .bundleOnlyPort, at: line, mid: section.mid,
                "A bundle-only section has port 0 in an offer; this one has port \(section.media.port). Browsers take both.",
                fix: "Nothing is needed; strict readers expect port 0.")
        }
    }
}
