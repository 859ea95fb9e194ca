internal import Glibc

private let chosen = getenv("PEERSCOPE_FUZZ").flatMap { FuzzTarget(rawValue: String(cString: $0)) }

/// libFuzzer's entry; `PEERSCOPE_FUZZ` names the target.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let chosen else { preconditionFailure("PEERSCOPE_FUZZ names no target") }
    // unsafe: libFuzzer's buffer is valid for the call.
    chosen.run(UnsafeBufferPointer(start: start, count: count).span)
    return 0
}
