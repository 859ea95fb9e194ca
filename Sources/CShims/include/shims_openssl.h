// What of OpenSSL Swift cannot call: deprecated low-level digests, function-like macros, callbacks.
//
// Plain types only, so that a room that needs another part of CShims does not parse OpenSSL's headers.
#ifndef PEERSCOPE_SHIMS_OPENSSL_H
#define PEERSCOPE_SHIMS_OPENSSL_H
#include <stddef.h>
#include <stdint.h>

/// The two chaining values of an HMAC-SHA1 key after its padded block (RFC 2104 §4): computing them once a key halves
/// the cost of a short message, and a plain value needs no lock and no allocation.
struct shim_hmac_sha1 {
    uint32_t inner[5];
    uint32_t outer[5];
};
void shim_hmac_sha1_key(struct shim_hmac_sha1 *_Nonnull state, const void *_Nullable key, size_t count);
/// The tag of the three parts one after the other. A part of no bytes may be null.
void shim_hmac_sha1(const struct shim_hmac_sha1 *_Nonnull state, const void *_Nullable a, size_t a_count, const void *_Nullable b,
                    size_t b_count, const void *_Nullable c, size_t c_count, uint8_t *_Nonnull tag);

struct shim_hmac_sha256 {
    uint32_t inner[8];
    uint32_t outer[8];
};
void shim_hmac_sha256_key(struct shim_hmac_sha256 *_Nonnull state, const void *_Nullable key, size_t count);
void shim_hmac_sha256(const struct shim_hmac_sha256 *_Nonnull state, const void *_Nullable a, size_t a_count, const void *_Nullable b,
                      size_t b_count, const void *_Nullable c, size_t c_count, uint8_t *_Nonnull tag);

// DTLS: an SSL object between two buffers of the caller's.
//
// Nothing here keeps a pointer of Swift's beyond one call: the input datagram and the owner are lent by shim_dtls_lend()
// and taken back by shim_dtls_take_back(), and what the library writes and reports lies in memory of the calling thread
// until the next call that writes, so a connection at rest costs nothing but the SSL object itself.

struct ssl_st;
struct ssl_ctx_st;
struct x509_st;
struct evp_pkey_st;
struct shim_dtls;

enum shim_key_kind { shim_key_other = 0, shim_key_rsa = 1, shim_key_p256 = 2, shim_key_p384 = 3, shim_key_ed25519 = 4 };

/// What a verdict on a certificate can be; the peer gets the alert in the comment.
enum shim_verdict {
    shim_verdict_good = 0,
    shim_verdict_bad_certificate = 1,         // bad_certificate
    shim_verdict_unsupported_certificate = 2, // bad_certificate: OpenSSL maps a small or strange key so
    shim_verdict_handshake_failure = 3        // handshake_failure
};

/// Asked once a handshake, when the peer's certificate was read and before its signature is checked.
typedef enum shim_verdict (*shim_dtls_judge)(void *_Nullable owner, const uint8_t *_Nonnull der, size_t count, enum shim_key_kind kind,
                                             int bits);

/// The settings all connections of one certificate share; null where the library refuses one of them.
struct ssl_ctx_st *_Nullable shim_dtls_context_new(struct x509_st *_Nonnull certificate, struct evp_pkey_st *_Nonnull key,
                                                   size_t certificate_limit, size_t payload_limit);
void shim_dtls_context_free(struct ssl_ctx_st *_Nonnull context);

struct shim_dtls *_Nullable shim_dtls_new(struct ssl_ctx_st *_Nonnull context, int is_server, int requires_srtp, int datagram_limit,
                                          uint32_t first_timeout_microseconds, shim_dtls_judge _Nonnull judge);
void shim_dtls_free(struct shim_dtls *_Nonnull dtls);

/// Lends `count` bytes as the one datagram that can be read, and the owner that the judge is given.
void shim_dtls_lend(struct shim_dtls *_Nonnull dtls, void *_Nonnull owner, const uint8_t *_Nullable datagram, size_t count);
void shim_dtls_take_back(struct shim_dtls *_Nonnull dtls);

