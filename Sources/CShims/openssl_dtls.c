// DTLS over OpenSSL: one SSL object, a BIO that keeps datagram boundaries, and the callbacks, none of which can outlive a call.
#include "shims_clock.h"
#include "shims_openssl.h"
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

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
static _Thread_local struct {
    uint64_t dropped;
    size_t ends[output_datagrams];
    int datagrams;
    int notes;
    size_t hello_count;
    struct shim_dtls_note note[notes_room];
    uint8_t hello[hello_room];
    uint8_t output[output_room];
} scratch;

static void begin(int64_t now) {
    shim_clock_set(now);
    ERR_clear_error();
    scratch.datagrams = 0;
    scratch.notes = 0;
    scratch.hello_count = 0;
}

// The BIO: reads the one lent datagram, writes datagrams to the thread's output.

static int bio_write(BIO *bio, const char *bytes, int count) {
    const struct shim_dtls *dtls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (count <= 0) return 0;
    int last = scratch.datagrams - 1;
    size_t start = last >= 0 ? scratch.ends[last] : 0;
    size_t end = start + (size_t)count;
    if (end > output_room) {
        scratch.dropped++;
        return count;
    }
    // A flight that is sent again comes message by message; as long as they fit, they leave together, as at first.
    size_t last_start = last >= 1 ? scratch.ends[last - 1] : 0;
    if (last < 0 || end - last_start > dtls->datagram_limit) {
        if (++last == output_datagrams) {
            scratch.dropped++;
            return count;
        }
    }
    memcpy(scratch.output + start, bytes, (size_t)count);
    scratch.ends[last] = end;
    scratch.datagrams = last + 1;
    return count;
}

static int bio_read(BIO *bio, char *bytes, int room) {
    struct shim_dtls *dtls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (dtls->input_count == 0 || room <= 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    // As recvfrom(2) does: what does not fit of a datagram is lost.
    size_t count = dtls->input_count < (size_t)room ? dtls->input_count : (size_t)room;
    memcpy(bytes, dtls->input, count);
    dtls->input_count = 0;
    return (int)count;
}

static long bio_ctrl(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    // Everything else, the datagram BIO's own commands among them, is answered 0: "not here".
    return command == BIO_CTRL_FLUSH;
}

static int bio_create(BIO *bio) {
    BIO_set_init(bio, 1);
    return 1;
}

static BIO_METHOD *method;
static pthread_once_t method_once = PTHREAD_ONCE_INIT;
static void make_method(void) {
    method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "lent datagram");
    if (!method) return;
    BIO_meth_set_write(method, bio_write);
    BIO_meth_set_read(method, bio_read);
    BIO_meth_set_ctrl(method, bio_ctrl);
    BIO_meth_set_create(method, bio_create);
}

// Callbacks

// Initially 50 ms, doubling: the peers are on a path that was checked milliseconds ago, and a lost flight at OpenSSL's own
// first second would be the whole set-up time. RFC 9147 §5.8.2 lets WebRTC implementations go below a second. OpenSSL gives
// up after its 13th timeout; with this ceiling that comes after the 30 s deadline, which is ours to report.
//
// The library takes a timer for expired up to 15 ms early, and asks at every read: at 50 ms a peer that answers after 36 ms
// would be sent everything twice. So its timers run that much longer than ours, less the microsecond that expires them.
enum { timeout_ceiling = 4000000, timer_slack = 15000 - 1 };
static unsigned int on_timer(SSL *ssl, unsigned int microseconds) {
    const struct shim_dtls *dtls = SSL_get_app_data(ssl);
    if (microseconds == 0) return dtls->first_timeout + timer_slack;
    unsigned int last = microseconds - timer_slack;
    return (last > timeout_ceiling / 2 ? timeout_ceiling : last * 2) + timer_slack;
}

static void on_message(int sent, int version, int content_type, const void *bytes, size_t count, SSL *ssl, void *argument) {
    (void)version, (void)ssl, (void)argument;
    const uint8_t *message = bytes;
    if (content_type < SSL3_RT_CHANGE_CIPHER_SPEC || content_type > SSL3_RT_HANDSHAKE || count == 0) return;
    if (scratch.notes < notes_room) {
        struct shim_dtls_note *note = &scratch.note[scratch.notes++];
        note->sent = sent != 0;
        note->content_type = (uint8_t)content_type;
        note->first = message[0];
        note->second = count > 1 ? message[1] : 0;
        note->count = (uint32_t)count;
    }
    if (!sent && content_type == SSL3_RT_HANDSHAKE && message[0] == SSL3_MT_CLIENT_HELLO) {
        scratch.hello_count = count < hello_room ? count : hello_room;
        memcpy(scratch.hello, message, scratch.hello_count);
    }
}

