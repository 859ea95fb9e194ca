// The settings of DTLS, and the answers to the library's questions: how to read and write, whom to trust, how long to wait.
#include "openssl_dtls.h"
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <pthread.h>

_Thread_local struct shim_scratch shim_scratch;

// The BIO: reads the one lent datagram, writes datagrams to the thread's output.

static int bio_write(BIO *bio, const char *bytes, int count) {
    const struct shim_dtls *dtls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (count <= 0) return 0;
    int last = shim_scratch.datagrams - 1;
    size_t start = last >= 0 ? shim_scratch.ends[last] : 0;
    size_t end = start + (size_t)count;
    if (end > output_room) {
        shim_scratch.dropped++;
        return count;
    }
    // A flight that is sent again comes message by message; as long as they fit, they leave together, as at first.
    size_t last_start = last >= 1 ? shim_scratch.ends[last - 1] : 0;
    if (last < 0 || end - last_start > dtls->datagram_limit) {
        if (++last == output_datagrams) {
            shim_scratch.dropped++;
            return count;
        }
    }
    memcpy(shim_scratch.output + start, bytes, (size_t)count);
    shim_scratch.ends[last] = end;
    shim_scratch.datagrams = last + 1;
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

BIO_METHOD *shim_bio_method;
static pthread_once_t method_once = PTHREAD_ONCE_INIT;
static void make_method(void) {
    shim_bio_method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "lent datagram");
    if (!shim_bio_method) return;
    BIO_meth_set_write(shim_bio_method, bio_write);
    BIO_meth_set_read(shim_bio_method, bio_read);
    BIO_meth_set_ctrl(shim_bio_method, bio_ctrl);
    BIO_meth_set_create(shim_bio_method, bio_create);
}

// Callbacks

// RFC 6347 §4.2.4.1, not done: "an initial timer value of 1 second". The path was checked milliseconds ago and its round
// trip is known; one lost flight would cost more than the rest of the set-up. As it says, "Because DTLS only uses
// retransmission for handshake and not dataflow, the effect on congestion should be minimal." OpenSSL gives up after its 13th
// timeout; with this ceiling that comes after the 30 s deadline, which is ours to report.
unsigned int shim_on_timer(SSL *ssl, unsigned int microseconds) {
    const struct shim_dtls *dtls = SSL_get_app_data(ssl);
    if (microseconds == 0) return dtls->first_timeout + timer_slack;
    unsigned int last = microseconds - timer_slack;
    return (last > timeout_ceiling / 2 ? timeout_ceiling : last * 2) + timer_slack;
}

static void on_message(int sent, int version, int content_type, const void *bytes, size_t count, SSL *ssl, void *argument) {
    (void)version, (void)ssl, (void)argument;
    const uint8_t *message = bytes;
    if (content_type < SSL3_RT_CHANGE_CIPHER_SPEC || content_type > SSL3_RT_HANDSHAKE || count == 0) return;
    if (shim_scratch.notes < notes_room) {
        struct shim_dtls_note *note = &shim_scratch.note[shim_scratch.notes++];
        note->sent = sent != 0;
        note->content_type = (uint8_t)content_type;
        note->first = message[0];
        note->second = count > 1 ? message[1] : 0;
        note->count = (uint32_t)count;
    }
    if (!sent && content_type == SSL3_RT_HANDSHAKE && message[0] == SSL3_MT_CLIENT_HELLO) {
        shim_scratch.hello_count = count < hello_room ? count : hello_room;
        memcpy(shim_scratch.hello, message, shim_scratch.hello_count);
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
    SSL_CTX *context = shim_bio_method ? SSL_CTX_new(DTLS_method()) : NULL;
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

