// What libmicrohttpd offers only through variadic functions and unions, and one pass over a request's header fields.
//
// The libmicrohttpd symbols are weak references here, so that a program that links CShims without an HTTP server
// needs no libmicrohttpd; the HTTP module links it.
#ifndef PEERSCOPE_SHIMS_HTTP_H
#define PEERSCOPE_SHIMS_HTTP_H
#include <stddef.h>
#include <stdint.h>

struct MHD_Connection;
struct sockaddr_storage;

/// The connection's socket, or -1.
int shim_http_descriptor(struct MHD_Connection *connection);
/// The pointer that the connection callback stored, or NULL.
void *shim_http_context(struct MHD_Connection *connection);

/// What is wrong with a request's header fields, as bits of `faults`.
enum {
    SHIM_HTTP_FAULT_NAME = 1,        ///< a field name that is not a token ("Content-Length : 5" among them)
    SHIM_HTTP_FAULT_VALUE = 2,       ///< a control character in a value
    SHIM_HTTP_FAULT_SPACE = 4,       ///< the fields do not fit the buffer
    SHIM_HTTP_FAULT_LENGTH = 8,      ///< more than one Content-Length, or one that is no number
    SHIM_HTTP_FAULT_CODING = 16,     ///< a Transfer-Encoding that does not end in chunked, or more than one field
    SHIM_HTTP_FAULT_UNKNOWN_CODING = 32, ///< chunked after a coding we do not know
    SHIM_HTTP_FAULT_EXPECT = 64      ///< an expectation other than 100-continue
};

struct shim_http_head {
    /// In: where the fields go, each as name length, value length (16 bits each, host order), lower-case name, value.
    uint8_t *bytes;
    size_t capacity;
    /// Out.
    size_t used;
    uint64_t content_length;
    uint32_t fields;
    uint32_t faults;
    uint32_t hosts;
    uint32_t lengths;
    uint32_t codings;
    uint32_t is_close;
};

/// Copies all header fields of a request into `head`, and judges them.
void shim_http_collect(struct MHD_Connection *connection, struct shim_http_head *head);

/// accept4(2), not blocking and closed on exec: the new descriptor, or minus errno.
int shim_http_accept(int listener, struct sockaddr_storage *address, uint32_t *length);
/// Names the calling thread, for those who look at the process.
void shim_http_name_thread(const char *name);
/// POLLRDHUP: the far end has closed its sending side.
extern const short shim_http_pollrdhup;
#endif
