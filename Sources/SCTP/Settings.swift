internal import CUsrsctp
internal import Glibc

extension Stack {
    /// Sizes of usrsctp's tables, which it wants to know before it begins.
    static func applySizes() {
        // The table of an endpoint's associations: ours have one. The default of 256 entries is 2 KiB a session.
        _ = usrsctp_tunable_set_sctp_pcbtblsize(1)
    }

    /// usrsctp's settings for the whole process, set once before the first socket.
    static func applySettings() {
        // The packets travel inside DTLS, whose authentication is stronger than any checksum, and usrsctp's own CRC32c costs
        // nearly half of its time (7.7 against 4.1 ns a byte). So it neither makes nor checks one, and `SCTPPacket` writes
        // the checksum that peers expect with the processor's instruction.
        usrsctp_enable_crc32c_offload()

        // Buffers of 1 MiB: throughput is about half a buffer per round trip. They are limits, not allocations.
        _ = usrsctp_sysctl_set_sctp_sendspace(UInt32(Association.socketBufferBytes))
        _ = usrsctp_sysctl_set_sctp_recvspace(UInt32(Association.socketBufferBytes))
        // The default of 512 chunks held for reassembly is half of that buffer.
        _ = usrsctp_sysctl_set_sctp_max_chunks_on_queue(4096)

        // One path, no address handling: a peer's address lists are nothing to us (SECURITY B1, B2).
        _ = usrsctp_sysctl_set_sctp_asconf_enable(0)
        _ = usrsctp_sysctl_set_sctp_auto_asconf(0)
        _ = usrsctp_sysctl_set_sctp_auth_enable(0)
        // DTLS hides the IP header: no congestion mark can reach us.
        _ = usrsctp_sysctl_set_sctp_ecn_enable(0)
        _ = usrsctp_sysctl_set_sctp_pktdrop_enable(0)
        _ = usrsctp_sysctl_set_sctp_nrsack_enable(0)
        // RFC 8831 §6.2: partial reliability and stream reset MUST be supported.
        _ = usrsctp_sysctl_set_sctp_pr_enable(1)
        _ = usrsctp_sysctl_set_sctp_reconfig_enable(1)
        // An out-of-the-blue packet is answered as the RFC says: the peer learns at once that its association is gone.
        _ = usrsctp_sysctl_set_sctp_blackhole(0)

        // ABORTs say in words why: usrsctp's own diagnostics travel as the text of a cause, and not of "User-Initiated Abort",
        // which is how an orderly close looks.
        _ = usrsctp_sysctl_set_sctp_diag_info_code(13)

        // RFC 9260 §6.2 wants a SACK for every second packet and within 200 ms. Four measured best for bulk (eight stalls the
        // sender's slow start); a lone message is acknowledged after 20 ms, well below any peer's minimal timeout.
        _ = usrsctp_sysctl_set_sctp_sack_freq_default(4)
        _ = usrsctp_sysctl_set_sctp_delayed_sack_time_default(20)
        // The path is one that ICE just measured: INITs are repeated after half a second, not three, and given up by the
        // tenth, some 20 s later.
        _ = usrsctp_sysctl_set_sctp_rto_initial_default(500)
        _ = usrsctp_sysctl_set_sctp_init_rto_max_default(3000)
        _ = usrsctp_sysctl_set_sctp_init_rtx_max_default(10)
        // A minimum of 400 ms instead of one second, as Chromium has it: a peer delays its SACK by at most 200 ms. It is not
        // lower because usrsctp does not restart the timer when a SACK moves on (RFC 9260 §6.3.2 R3): in steady traffic it
        // fires once in every timeout, and where a chunk is then just older than the estimate the window falls for nothing.
        _ = usrsctp_sysctl_set_sctp_rto_min_default(400)
        _ = usrsctp_sysctl_set_sctp_rto_max_default(10_000)
        _ = usrsctp_sysctl_set_sctp_assoc_rtx_max_default(10)
        _ = usrsctp_sysctl_set_sctp_path_rtx_max_default(10)
        // A peer that does not read closes its window, and usrsctp probes it with one chunk. After 30 probes it would give up.
        // Whether the peer lives is told by the counters above.
        _ = usrsctp_sysctl_set_sctp_max_retran_chunk(0)
        // ICE consent (RFC 7675) notices a dead peer, but heartbeats are needed for a living one that does not read: usrsctp
        // at the other end drops our probes without a word, and only the answer to a heartbeat (one in 30 s, where ten
        // timeouts take over 60) says that it is there.
        _ = usrsctp_sysctl_set_sctp_heartbeat_interval_default(30_000)
        // Ten packets to begin with, as RFC 6928 allows TCP and browsers do. Later at most 32 in one go; the default cuts the
        // congestion window itself down to what is in flight, which over 100 ms with jitter cost half the throughput.
        _ = usrsctp_sysctl_set_sctp_initial_cwnd(10)
        _ = usrsctp_sysctl_set_sctp_max_burst_default(32)
        _ = usrsctp_sysctl_set_sctp_use_cwnd_based_maxburst(0)
        _ = usrsctp_sysctl_set_sctp_nr_outgoing_streams_default(UInt32(Association.defaultStreams))
        _ = usrsctp_sysctl_set_sctp_nr_incoming_streams_default(UInt32(Association.defaultStreams))
    }
}