enum shim_dtls_result {
    shim_dtls_done = 1,
    shim_dtls_wants_more = 0,
    shim_dtls_failed = -1,
    shim_dtls_closed_by_peer = -2
};

// Each of these starts with an empty error queue, empty output and no notes, and runs at `now`, nanoseconds of our clock.
enum shim_dtls_result shim_dtls_handshake(struct shim_dtls *_Nonnull dtls, int64_t now);
/// `*count` goes in as the room in `buffer` and comes back as the bytes of one record.
enum shim_dtls_result shim_dtls_read(struct shim_dtls *_Nonnull dtls, int64_t now, uint8_t *_Nonnull buffer, size_t *_Nonnull count);
enum shim_dtls_result shim_dtls_write(struct shim_dtls *_Nonnull dtls, int64_t now, const uint8_t *_Nonnull bytes, size_t count);
enum shim_dtls_result shim_dtls_close(struct shim_dtls *_Nonnull dtls, int64_t now);
/// Done where the timer had run out and a flight was sent again.
enum shim_dtls_result shim_dtls_handle_timeout(struct shim_dtls *_Nonnull dtls, int64_t now);
/// Microseconds until shim_dtls_handle_timeout() is wanted; negative where no timer runs.
int64_t shim_dtls_timeout(struct shim_dtls *_Nonnull dtls, int64_t now);
/// Gives the record buffers back; the next record takes new ones.
void shim_dtls_release_buffers(struct shim_dtls *_Nonnull dtls);

/// The n-th datagram that the last call wrote; null beyond the last.
const uint8_t *_Nullable shim_dtls_output(int n, size_t *_Nonnull count);
/// Datagrams that found no room in this thread's output since it started.
uint64_t shim_dtls_output_dropped(void);

/// A handshake message, alert or change of cipher spec that the last call sent or took in.
struct shim_dtls_note {
    uint8_t sent;         // 1 sent, 0 received
    uint8_t content_type; // 20 change cipher spec, 21 alert, 22 handshake
    uint8_t first;        // the message type, or the alert's level
    uint8_t second;       // the alert's description
    uint32_t count;       // bytes of the message with its header
};
int shim_dtls_note_count(void);
struct shim_dtls_note shim_dtls_note(int n);
/// The ClientHello that the last call took in, with its 12 bytes of header; null where there was none.
const uint8_t *_Nullable shim_dtls_client_hello(size_t *_Nonnull count);

/// The reason code (SSL_R_…) of the last call's first error, 0 for none; its text goes to `text`.
int shim_dtls_error(char *_Nonnull text, size_t room);
/// 1 where the handshake was given up because no SRTP profile is common.
int shim_dtls_lacks_srtp(const struct shim_dtls *_Nonnull dtls);

/// The id of the negotiated SRTP profile, 0 for none.
uint16_t shim_dtls_srtp_profile(const struct shim_dtls *_Nonnull dtls);
/// The id of the negotiated cipher suite, 0 for none; its standard name goes to `name`.
uint16_t shim_dtls_cipher(const struct shim_dtls *_Nonnull dtls, char *_Nonnull name, size_t room);
uint16_t shim_dtls_version(const struct shim_dtls *_Nonnull dtls);
/// The name of the curve of the key agreement, "" for one that is not ours.
void shim_dtls_group(const struct shim_dtls *_Nonnull dtls, char *_Nonnull name, size_t room);
int shim_dtls_has_extended_master_secret(const struct shim_dtls *_Nonnull dtls);
/// RFC 5705 without context; 1 when `secret` was filled.
int shim_dtls_export(struct shim_dtls *_Nonnull dtls, const char *_Nonnull label, uint8_t *_Nonnull secret, size_t count);

/// A buffer for one record's plain text (16 KiB and more), to be given back. Null without memory.
uint8_t *_Nullable shim_dtls_borrow_buffer(void);
void shim_dtls_return_buffer(uint8_t *_Nonnull buffer);
enum { shim_dtls_buffer_size = 16384 + 64 };
#endif