static int shares_srtp_profile(SSL *ssl) {
    const unsigned char *bytes;
    size_t count;
    if (!SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_use_srtp, &bytes, &count) || count < 2) return 0;
    // RFC 5764 §4.1.1: a vector of two-byte profiles, then the MKI.
    size_t profiles = (size_t)bytes[0] << 8 | bytes[1];
    for (size_t i = 2; i + 1 < count && i + 1 < 2 + profiles; i += 2) {
        unsigned profile = (unsigned)bytes[i] << 8 | bytes[i + 1];
        if (profile == SRTP_AES128_CM_SHA1_80 || profile == SRTP_AEAD_AES_128_GCM || profile == SRTP_AEAD_AES_256_GCM) return 1;
    }
    return 0;
}

static int on_client_hello(SSL *ssl, int *alert, void *argument) {
    (void)argument;
    struct shim_dtls *dtls = SSL_get_app_data(ssl);
    if (dtls->requires_srtp && !shares_srtp_profile(ssl)) {
        dtls->lacks_srtp = 1;
        *alert = SSL_AD_HANDSHAKE_FAILURE;
        return SSL_CLIENT_HELLO_ERROR;
    }
    return SSL_CLIENT_HELLO_SUCCESS;
}

static enum shim_key_kind key_kind(const EVP_PKEY *key) {
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
        return shim_key_rsa;
    case EVP_PKEY_ED25519:
        return shim_key_ed25519;
    case EVP_PKEY_EC: {
        char group[64];
        size_t count;
        if (EVP_PKEY_get_group_name(key, group, sizeof group, &count) != 1) return shim_key_other;
        if (strcmp(group, "prime256v1") == 0) return shim_key_p256;
        if (strcmp(group, "secp384r1") == 0) return shim_key_p384;
        return shim_key_other;
    }
    default:
        return shim_key_other;
    }
}

// Replaces the verification of a chain, which there is none of: RFC 8827 §6.5 binds the certificate by its fingerprint.
static int on_certificate(X509_STORE_CTX *store, void *argument) {
    (void)argument;
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    X509 *certificate = X509_STORE_CTX_get0_cert(store);
    struct shim_dtls *dtls = ssl ? SSL_get_app_data(ssl) : NULL;
    enum shim_verdict verdict = shim_verdict_bad_certificate;
    uint8_t *der = NULL;
    int count = certificate ? i2d_X509(certificate, &der) : -1;
    if (dtls && dtls->owner && count > 0) {
        EVP_PKEY *key = X509_get0_pubkey(certificate);
        verdict = dtls->judge(dtls->owner, der, (size_t)count, key ? key_kind(key) : shim_key_other, key ? EVP_PKEY_get_bits(key) : 0);
        if (verdict == shim_verdict_good && dtls->requires_srtp && !SSL_get_selected_srtp_profile(ssl)) {
            dtls->lacks_srtp = 1;
            verdict = shim_verdict_handshake_failure;
        }
    }
    OPENSSL_free(der);
    switch (verdict) {
    case shim_verdict_good:
        X509_STORE_CTX_set_error(store, X509_V_OK);
        return 1;
    case shim_verdict_handshake_failure:
        X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
        return 0;
    case shim_verdict_unsupported_certificate:
        X509_STORE_CTX_set_error(store, X509_V_ERR_EE_KEY_TOO_SMALL);
        return 0;
    default:
        X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
        return 0;
    }
}

// Context

struct ssl_ctx_st *shim_dtls_context_new(struct x509_st *certificate, struct evp_pkey_st *key, size_t certificate_limit,
                                         size_t payload_limit) {
    pthread_once(&method_once, make_method);
    SSL_CTX *context = method ? SSL_CTX_new(DTLS_method()) : NULL;
    if (!context) return NULL;
    // RFC 8827 §6.5: "implementations MUST NOT implement DTLS renegotiation"; no resumption either, a resumed session shows no certificate.
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_QUERY_MTU | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_clear_options(context, SSL_OP_COOKIE_EXCHANGE);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    // Not the distribution's: a connection's strength must not depend on the machine's openssl.cnf.
    SSL_CTX_set_security_level(context, 2);
    SSL_CTX_set_max_cert_list(context, (long)certificate_limit);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_cert_verify_callback(context, on_certificate, NULL);
    SSL_CTX_set_client_hello_cb(context, on_client_hello, NULL);
    SSL_CTX_set_msg_callback(context, on_message);
    int good =
        SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) && SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION) &&
        SSL_CTX_set_max_send_fragment(context, (long)payload_limit) &&
        // RFC 8827 §6.5 demands the first; the CBC suites at the end are for clients of its forerunners.
        SSL_CTX_set_cipher_list(context,
                                "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
                                "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
                                "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
                                "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA") &&
        SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") &&
        SSL_CTX_set1_sigalgs_list(context, "ECDSA+SHA256:ed25519:RSA-PSS+SHA256:RSA+SHA256:ECDSA+SHA384:RSA-PSS+SHA384:RSA+SHA384:"
                                           "RSA-PSS+SHA512:RSA+SHA512") &&
        // This one answers 0 for success.
        SSL_CTX_set_tlsext_use_srtp(context, "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM") == 0 &&
        SSL_CTX_use_certificate(context, certificate) && SSL_CTX_use_PrivateKey(context, key);
    if (good) return context;
    SSL_CTX_free(context);
    return NULL;
}

