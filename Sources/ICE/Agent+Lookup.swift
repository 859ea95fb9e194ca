extension Agent {
    /// The pair of that name, whatever became of it.
    public func pair(_ id: CandidatePair.ID) -> CandidatePair? {
        checkList.pairs.first { $0.id == id } ?? (carried?.id == id ? carried : retiredPairs.first { $0.id == id })
    }

    /// Whether the other end said that no more candidates of this generation will come.
    public var hasEndOfRemoteCandidates: Bool { hasRemoteEndOfCandidates }
}
