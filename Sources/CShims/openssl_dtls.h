// What the two halves of the DTLS shim share: openssl_dtls_context.c answers the library's questions, openssl_dtls.c makes the calls.
#ifndef PEERSCOPE_OPENSSL_DTLS_H
#define PEERSCOPE_OPENSSL_DTLS_H
#include "shims_openssl.h"
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct shim_dtls {
    SSL *ssl;
    // Lent for the length of one call of Swift's.
    void *owner;
    const uint8_t *input;
    size_t input_count;
    shim_dtls_judge judge;
    uint32_t first_timeout;
    size_t datagram_limit;
    int requires_srtp;
    int lacks_srtp;
    int has_released_buffers;
};

// What one call wrote and reported. A flight with a large certificate is 4 KiB; what has no room is dropped as a network would.
enum { output_room = 32768, output_datagrams = 48, notes_room = 48, hello_room = 4096 };
struct shim_scratch {
    uint64_t dropped;
    size_t ends[output_datagrams];
    int datagrams;
    int notes;
    size_t hello_count;
    struct shim_dtls_note note[notes_room];
    uint8_t hello[hello_room];
    uint8_t output[output_room];
};
extern _Thread_local struct shim_scratch shim_scratch;

/// The BIO's method; null without memory. Made with the first context.
extern BIO_METHOD *shim_bio_method;
/// The retransmission timer of `dtls`; see openssl_dtls_context.c.
unsigned int shim_on_timer(SSL *ssl, unsigned int microseconds);
// The library takes a timer for expired up to 15 ms early, and asks at every read: at 50 ms a peer that answers after 36 ms
// would be sent everything twice. So its timers run that much longer than ours, less the microsecond that expires them.
enum { timeout_ceiling = 4000000, timer_slack = 15000 - 1 };
#endif
