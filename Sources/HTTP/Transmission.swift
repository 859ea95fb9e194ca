internal import CMicrohttpd
internal import Synchronization

// From a `Response` to libmicrohttpd's.
extension Connection {
    /// Queues the response; on the connection's thread.
    func answer(_ pointer: OpaquePointer, _ response: Response) -> MHD_Result {
        stage = .answered
        guard phase.enter(.writing, until: Clock.coarseMilliseconds() + core.deadlines.write) else {
            response.body.streamed?.close()
            return .NO
        }
        if let stream = response.body.streamed {
            return answer(pointer, response, stream)
        }
        if let made = make(response) { return queue(pointer, response.status, made) }
        return answerUnsendable(pointer)
    }

    // A response with a field that can't be sent says something other than was meant: none of it is sent.
    private func answerUnsendable(_ pointer: OpaquePointer) -> MHD_Result {
        core.counters.unsafeResponses.increment()
        let substitute = core.refusal(.internalServerError, "The answer could not be sent.")
        guard let made = make(substitute) ?? make(Response(.internalServerError)) else { return .NO }
        return queue(pointer, .internalServerError, made)
    }

    private func answer(_ pointer: OpaquePointer, _ response: Response, _ stream: any StreamedBody) -> MHD_Result {
        if head?.method == .head {
            stream.close()
            var bare = response
            bare.body = .none
            guard let made = make(bare) else { return answerUnsendable(pointer) }
            return queue(pointer, response.status, made)
        }
        guard core.table.claimStream(of: address) else {
            stream.close()
            core.counters.refused.increment()
            let refusal = core.refusal(.tooManyRequests, "Too many streams from your address.")
            guard let made = make(refusal) else { return answerUnsendable(pointer) }
            return queue(pointer, refusal.status, made)
        }
        guard stream.attach() else {
            core.table.releaseStream(of: address)
            return answerUnsendable(pointer)
        }
        core.counters.streams.increment()
        self.stream = stream
        attachment.withLock { $0 = .stream(stream) }
        let reader = Unmanaged.passRetained(StreamReader(stream: stream, connection: pointer, core: core))
        guard let made = MHD_create_response_from_callback(UInt64.max, 32 * 1024, streamRead, reader.toOpaque(), streamFreed)
        else {
            reader.release()
            return .NO
        }
        guard add(response, to: made) else {
            // Frees the reader too.
            MHD_destroy_response(made)
            return answerUnsendable(pointer)
        }
        guard phase.enter(.streaming) else {
            MHD_destroy_response(made)
            return .NO
        }
        if core.isDraining.load(ordering: .relaxed) { stream.windDown(retry: .seconds(2)) }
        return queue(pointer, response.status, made)
    }

    private func queue(_ pointer: OpaquePointer, _ status: Status, _ made: OpaquePointer) -> MHD_Result {
        defer { MHD_destroy_response(made) }
        return MHD_queue_response(pointer, UInt32(status.code), made)
    }

    private func make(_ response: Response) -> OpaquePointer? {
        let made: OpaquePointer?
        switch response.body {
        case .none, .stream, .content:
            made = MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT)
        case .bytes(let bytes):
            made = bytes.withUnsafeBytes(copied)
        case .text(var text):
            made = text.withUTF8 { copied(UnsafeRawBufferPointer($0)) }
        }
        guard let made else { return nil }
        if add(response, to: made) { return made }
        MHD_destroy_response(made)
        return nil
    }

    // unsafe: libmicrohttpd copies the bytes within the call and does not write to them.
    private func copied(_ bytes: UnsafeRawBufferPointer) -> OpaquePointer? {
        MHD_create_response_from_buffer(bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
    }

    private func add(_ response: Response, to made: OpaquePointer) -> Bool {
        for (name, value) in response.headers {
            guard FieldValue.isToken(name), FieldValue.isSafe(value), MHD_add_response_header(made, name, value) == .YES
            else { return false }
        }
        if response.closesConnection || core.isDraining.load(ordering: .relaxed) {
            return MHD_add_response_header(made, "Connection", "close") == .YES
        }
        return true
    }
}
