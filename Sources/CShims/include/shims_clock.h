// The clock that the C libraries see.
//
// libssl (DTLS retransmission) and libusrsctp (round-trip times) read gettimeofday(). CShims defines that symbol itself,
// and the executable's definition takes precedence over libc's:
//  - while a thread has set an instant (shim_clock_set), that thread's C code sees exactly that instant: protocol rooms
//    set the `now` they were given before they enter a C library, so virtual time reaches it and a stepped wall clock
//    does not;
//  - otherwise it is the wall clock at process start plus the monotonic time since, so it never jumps.
#ifndef PEERSCOPE_SHIMS_CLOCK_H
#define PEERSCOPE_SHIMS_CLOCK_H
#include <stdint.h>
/// Makes gettimeofday() on this thread answer `nanoseconds` (plus a fixed epoch) until shim_clock_clear().
void shim_clock_set(int64_t nanoseconds);
void shim_clock_clear(void);
/// CLOCK_MONOTONIC in nanoseconds.
int64_t shim_monotonic_nanoseconds(void);
/// CLOCK_REALTIME in microseconds since 1970.
int64_t shim_wall_microseconds(void);
#endif