void shim_dtls_context_free(struct ssl_ctx_st *context) { SSL_CTX_free(context); }

// Connection

struct shim_dtls *shim_dtls_new(struct ssl_ctx_st *context, int is_server, int requires_srtp, int datagram_limit,
                                uint32_t first_timeout_microseconds, shim_dtls_judge judge) {
    ERR_clear_error();
    struct shim_dtls *dtls = calloc(1, sizeof *dtls);
    BIO *bio = BIO_new(method);
    SSL *ssl = SSL_new(context);
    if (!dtls || !bio || !ssl) {
        free(dtls);
        BIO_free(bio);
        SSL_free(ssl);
        return NULL;
    }
    dtls->ssl = ssl;
    dtls->judge = judge;
    dtls->requires_srtp = requires_srtp;
    dtls->first_timeout = first_timeout_microseconds < timeout_ceiling ? first_timeout_microseconds : timeout_ceiling;
    dtls->datagram_limit = (size_t)datagram_limit;
    BIO_set_data(bio, dtls);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_app_data(ssl, dtls);
    SSL_set_mtu(ssl, datagram_limit);
    DTLS_set_timer_cb(ssl, on_timer);
    if (is_server) {
        SSL_set_accept_state(ssl);
    } else {
        SSL_set_connect_state(ssl);
    }
    return dtls;
}

void shim_dtls_free(struct shim_dtls *dtls) {
    shim_dtls_take_back(dtls);
    SSL_free(dtls->ssl);
    free(dtls);
    ERR_clear_error();
}

void shim_dtls_lend(struct shim_dtls *dtls, void *owner, const uint8_t *datagram, size_t count) {
    dtls->owner = owner;
    dtls->input = datagram;
    dtls->input_count = datagram ? count : 0;
}

void shim_dtls_take_back(struct shim_dtls *dtls) {
    dtls->owner = NULL;
    dtls->input = NULL;
    dtls->input_count = 0;
}

static enum shim_dtls_result result(struct shim_dtls *dtls, int returned) {
    shim_clock_clear();
    if (returned > 0) return shim_dtls_done;
    switch (SSL_get_error(dtls->ssl, returned)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return shim_dtls_wants_more;
    case SSL_ERROR_ZERO_RETURN:
        return shim_dtls_closed_by_peer;
    default:
        return shim_dtls_failed;
    }
}

enum shim_dtls_result shim_dtls_handshake(struct shim_dtls *dtls, int64_t now) {
    begin(now);
    return result(dtls, SSL_do_handshake(dtls->ssl));
}

// The library takes new record buffers when it reads and counts on them when it writes (it writes to NULL in DTLS otherwise),
// so a write after a release begins with a read of nothing.
static void restore_buffers(struct shim_dtls *dtls) {
    char nothing;
    if (!dtls->has_released_buffers) return;
    dtls->has_released_buffers = 0;
    dtls->input_count = 0;
    SSL_peek(dtls->ssl, &nothing, 1);
    ERR_clear_error();
}

enum shim_dtls_result shim_dtls_read(struct shim_dtls *dtls, int64_t now, uint8_t *buffer, size_t *count) {
    begin(now);
    dtls->has_released_buffers = 0;
    size_t room = *count;
    *count = 0;
    return result(dtls, SSL_read_ex(dtls->ssl, buffer, room, count));
}

enum shim_dtls_result shim_dtls_write(struct shim_dtls *dtls, int64_t now, const uint8_t *bytes, size_t count) {
    begin(now);
    restore_buffers(dtls);
    size_t written;
    return result(dtls, SSL_write_ex(dtls->ssl, bytes, count, &written));
}

