internal import CMicrohttpd
internal import CShims
internal import Glibc
internal import Synchronization

// A request's way: header, body, handler, answer. All on the connection's own thread.
extension Connection {
    /// The header is complete: judged here, because what is wrong in it decides where the body ends.
    func headArrived(_ pointer: OpaquePointer, method: UnsafePointer<CChar>) -> MHD_Result {
        core.counters.requests.increment()
        guard phase.current.phase == .header else { return .NO }
        let limits = core.configuration.limits
        var facts = shim_http_head()
        let packed = [UInt8](unsafeUninitializedCapacity: limits.headerBytes) { buffer, count in
            // unsafe: the collector writes at most `capacity` bytes and says how many.
            facts.bytes = buffer.baseAddress
            facts.capacity = buffer.count
            shim_http_collect(pointer, &facts)
            count = facts.used
        }
        facts.bytes = nil
        if targetBytes.count > limits.targetBytes {
            return refuse(pointer, .uriTooLong, "The target is longer than \(limits.targetBytes) bytes.", core.counters.tooLarge)
        }
        if facts.faults != 0 || facts.fields > limits.headerFields || facts.codings != 0 && facts.lengths != 0 {
            return refuse(pointer, facts)
        }
        // RFC 9112 §3.2: "A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1 request message that
        // lacks a Host header field and to any request message that contains more than one Host header field line".
        // HTTP/1.0 clients are asked for it too: there is none left that lacks it.
        guard facts.hosts == 1 else {
            return refuse(pointer, .badRequest, "A request has exactly one Host field.", core.counters.malformed)
        }
        let target = targetBytes.withUnsafeBufferPointer { Target(bytes: $0) }
        guard let target else {
            return refuse(pointer, .badRequest, "The target is malformed.", core.counters.malformed)
        }
        let head = RequestHead(
            method: Method(String(cString: method)), target: target,
            headers: RequestHeaders(packed: packed, count: Int(facts.fields)),
            remoteAddress: address.text, remotePort: address.port, receivedAt: receivedAt,
            contentLength: facts.codings != 0 ? nil : facts.content_length, isSecure: isSecure)
        self.head = head
        if !head.hasBody {
            stage = .whole
            return .YES
        }
        return expectBody(pointer, head)
    }

    private func expectBody(_ pointer: OpaquePointer, _ head: RequestHead) -> MHD_Result {
        var limit = core.configuration.limits.bodyBytes
        switch core.early(head) {
        case .refuse(let response):
            return refuse(pointer, with: response)
        case .proceed(let own):
            if let own { limit = own }
        }
        if let length = head.contentLength, length > UInt64(max(0, limit)) {
            return refuse(pointer, .contentTooLarge, "The body is longer than \(limit) bytes.", core.counters.tooLarge)
        }
        bodyLimit = limit
        body = []
        body.reserveCapacity(head.contentLength.map { Int(clamping: $0) } ?? 0)
        stage = .body
        return phase.enter(.body, until: Clock.coarseMilliseconds() + core.deadlines.body) ? .YES : .NO
    }

