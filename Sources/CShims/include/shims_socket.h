// UDP sockets for a loop: recvmmsg and sendmmsg with the ancillary data that Swift cannot spell (CMSG_* are macros).
//
// Every function answers a count or a negative errno; none touches errno for its caller, none retries but on EINTR.
#ifndef PEERSCOPE_SHIMS_SOCKET_H
#define PEERSCOPE_SHIMS_SOCKET_H
#include <stdint.h>

/// An address and port as Wire's IPAddress keeps them: big-endian numbers in host order.
typedef struct shim_address {
    uint64_t high;
    uint64_t low;
    uint32_t zone;
    uint16_t port;
    uint8_t family; // 4, 6, or 0 where it is not known
} shim_address;

/// The most datagrams one call receives, and the most messages one call sends.
#define SHIM_BATCH 64

/// What a socket is to be, and after shim_udp_open what it became.
typedef struct shim_udp_options {
    shim_address address;   // in: where to bind; out: where it is bound
    int32_t receive_buffer; // in: bytes asked for (0 = leave); out: what the kernel granted, in its own counting
    int32_t send_buffer;
    int32_t receive_offload; // in: join what the network joined (UDP_GRO); out: whether it does
} shim_udp_options;

/// Opens a non-blocking, close-on-exec UDP socket that reports destination addresses, drops and ICMP errors.
/// `*step` names the call that failed, a static string.
int shim_udp_open(shim_udp_options *options, const char **step);

/// One datagram that was received.
typedef struct shim_incoming {
    const uint8_t *bytes;
    uint32_t length;
    uint32_t segment;   // where it is several datagrams joined: the size of each but the last; else 0
    uint32_t dropped;   // the socket's own count of datagrams lost for want of buffer, where `has_dropped`
    uint8_t truncated;  // it was longer than the arena's slot
    uint8_t has_dropped;
    shim_address local; // the address it was sent to, where the kernel said
    shim_address remote;
} shim_incoming;

typedef struct shim_receiver shim_receiver;
/// Memory for one batch: SHIM_BATCH slots of `slot_bytes`. NULL where there is none.
shim_receiver *shim_receiver_create(uint32_t slot_bytes);
void shim_receiver_destroy(shim_receiver *receiver);
/// Receives at most `limit` datagrams without waiting; they stand in shim_receiver_batch until the next call.
int shim_receive(shim_receiver *receiver, int fd, uint32_t limit);
const shim_incoming *shim_receiver_batch(const shim_receiver *receiver);

/// One message to be sent: a datagram, or several of `segment` bytes each (the last may be shorter).
typedef struct shim_outgoing {
    const uint8_t *bytes;
    uint32_t length;
    uint32_t segment;
    shim_address local; // the source address; family 0 leaves it to the kernel
    shim_address remote;
} shim_outgoing;

/// Sends at most SHIM_BATCH messages; the count that left, or the error of the first.
int shim_send(int fd, const shim_outgoing *messages, uint32_t count);

/// What the network said about a datagram that was sent earlier.
typedef struct shim_network_error {
    int32_t error;   // errno
    uint8_t origin;  // SO_EE_ORIGIN_*: 1 local, 2 ICMP, 3 ICMPv6
    uint8_t type;
    uint8_t code;
    uint32_t mtu;    // where the error is EMSGSIZE
    shim_address local;
    shim_address remote;   // where the datagram was going
    shim_address offender; // who complains
} shim_network_error;
/// Takes one error from the socket's queue: 1, 0 where there is none, or a negative errno.
int shim_receive_error(int fd, shim_network_error *error);

// Waiting.
#define SHIM_READABLE 1u
#define SHIM_WRITABLE 2u
#define SHIM_ERROR 4u
typedef struct shim_ready {
    uint64_t key;
    uint32_t what;
} shim_ready;
int shim_epoll_create(void);
int shim_epoll_add(int epoll, int fd, uint64_t key, uint32_t what);
int shim_epoll_change(int epoll, int fd, uint64_t key, uint32_t what);
int shim_epoll_remove(int epoll, int fd);
/// Waits until something is ready or `nanoseconds` have passed (negative: for ever). At most 64 answers. A signal counts as nothing ready.
int shim_epoll_wait(int epoll, shim_ready *ready, uint32_t capacity, int64_t nanoseconds);
int shim_eventfd_create(void);
void shim_eventfd_signal(int fd);
void shim_eventfd_clear(int fd);

// Interfaces.
typedef struct shim_interface_address {
    char name[16];
    uint32_t index;
    uint32_t flags;  // IFF_*
    shim_address address;
    uint8_t prefix_length;
} shim_interface_address;
/// Fills `addresses`; answers how many there are, which may be more than `capacity`, or a negative errno.
int shim_interface_addresses(shim_interface_address *addresses, uint32_t capacity);
/// A netlink socket that becomes readable when an interface or address changes.
int shim_interface_monitor_open(void);
/// Forgets the changes that were told; 1 where there was one.
int shim_interface_monitor_drain(int fd);

/// Blocks every signal on the calling thread, so that they come to the main thread, and names it (15 characters).
void shim_thread_prepare(const char *name);
/// How many descriptors this process has open.
int shim_open_descriptors(void);
#endif
