import CShims
import Glibc
import Testing
import Wire

@testable import Transport

@Suite struct InterfaceTests {
    private static func interface(_ name: String, _ ips: [String], isUp: Bool = true, isLoopback: Bool = false) -> NetworkInterface {
        NetworkInterface(
            name: name, index: 1, isUp: isUp, isLoopback: isLoopback,
            addresses: ips.compactMap { IPAddress($0) }.map { NetworkInterface.Address(ip: $0, prefixLength: 24) })
    }

    private static let machine = [
        interface("lo", ["127.0.0.1", "::1"], isLoopback: true),
        interface("eth0", ["10.0.0.5", "2001:db8::5", "fe80::5", "fec0::5", "::10.0.0.5", "::ffff:10.0.0.5"]),
        interface("eth1", ["192.0.2.9"], isUp: false),
        interface("docker0", ["172.17.0.1"]),
        interface("eth2", ["10.0.0.5", "224.0.0.1", "0.0.0.0"]),
    ]

    private func addresses(_ change: (inout InterfaceFilter) -> Void) -> [String] {
        var filter = InterfaceFilter()
        change(&filter)
        return filter.addresses(of: Self.machine).map(\.description)
    }

    @Test func `by default: what is up, no loopback, no link-local, no outdated form, each address once`() {
        #expect(addresses { _ in } == ["10.0.0.5", "2001:db8::5", "172.17.0.1"])
    }

    @Test func `filters by name, by ending, by family`() {
        #expect(addresses { $0.excludedNames = ["docker*"] } == ["10.0.0.5", "2001:db8::5"])
        #expect(addresses { $0.names = ["docker0"] } == ["172.17.0.1"])
        #expect(
            addresses {
                $0.names = ["eth*"]; $0.families = [.v6]
            } == ["2001:db8::5"])
        #expect(
            addresses {
                $0.names = ["*"]; $0.excludedNames = ["*"]
            } == [])
    }

    @Test func `loopback and link-local only when they are asked for`() {
        #expect(addresses { $0.includesLoopback = true }.contains("127.0.0.1"))
        #expect(addresses { $0.includesLinkLocal = true }.contains("fe80::5"))
    }

    @Test func `this machine has a loopback interface`() throws {
        let loopback = try #require(try NetworkInterface.all().first { $0.isLoopback })
        #expect(loopback.addresses.contains { $0.ip == .loopback4 && $0.prefixLength == 8 })
        #expect(loopback.index > 0 && !loopback.name.isEmpty)
    }

    @Test func `an interface that comes up is told to the handler`() async {
        // In a process and a network of its own, where the right to make one is given; elsewhere there is nothing to try.
        await #expect(processExitsWith: .success) {
            typealias Unshare = @convention(c) (Int32) -> Int32
            guard let symbol = dlsym(nil, "unshare") else { exit(0) }
            let newNetwork: Int32 = 0x4000_0000
            guard unsafeBitCast(symbol, to: Unshare.self)(newNetwork) == 0 else { exit(0) }
            let (started, told) = (Signal(), Signal())
            let loop = try startLoop([TransportAddress(.any4, 0)], configure: { $0.watchesInterfaces = true }) { script in
                script.onInterfaces = { told.give() }
                started.give()
            }
            guard started.wait(), bringLoopbackUp() else { exit(1) }
            exit(told.wait() && loop.localAddresses.count == 1 ? 0 : 2)
        }
    }
}

/// `ip link set lo up`, without the program.
private func bringLoopbackUp() -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(descriptor) }
    // struct ifreq: a name of 16 bytes, then the flags.
    var request = [UInt8](repeating: 0, count: 40)
    request.replaceSubrange(0..<2, with: Array("lo".utf8))
    let flags = UInt16(IFF_UP)
    request[16] = UInt8(truncatingIfNeeded: flags)
    request[17] = UInt8(truncatingIfNeeded: flags >> 8)
    typealias Control = @convention(c) (Int32, UInt, UnsafeMutableRawPointer) -> Int32
    guard let symbol = dlsym(nil, "ioctl") else { return false }
    let setInterfaceFlags: UInt = 0x8914
    return request.withUnsafeMutableBytes { bytes in
        bytes.baseAddress.map { unsafeBitCast(symbol, to: Control.self)(descriptor, setInterfaceFlags, $0) } == 0
    }
}
