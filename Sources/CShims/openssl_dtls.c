// The calls into DTLS: each runs at the caller's clock, and leaves what it wrote and saw in the thread's shim_scratch.
#include "openssl_dtls.h"
#include "shims_clock.h"
#include <sys/time.h>

static void begin(int64_t now) {
    shim_clock_set(now);
    ERR_clear_error();
    shim_scratch.datagrams = 0;
    shim_scratch.notes = 0;
    shim_scratch.hello_count = 0;
}

// Connection

struct shim_dtls *shim_dtls_new(struct ssl_ctx_st *context, int is_server, int requires_srtp, int datagram_limit,
                                uint32_t first_timeout_microseconds, shim_dtls_judge judge) {
    ERR_clear_error();
    struct shim_dtls *dtls = calloc(1, sizeof *dtls);
    BIO *bio = BIO_new(shim_bio_method);
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
    DTLS_set_timer_cb(ssl, shim_on_timer);
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
    if (n < 0 || n >= shim_scratch.datagrams) return NULL;
    size_t start = n > 0 ? shim_scratch.ends[n - 1] : 0;
    *count = shim_scratch.ends[n] - start;
    return shim_scratch.output + start;
}

uint64_t shim_dtls_output_dropped(void) { return shim_scratch.dropped; }
int shim_dtls_note_count(void) { return shim_scratch.notes; }

struct shim_dtls_note shim_dtls_note(int n) {
    struct shim_dtls_note none = {0};
    return n >= 0 && n < shim_scratch.notes ? shim_scratch.note[n] : none;
}

const uint8_t *shim_dtls_client_hello(size_t *count) {
    *count = shim_scratch.hello_count;
    return shim_scratch.hello_count ? shim_scratch.hello : NULL;
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
