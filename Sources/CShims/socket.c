#define _GNU_SOURCE
#include "shims_socket.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

// MARK: addresses

static uint64_t load64(const uint8_t *p) {
    uint64_t v = 0;
    for (int i = 0; i < 8; i++) v = v << 8 | p[i];
    return v;
}

static void store64(uint8_t *p, uint64_t v) {
    for (int i = 7; i >= 0; i--, v >>= 8) p[i] = (uint8_t)v;
}

static void from_v4(shim_address *to, struct in_addr address, uint16_t port) {
    *to = (shim_address){.low = ntohl(address.s_addr), .port = port, .family = 4};
}

static void from_v6(shim_address *to, const struct in6_addr *address, uint16_t port, uint32_t zone) {
    // A zone belongs to link-local addresses alone: elsewhere it would make two names for one address.
    *to = (shim_address){.high = load64(address->s6_addr), .low = load64(address->s6_addr + 8),
                         .port = port, .family = 6, .zone = IN6_IS_ADDR_LINKLOCAL(address) ? zone : 0};
}

static void from_sockaddr(shim_address *to, const struct sockaddr_storage *from) {
    if (from->ss_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)from;
        from_v4(to, in->sin_addr, ntohs(in->sin_port));
    } else if (from->ss_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const void *)from;
        from_v6(to, &in6->sin6_addr, ntohs(in6->sin6_port), in6->sin6_scope_id);
    } else {
        *to = (shim_address){0};
    }
}

static socklen_t to_sockaddr(struct sockaddr_storage *to, const shim_address *from) {
    if (from->family == 4) {
        struct sockaddr_in *in = (void *)to;
        *in = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(from->port), .sin_addr.s_addr = htonl((uint32_t)from->low)};
        return sizeof *in;
    }
    struct sockaddr_in6 *in6 = (void *)to;
    *in6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(from->port), .sin6_scope_id = from->zone};
    store64(in6->sin6_addr.s6_addr, from->high);
    store64(in6->sin6_addr.s6_addr + 8, from->low);
    return sizeof *in6;
}

// MARK: opening

static int set_int(int fd, int level, int option, int value) {
    return setsockopt(fd, level, option, &value, sizeof value);
}

static int32_t grow_buffer(int fd, int option, int forced, int32_t bytes) {
    // The forced form passes net.core.*mem_max and needs CAP_NET_ADMIN; the plain one is cut to that maximum silently.
    if (bytes > 0 && set_int(fd, SOL_SOCKET, forced, bytes) != 0) set_int(fd, SOL_SOCKET, option, bytes);
    int granted = 0;
    socklen_t length = sizeof granted;
    getsockopt(fd, SOL_SOCKET, option, &granted, &length);
    return granted;
}

int shim_udp_open(shim_udp_options *options, const char **step) {
    int six = options->address.family == 6;
    *step = "socket";
    int fd = socket(six ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    int failed = 0;
    *step = "setsockopt";
    if (six) {
        failed |= set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
        failed |= set_int(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
        set_int(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
    } else {
        failed |= set_int(fd, IPPROTO_IP, IP_PKTINFO, 1);
        set_int(fd, IPPROTO_IP, IP_RECVERR, 1);
    }
    set_int(fd, SOL_SOCKET, SO_RXQ_OVFL, 1);
    if (!failed) {
        options->receive_buffer = grow_buffer(fd, SO_RCVBUF, SO_RCVBUFFORCE, options->receive_buffer);
        options->send_buffer = grow_buffer(fd, SO_SNDBUF, SO_SNDBUFFORCE, options->send_buffer);
        if (options->receive_offload) options->receive_offload = set_int(fd, IPPROTO_UDP, UDP_GRO, 1) == 0;
        struct sockaddr_storage address = {0};
        socklen_t length = to_sockaddr(&address, &options->address);
        *step = "bind";
        failed = bind(fd, (struct sockaddr *)&address, length);
        if (!failed) {
            *step = "getsockname";
            length = sizeof address;
            failed = getsockname(fd, (struct sockaddr *)&address, &length);
            from_sockaddr(&options->address, &address);
        }
    }
    if (failed) {
        int error = errno;
        close(fd);
        return -error;
    }
    return fd;
}

// MARK: receiving

typedef union control_space {
    // Aligned as a header wants it; room for PKTINFO (20), UDP_GRO (4) and SO_RXQ_OVFL (4) with their headers.
    struct cmsghdr align;
    uint8_t bytes[128];
} control_space;

struct shim_receiver {
    struct mmsghdr headers[SHIM_BATCH];
    struct iovec vectors[SHIM_BATCH];
    struct sockaddr_storage names[SHIM_BATCH];
    control_space controls[SHIM_BATCH];
    shim_incoming batch[SHIM_BATCH];
    uint8_t arena[];
};

shim_receiver *shim_receiver_create(uint32_t slot_bytes) {
    shim_receiver *receiver = calloc(1, sizeof *receiver + (size_t)slot_bytes * SHIM_BATCH);
    if (!receiver) return NULL;
    for (int i = 0; i < SHIM_BATCH; i++) {
        receiver->vectors[i] = (struct iovec){receiver->arena + (size_t)slot_bytes * i, slot_bytes};
        struct msghdr *header = &receiver->headers[i].msg_hdr;
        header->msg_iov = &receiver->vectors[i];
        header->msg_iovlen = 1;
        header->msg_name = &receiver->names[i];
        header->msg_control = &receiver->controls[i];
    }
    return receiver;
}

void shim_receiver_destroy(shim_receiver *receiver) { free(receiver); }
const shim_incoming *shim_receiver_batch(const shim_receiver *receiver) { return receiver->batch; }

// The destination address, the joined size and the drop counter that came beside a datagram.
static void read_control(struct msghdr *header, shim_address *local, shim_incoming *to) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof info);
            from_v4(local, info.ipi_spec_dst, 0);
        } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof info);
            from_v6(local, &info.ipi6_addr, 0, info.ipi6_ifindex);
        } else if (to && c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
            int size;
            memcpy(&size, CMSG_DATA(c), sizeof size);
            to->segment = size > 0 && (uint32_t)size < to->length ? (uint32_t)size : 0;
        } else if (to && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) {
            memcpy(&to->dropped, CMSG_DATA(c), sizeof to->dropped);
            to->has_dropped = 1;
        }
    }
}

