// CRC32c (RFC 9260 appendix A): the checksum of SCTP packets.
#ifndef PEERSCOPE_SHIMS_SCTP_H
#define PEERSCOPE_SHIMS_SCTP_H
#include <stddef.h>
#include <stdint.h>
/// The CRC32c of `count` bytes, as a number; on the wire it stands with the least significant byte first.
/// Uses the processor's instruction where there is one (SSE4.2, arm64 CRC), a table elsewhere: same result.
uint32_t shim_crc32c(const uint8_t *bytes, size_t count);
/// The same by table, whatever the processor: the portable twin, callable so that a test can hold both together.
uint32_t shim_crc32c_portable(const uint8_t *bytes, size_t count);
#endif
