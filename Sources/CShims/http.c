#define _GNU_SOURCE
#include "shims_http.h"
#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

#pragma weak MHD_get_connection_info
#pragma weak MHD_get_connection_values_n

int shim_http_descriptor(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? (int)info->connect_fd : -1;
}

void *shim_http_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

// RFC 9110 §5.6.2: the characters of a token, as the lower-case character a name is stored with; 0 for all others.
static const uint8_t token[256] = {
    ['!'] = '!', ['#'] = '#', ['$'] = '$', ['%'] = '%', ['&'] = '&', ['\''] = '\'', ['*'] = '*', ['+'] = '+',
    ['-'] = '-', ['.'] = '.', ['^'] = '^', ['_'] = '_', ['`'] = '`', ['|'] = '|', ['~'] = '~',
    ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6', ['7'] = '7',
    ['8'] = '8', ['9'] = '9',
    ['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd', ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h',
    ['I'] = 'i', ['J'] = 'j', ['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p',
    ['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x',
    ['Y'] = 'y', ['Z'] = 'z',
    ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f', ['g'] = 'g', ['h'] = 'h',
    ['i'] = 'i', ['j'] = 'j', ['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n', ['o'] = 'o', ['p'] = 'p',
    ['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't', ['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x',
    ['y'] = 'y', ['z'] = 'z',
};

static int is_blank(char c) { return c == ' ' || c == '\t'; }

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

static int equals(const char *text, size_t size, const char *word) {
    if (size != strlen(word)) return 0;
    for (size_t i = 0; i < size; i++)
        if (lower(text[i]) != word[i]) return 0;
    return 1;
}

// RFC 9110 §8.6: a Content-Length is digits alone.
static void judge_length(struct shim_http_head *head, const char *value, size_t size) {
    uint64_t number = 0;
    if (head->lengths++ != 0 || size == 0 || size > 18) {
        head->faults |= SHIM_HTTP_FAULT_LENGTH;
        return;
    }
    for (size_t i = 0; i < size; i++) {
        if (value[i] < '0' || value[i] > '9') {
            head->faults |= SHIM_HTTP_FAULT_LENGTH;
            return;
        }
        number = number * 10 + (uint64_t)(value[i] - '0');
    }
    head->content_length = number;
}

// RFC 9112 §6.1: a request whose last coding is not chunked has no length that can be known.
static void judge_coding(struct shim_http_head *head, const char *value, size_t size) {
    if (head->codings++ != 0) {
        head->faults |= SHIM_HTTP_FAULT_CODING;
        return;
    }
    if (equals(value, size, "chunked")) return;
    size_t start = size;
    while (start > 0 && value[start - 1] != ',' && !is_blank(value[start - 1])) start--;
    head->faults |= start > 0 && equals(value + start, size - start, "chunked")
        ? SHIM_HTTP_FAULT_UNKNOWN_CODING : SHIM_HTTP_FAULT_CODING;
}

// Whether a comma-separated list has the element "close".
static int lists_close(const char *value, size_t size) {
    size_t start = 0;
    for (size_t i = 0; i <= size; i++) {
        if (i < size && value[i] != ',') continue;
        size_t end = i;
        while (start < end && is_blank(value[start])) start++;
        while (end > start && is_blank(value[end - 1])) end--;
        if (equals(value + start, end - start, "close")) return 1;
        start = i + 1;
    }
    return 0;
}

static enum MHD_Result collect(void *context, enum MHD_ValueKind kind, const char *name, size_t name_size,
                               const char *value, size_t value_size) {
    struct shim_http_head *head = context;
    (void)kind;
    if (value == NULL) value_size = 0;
    head->fields++;
    if (name == NULL || name_size == 0 || name_size > UINT16_MAX || value_size > UINT16_MAX) {
        head->faults |= SHIM_HTTP_FAULT_NAME;
        return MHD_YES;
    }
    // libmicrohttpd strips blanks before a value but keeps those behind it.
    while (value_size > 0 && is_blank(value[value_size - 1])) value_size--;
    size_t needed = 4 + name_size + value_size;
    if (needed > head->capacity - head->used) {
        head->faults |= SHIM_HTTP_FAULT_SPACE;
        return MHD_NO;
    }
    uint8_t *out = head->bytes + head->used;
    uint16_t sizes[2] = {(uint16_t)name_size, (uint16_t)value_size};
    memcpy(out, sizes, sizeof sizes);
    out += sizeof sizes;
    for (size_t i = 0; i < name_size; i++) {
        uint8_t c = token[(uint8_t)name[i]];
        if (c == 0) {
            head->faults |= SHIM_HTTP_FAULT_NAME;
            c = '?';
        }
        out[i] = c;
    }
    const char *stored = (const char *)out;
    out += name_size;
    uint8_t control = 0;
    for (size_t i = 0; i < value_size; i++) {
        uint8_t c = (uint8_t)value[i];
        control |= (uint8_t)((c < 32 && c != '\t') || c == 127);
        out[i] = c;
    }
    if (control) head->faults |= SHIM_HTTP_FAULT_VALUE;
    head->used += needed;

    switch (name_size) {
    case 4:
        if (memcmp(stored, "host", 4) == 0) head->hosts++;
        break;
    case 6:
        if (memcmp(stored, "expect", 6) == 0 && !equals(value, value_size, "100-continue"))
            head->faults |= SHIM_HTTP_FAULT_EXPECT;
        break;
    case 10:
        if (memcmp(stored, "connection", 10) == 0 && lists_close(value, value_size)) head->is_close = 1;
        break;
    case 14:
        if (memcmp(stored, "content-length", 14) == 0) judge_length(head, value, value_size);
        break;
    case 17:
        if (memcmp(stored, "transfer-encoding", 17) == 0) judge_coding(head, value, value_size);
        break;
    default:
        break;
    }
    return MHD_YES;
}

void shim_http_collect(struct MHD_Connection *connection, struct shim_http_head *head) {
    head->used = 0;
    head->content_length = 0;
    head->fields = head->faults = head->hosts = head->lengths = head->codings = head->is_close = 0;
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, collect, head);
}

int shim_http_accept(int listener, struct sockaddr_storage *address, uint32_t *length) {
    socklen_t size = sizeof *address;
    int descriptor = accept4(listener, (struct sockaddr *)address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    *length = size;
    return descriptor >= 0 ? descriptor : -errno;
}

void shim_http_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

const short shim_http_pollrdhup = POLLRDHUP;
