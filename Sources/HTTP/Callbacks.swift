internal import CMicrohttpd
internal import CShims
internal import Glibc
internal import Synchronization

// libmicrohttpd calls these on its own threads. They are nonisolated functions of a file, because a closure written in a
// main-actor context would be compiled as main-actor code and die there.

/// The connection object behind libmicrohttpd's pointer; nil before `connectionChanged` has put it there.
func connection(of pointer: OpaquePointer) -> Connection? {
    // unsafe: the context is the retained object that `connectionChanged` stored, and it is released only at the end.
    shim_http_context(pointer).map { Unmanaged<Connection>.fromOpaque($0).takeUnretainedValue() }
}

/// MHD_OPTION_NOTIFY_CONNECTION: a connection is taken over, or about to be closed.
let connectionChanged:
    @convention(c) (
        UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?, MHD_ConnectionNotificationCode
    ) -> Void = { context, pointer, slot, code in
        guard let context, let pointer, let slot else { return }
        // unsafe: the server keeps its core alive until the daemons have stopped.
        let core = Unmanaged<Core>.fromOpaque(context).takeUnretainedValue()
        if code == .CONNECTION_NOTIFY_STARTED {
            guard let connection = core.table.connection(at: shim_http_descriptor(pointer)) else { return }
            slot.pointee = Unmanaged.passRetained(connection).toOpaque()
            connection.isStarted.store(true, ordering: .releasing)
        } else if let stored = slot.pointee {
            slot.pointee = nil
            // unsafe: balances the retain above; libmicrohttpd says "closed" once.
            let connection = Unmanaged<Connection>.fromOpaque(stored).takeRetainedValue()
            if let copy = core.table.remove(connection) { core.linger(copy) }
        }
    }

/// MHD_OPTION_URI_LOG_CALLBACK: a request line is complete. What it returns is the request's context.
let requestLineArrived:
    @convention(c) (
        UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?
    ) -> UnsafeMutableRawPointer? = { _, target, pointer in
        guard let target, let pointer, let connection = connection(of: pointer) else { return nil }
        connection.begin(target: target)
        return Unmanaged.passUnretained(connection).toOpaque()
    }

/// MHD_OPTION_UNESCAPE_CALLBACK: targets are decoded by `Target`, which refuses what it can't.
let leaveEscaped:
    @convention(c) (
        UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<CChar>?
    ) -> Int = { _, _, text in
        text.map { strlen($0) } ?? 0
    }

/// The access handler: called with the header, with pieces of the body, and with the whole request.
let accessed:
    @convention(c) (
        UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
        UnsafePointer<CChar>?, UnsafeMutablePointer<Int>?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> MHD_Result = { _, pointer, _, method, _, data, size, slot in
        guard let pointer, let method, let size, let stored = slot?.pointee else { return .NO }
        // unsafe: `requestLineArrived` stored it, and libmicrohttpd keeps the connection's own reference until it closes.
        let connection = Unmanaged<Connection>.fromOpaque(stored).takeUnretainedValue()
        switch connection.stage {
        case .line:
            return connection.headArrived(pointer, method: method)
        case .body where size.pointee > 0:
            guard let data else { return .NO }
            // unsafe: libmicrohttpd gives `size` bytes that live for the call.
            let bytes = UnsafeRawBufferPointer(start: data, count: size.pointee)
            guard connection.bodyArrived(bytes) else { return .NO }
            size.pointee = 0
            return .YES
        case .body, .whole:
            return connection.requestArrived(pointer)
        case .waiting:
            return connection.resumed(pointer)
        case .answered:
            size.pointee = 0
            return .YES
        }
    }

/// MHD_OPTION_NOTIFY_COMPLETED: a request is over, however it ended.
let requestCompleted:
    @convention(c) (
        UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?, MHD_RequestTerminationCode
    ) -> Void = { _, _, slot, _ in
        guard let slot, let stored = slot.pointee else { return }
        slot.pointee = nil
        // unsafe: as in `accessed`.
        Unmanaged<Connection>.fromOpaque(stored).takeUnretainedValue().finish()
    }

/// The reader of a stream's response, with its connection.
final class StreamReader {
    let stream: any StreamedBody
    let connection: OpaquePointer
    let core: Core

    init(stream: any StreamedBody, connection: OpaquePointer, core: Core) {
        self.stream = stream
        self.connection = connection
        self.core = core
    }
}

/// MHD_ContentReaderCallback of a stream.
let streamRead:
    @convention(c) (
        UnsafeMutableRawPointer?, UInt64, UnsafeMutablePointer<CChar>?, Int
    ) -> Int = { context, _, buffer, size in
        guard let context, let buffer else { return -2 }
        // unsafe: the response holds the reader until `streamFreed`; the buffer has `size` bytes.
        let reader = Unmanaged<StreamReader>.fromOpaque(context).takeUnretainedValue()
        let count = reader.stream.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size), for: reader.connection)
        // Suspended after the server had woken all streams to stop: nobody else would.
        if count == 0, reader.core.isStopping.load(ordering: .sequentiallyConsistent) { reader.stream.abort() }
        return count
    }

/// MHD_ContentReaderFreeCallback of a stream.
let streamFreed: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
    guard let context else { return }
    // unsafe: balances the retain where the response was made.
    Unmanaged<StreamReader>.fromOpaque(context).release()
}
