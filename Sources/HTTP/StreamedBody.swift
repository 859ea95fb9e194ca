/// A body that is read while it grows, as the server sees it.
protocol StreamedBody: AnyObject, Sendable {
    /// Binds the stream to its one response; false where it has had one.
    func attach() -> Bool
    /// Copies what waits into `buffer`, on the connection's thread, which is suspended where there is nothing. -1 at the end, -2
    /// where the response is cut off: the words of MHD_ContentReaderCallback.
    func read(into buffer: UnsafeMutableRawBufferPointer, for connection: OpaquePointer) -> Int
    /// Sends the heartbeat where nothing else waits.
    func beat()
    /// The server stops soon.
    func windDown(retry: Duration)
    /// Whether the client has taken nothing for that long although something waits.
    func isStalled(for milliseconds: Int64, at now: Int64) -> Bool
    /// Cuts the response off: the next read fails.
    func abort()
    /// The response is over: frees the queue and tells the owner.
    func close()
}
