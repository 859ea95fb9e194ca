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
#endif