    /// A piece of the body; false ends the connection.
    func bodyArrived(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= bodyLimit - body.count else {
            // libmicrohttpd lets no response be queued in the middle of a body.
            core.counters.tooLarge.increment()
            if phase.enter(.writing) {
                RawResponse.refuse(self, .contentTooLarge, "The body is longer than \(bodyLimit) bytes.")
                wantsLinger.store(true, ordering: .releasing)
            }
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    /// The request is whole: the handler's turn.
    func requestArrived(_ pointer: OpaquePointer) -> MHD_Result {
        guard let head, phase.enter(.handling) else { return .NO }
        let request = Request(head: head, body: body)
        body = []
        switch callHandler(request) {
        case .respond(let response):
            // A responder that was taken all the same: its owner learns that it is too late.
            if let promise {
                promise.abandon()
                self.promise = nil
                attachment.withLock { $0 = .none }
            }
            return answer(pointer, response)
        case .later:
            guard let promise else {
                core.counters.droppedResponders.increment()
                return answer(pointer, core.refusal(.internalServerError, "The request was not answered."))
            }
            stage = .waiting
            return proceed(pointer, promise)
        }
    }

    /// libmicrohttpd calls again after the connection was resumed.
    func resumed(_ pointer: OpaquePointer) -> MHD_Result {
        guard let promise else { return .NO }
        return proceed(pointer, promise)
    }

    private func proceed(_ pointer: OpaquePointer, _ promise: Promise) -> MHD_Result {
        switch promise.takeOrSuspend(pointer) {
        case .answer(let response):
            self.promise = nil
            attachment.withLock { $0 = .none }
            return answer(pointer, response)
        case .suspended:
            // Suspended after the server had woken all of them to stop: nobody else would.
            if core.isStopping.load(ordering: .sequentiallyConsistent) { promise.abandon() }
            return .YES
        case .over:
            return .NO
        }
    }

    // RFC 9112 §2.2, not done: libmicrohttpd takes a bare LF for a line end, as "a recipient MAY", and does not tell.
    private func refuse(_ pointer: OpaquePointer, _ facts: shim_http_head) -> MHD_Result {
        func has(_ fault: some BinaryInteger) -> Bool { facts.faults & UInt32(truncatingIfNeeded: fault) != 0 }
        if has(SHIM_HTTP_FAULT_SPACE) || facts.fields > core.configuration.limits.headerFields {
            return refuse(pointer, .requestHeaderFieldsTooLarge, "The header has too many fields or bytes.", core.counters.tooLarge)
        }
        let reason: String
        if has(SHIM_HTTP_FAULT_NAME) {
            // RFC 9112 §5.1: "A server MUST reject, with a response status code of 400 (Bad Request), any received request
            // message that contains whitespace between a header field name and colon."
            reason = "A header field's name is no token."
        } else if has(SHIM_HTTP_FAULT_VALUE) {
            reason = "A header field's value has a control character."
        } else if has(SHIM_HTTP_FAULT_LENGTH) {
            reason = "Content-Length is not one number."
        } else if facts.codings != 0, facts.lengths != 0 {
            // RFC 9112 §6.1: "A server MAY reject a request that contains both Content-Length and Transfer-Encoding".
            reason = "Content-Length and Transfer-Encoding exclude each other."
        } else if has(SHIM_HTTP_FAULT_CODING) {
            // RFC 9112 §6.3: a request whose final coding is not chunked gets 400, for its length can't be known.
            reason = "Transfer-Encoding is not chunked."
        } else if has(SHIM_HTTP_FAULT_UNKNOWN_CODING) {
            // RFC 9112 §6.1: "A server that receives a request message with a transfer coding it does not understand SHOULD
            // respond with 501 (Not Implemented)."
            return refuse(pointer, .notImplemented, "Of the transfer codings only chunked is known.", core.counters.malformed)
        } else {
            // RFC 9110 §10.1.1: an expectation that can't be met gets 417.
            return refuse(pointer, .expectationFailed, "The only expectation is 100-continue.", core.counters.malformed)
        }
        return refuse(pointer, .badRequest, reason, core.counters.malformed)
    }

    private func refuse(
        _ pointer: OpaquePointer, _ status: Status, _ detail: String, _ counter: borrowing Atomic<Int>
    ) -> MHD_Result {
        counter.increment()
        return refuse(pointer, with: core.refusal(status, detail))
    }

    /// Answers before the body: libmicrohttpd reads no more from the connection then.
    private func refuse(_ pointer: OpaquePointer, with response: Response) -> MHD_Result {
        var response = response
        response.closesConnection = true
        wantsLinger.store(true, ordering: .releasing)
        return answer(pointer, response)
    }
}
