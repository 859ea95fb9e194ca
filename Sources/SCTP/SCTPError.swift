/// Why a call of ours was refused. Nothing was sent and nothing changed.
public enum SCTPError: Error, Hashable, Sendable {
    /// The association has ended, or has not begun.
    case notConnected
    /// No channel of this id is there.
    case unknownChannel(ChannelID)
    /// The channel is not open: `Channel.State` says what it is.
    case channelNotOpen(ChannelID)
    /// The message is larger than the peer takes, or than we send.
    case messageTooLarge(limit: Int)
    /// `Limits.sendBufferBytes` would be passed; try again after `Event.bufferedAmountLow`.
    case sendBufferFull(buffered: Int)
    /// The id belongs to a channel that is not closed yet.
    case idInUse(ChannelID)
    /// The id is not below the number of streams of this association.
    case idBeyondStreams(ChannelID, streams: Int)
    /// Every id of our parity is in use.
    case noFreeID
    /// `Limits.dataChannels` are open.
    case tooManyChannels
    /// The label or the protocol is longer than `Limits.labelBytes`.
    case labelTooLong
    /// usrsctp refused: its errno and what we were doing.
    case refused(errno: Int32, during: String)
}