extension Association {
    /// Sets what belongs to one socket; the errno of the first option that was refused, or nil.
    static func applyOptions(to socket: OpaquePointer, streams: UInt16, packetBytes: Int) -> (errno: Int32, option: String)? {
        guard usrsctp_set_non_blocking(socket, 1) == 0 else { return (errno, "set_non_blocking") }
        // close() aborts at once: an orderly end is asked for by shutdown() before.
        var linger = linger(l_onoff: 1, l_linger: 0)
        if let failure = set(socket, SOL_SOCKET, SO_LINGER, &linger, "SO_LINGER") { return failure }

        // RFC 8831 §6.6: the sender SHOULD disable the Nagle algorithm, for the sake of latency.
        var on: Int32 = 1
        if let failure = set(socket, level, SCTP_NODELAY, &on, "SCTP_NODELAY") { return failure }
        if let failure = set(socket, level, SCTP_RECVRCVINFO, &on, "SCTP_RECVRCVINFO") { return failure }

        // RFC 8831 §6.2: the stream reconfiguration extension MUST be supported, for resets. Nobody renumbers or widens an
        // association of ours.
        var reset = sctp_assoc_value(assoc_id: sctp_assoc_t(SCTP_ALL_ASSOC), assoc_value: UInt32(SCTP_ENABLE_RESET_STREAM_REQ))
        if let failure = set(socket, level, SCTP_ENABLE_STREAM_RESET, &reset, "SCTP_ENABLE_STREAM_RESET") { return failure }

        // RFC 8831 §5, not done: message interleaving (I-DATA, RFC 8260), which SHOULD be supported. usrsctp 0.9.5 has it, but
        // where messages of a partially reliable channel are given up over a link that loses, the whole association stalls:
        // reliable channels wait for ever. Without it a large message delays the others by its own length, and nothing stalls.
        var initiation = sctp_initmsg()
        initiation.sinit_num_ostreams = streams
        initiation.sinit_max_instreams = streams
        if let failure = set(socket, level, SCTP_INITMSG, &initiation, "SCTP_INITMSG") { return failure }

        // RFC 8831 §5, not done: path MTU discovery without ICMP. One size that fits every path (the initial maximum of 1,200
        // bytes) costs a few per cent of headers, and a search would cost round trips and lost probes.
        var path = sctp_paddrparams()
        path.spp_flags = UInt32(SPP_PMTUD_DISABLE)
        path.spp_pathmtu = UInt32(packetBytes)
        if let failure = set(socket, level, SCTP_PEER_ADDR_PARAMS, &path, "SCTP_PEER_ADDR_PARAMS") { return failure }

        for type in [SCTP_ASSOC_CHANGE, SCTP_STREAM_RESET_EVENT, SCTP_SHUTDOWN_EVENT, SCTP_PARTIAL_DELIVERY_EVENT] {
            var event = sctp_event(se_assoc_id: sctp_assoc_t(SCTP_ALL_ASSOC), se_type: UInt16(type), se_on: 1)
            if let failure = set(socket, level, SCTP_EVENT, &event, "SCTP_EVENT") { return failure }
        }
        return nil
    }

    private static var level: Int32 { Int32(IPPROTO_SCTP) }

    private static func set<Value: BitwiseCopyable>(
        _ socket: OpaquePointer, _ level: Int32, _ option: Int32, _ value: inout Value, _ name: String
    ) -> (errno: Int32, option: String)? {
        usrsctp_setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<Value>.size)) == 0 ? nil : (errno, name)
    }
}
