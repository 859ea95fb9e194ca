/// Why a read or an erasure could not be done. Writing never throws: what cannot be written is retried, or dropped and counted.
public enum HistoryError: Error, Equatable, Sendable {
    /// SQLite refused; `code` is its extended result code, `message` its words.
    case database(code: Int32, message: String)
    /// The read took longer than its budget and was stopped.
    case tooSlow
    /// A page cursor that this store did not make.
    case badCursor
    /// There is no open database file now, and what was asked for is not among the changes waiting to be written.
    case unavailable(String)
}