enum shim_dtls_result shim_dtls_close(struct shim_dtls *dtls, int64_t now) {
    begin(now);
    restore_buffers(dtls);
    // 0 says "sent, the peer's is not here yet".
    int returned = SSL_shutdown(dtls->ssl);
    enum shim_dtls_result what = result(dtls, returned);
    return returned >= 0 ? shim_dtls_done : what;
}

enum shim_dtls_result shim_dtls_handle_timeout(struct shim_dtls *dtls, int64_t now) {
    begin(now);
    long returned = DTLSv1_handle_timeout(dtls->ssl);
    shim_clock_clear();
    return returned > 0 ? shim_dtls_done : returned == 0 ? shim_dtls_wants_more : shim_dtls_failed;
}

int64_t shim_dtls_timeout(struct shim_dtls *dtls, int64_t now) {
    struct timeval left;
    shim_clock_set(now);
    long runs = DTLSv1_get_timeout(dtls->ssl, &left);
    shim_clock_clear();
    if (runs != 1) return -1;
    int64_t microseconds = (int64_t)left.tv_sec * 1000000 + left.tv_usec;
    return microseconds > timer_slack ? microseconds - timer_slack : 0;
}

void shim_dtls_release_buffers(struct shim_dtls *dtls) {
    if (SSL_free_buffers(dtls->ssl) == 1) dtls->has_released_buffers = 1;
}

const uint8_t *shim_dtls_output(int n, size_t *count) {
    if (n < 0 || n >= scratch.datagrams) return NULL;
    size_t start = n > 0 ? scratch.ends[n - 1] : 0;
    *count = scratch.ends[n] - start;
    return scratch.output + start;
}

uint64_t shim_dtls_output_dropped(void) { return scratch.dropped; }
int shim_dtls_note_count(void) { return scratch.notes; }

struct shim_dtls_note shim_dtls_note(int n) {
    struct shim_dtls_note none = {0};
    return n >= 0 && n < scratch.notes ? scratch.note[n] : none;
}

const uint8_t *shim_dtls_client_hello(size_t *count) {
    *count = scratch.hello_count;
    return scratch.hello_count ? scratch.hello : NULL;
}

int shim_dtls_error(char *text, size_t room) {
    unsigned long code = ERR_peek_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    snprintf(text, room, "%s", reason ? reason : "");
    return code ? ERR_GET_REASON(code) : 0;
}

int shim_dtls_lacks_srtp(const struct shim_dtls *dtls) { return dtls->lacks_srtp; }

// Facts of a finished handshake

uint16_t shim_dtls_srtp_profile(const struct shim_dtls *dtls) {
    const SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile(dtls->ssl);
    return profile ? (uint16_t)profile->id : 0;
}

uint16_t shim_dtls_cipher(const struct shim_dtls *dtls, char *name, size_t room) {
    const SSL_CIPHER *cipher = SSL_get_current_cipher(dtls->ssl);
    const char *standard = cipher ? SSL_CIPHER_standard_name(cipher) : NULL;
    snprintf(name, room, "%s", standard ? standard : "");
    return cipher ? SSL_CIPHER_get_protocol_id(cipher) : 0;
}

uint16_t shim_dtls_version(const struct shim_dtls *dtls) { return (uint16_t)SSL_version(dtls->ssl); }

void shim_dtls_group(const struct shim_dtls *dtls, char *name, size_t room) {
    const char *text = "";
    switch (SSL_get_negotiated_group(dtls->ssl)) {
    case NID_X25519:
        text = "X25519";
        break;
    case NID_X9_62_prime256v1:
        text = "P-256";
        break;
    case NID_secp384r1:
        text = "P-384";
        break;
    }
    snprintf(name, room, "%s", text);
}

int shim_dtls_has_extended_master_secret(const struct shim_dtls *dtls) { return SSL_get_extms_support(dtls->ssl) == 1; }

int shim_dtls_export(struct shim_dtls *dtls, const char *label, uint8_t *secret, size_t count) {
    ERR_clear_error();
    return SSL_export_keying_material(dtls->ssl, secret, count, label, strlen(label), NULL, 0, 0) == 1;
}

// One spare buffer a thread: a call inside a delivery takes a second one, and the spare is never in two hands.
static _Thread_local uint8_t *spare;

uint8_t *shim_dtls_borrow_buffer(void) {
    uint8_t *buffer = spare;
    spare = NULL;
    return buffer ? buffer : malloc(shim_dtls_buffer_size);
}

void shim_dtls_return_buffer(uint8_t *buffer) {
    if (spare) {
        free(buffer);
    } else {
        spare = buffer;
    }
}
