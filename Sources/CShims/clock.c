#include "shims_clock.h"
#include <sys/time.h>
#include <time.h>

static _Thread_local int64_t pinned = -1;
// A fixed epoch for pinned time, so that instants near zero are still plausible dates for the libraries.
static const int64_t pinned_epoch_seconds = 1700000000;

int64_t shim_monotonic_nanoseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t shim_wall_microseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t start_offset_microseconds;
__attribute__((constructor)) static void remember_start(void) {
    start_offset_microseconds = shim_wall_microseconds() - shim_monotonic_nanoseconds() / 1000;
}

void shim_clock_set(int64_t nanoseconds) { pinned = nanoseconds < 0 ? 0 : nanoseconds; }
void shim_clock_clear(void) { pinned = -1; }

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    if (pinned >= 0) {
        now->tv_sec = pinned_epoch_seconds + pinned / 1000000000;
        now->tv_usec = (pinned % 1000000000) / 1000;
    } else {
        int64_t t = start_offset_microseconds + shim_monotonic_nanoseconds() / 1000;
        now->tv_sec = t / 1000000;
        now->tv_usec = t % 1000000;
    }
    return 0;
}