int shim_receive(shim_receiver *receiver, int fd, uint32_t limit) {
    if (limit > SHIM_BATCH) limit = SHIM_BATCH;
    for (uint32_t i = 0; i < limit; i++) {
        receiver->headers[i].msg_hdr.msg_namelen = sizeof receiver->names[i];
        receiver->headers[i].msg_hdr.msg_controllen = sizeof receiver->controls[i];
    }
    int count;
    do {
        count = recvmmsg(fd, receiver->headers, limit, MSG_DONTWAIT, NULL);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return -errno;
    for (int i = 0; i < count; i++) {
        struct msghdr *header = &receiver->headers[i].msg_hdr;
        shim_incoming *to = &receiver->batch[i];
        *to = (shim_incoming){.bytes = receiver->vectors[i].iov_base, .length = receiver->headers[i].msg_len,
                              .truncated = (header->msg_flags & MSG_TRUNC) != 0};
        from_sockaddr(&to->remote, &receiver->names[i]);
        read_control(header, &to->local, to);
    }
    return count;
}

int shim_receive_error(int fd, shim_network_error *error) {
    struct sockaddr_storage name = {0};
    union { struct cmsghdr align; uint8_t bytes[256]; } control;
    uint8_t start[64];
    struct iovec vector = {start, sizeof start};
    struct msghdr header = {.msg_name = &name, .msg_namelen = sizeof name, .msg_iov = &vector, .msg_iovlen = 1,
                            .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t length;
    do {
        length = recvmsg(fd, &header, MSG_ERRQUEUE | MSG_DONTWAIT);
    } while (length < 0 && errno == EINTR);
    if (length < 0) return errno == EAGAIN ? 0 : -errno;
    *error = (shim_network_error){0};
    from_sockaddr(&error->remote, &name);
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
        int v4 = c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR;
        int v6 = c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR;
        if (!v4 && !v6) continue;
        struct { struct sock_extended_err error; struct sockaddr_storage offender; } told = {0};
        size_t size = c->cmsg_len - CMSG_LEN(0);
        memcpy(&told, CMSG_DATA(c), size < sizeof told ? size : sizeof told);
        error->error = (int32_t)told.error.ee_errno;
        error->origin = told.error.ee_origin;
        error->type = told.error.ee_type;
        error->code = told.error.ee_code;
        error->mtu = told.error.ee_errno == EMSGSIZE ? told.error.ee_info : 0;
        from_sockaddr(&error->offender, &told.offender);
    }
    read_control(&header, &error->local, NULL);
    return 1;
}

// MARK: sending

static struct cmsghdr *append_control(struct msghdr *header, int level, int type, const void *value, size_t size) {
    struct cmsghdr *c = (void *)((uint8_t *)header->msg_control + header->msg_controllen);
    c->cmsg_level = level;
    c->cmsg_type = type;
    c->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(c), value, size);
    header->msg_controllen += CMSG_SPACE(size);
    return c;
}

int shim_send(int fd, const shim_outgoing *messages, uint32_t count) {
    struct mmsghdr headers[SHIM_BATCH];
    struct iovec vectors[SHIM_BATCH];
    struct sockaddr_storage names[SHIM_BATCH];
    union { struct cmsghdr align; uint8_t bytes[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(uint16_t))]; } controls[SHIM_BATCH];
    if (count > SHIM_BATCH) count = SHIM_BATCH;
    for (uint32_t i = 0; i < count; i++) {
        const shim_outgoing *message = &messages[i];
        vectors[i] = (struct iovec){(void *)message->bytes, message->length};
        struct msghdr *header = &headers[i].msg_hdr;
        *header = (struct msghdr){.msg_name = &names[i], .msg_iov = &vectors[i], .msg_iovlen = 1, .msg_control = &controls[i]};
        header->msg_namelen = to_sockaddr(&names[i], &message->remote);
        if (message->local.family == 4) {
            struct in_pktinfo info = {.ipi_spec_dst.s_addr = htonl((uint32_t)message->local.low)};
            append_control(header, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
        } else if (message->local.family == 6) {
            struct in6_pktinfo info = {.ipi6_ifindex = message->local.zone};
            store64(info.ipi6_addr.s6_addr, message->local.high);
            store64(info.ipi6_addr.s6_addr + 8, message->local.low);
            append_control(header, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
        }
        if (message->segment) {
            uint16_t size = (uint16_t)message->segment;
            append_control(header, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof size);
        }
        if (header->msg_controllen == 0) header->msg_control = NULL;
    }
    int sent;
    do {
        sent = sendmmsg(fd, headers, count, MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}
