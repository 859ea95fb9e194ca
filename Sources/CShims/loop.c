#define _GNU_SOURCE
#include "shims_socket.h"
#include <dirent.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// MARK: waiting

int shim_epoll_create(void) {
    int fd = epoll_create1(EPOLL_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static int control(int epoll, int operation, int fd, uint64_t key, uint32_t what) {
    struct epoll_event event = {.data.u64 = key};
    if (what & SHIM_READABLE) event.events |= EPOLLIN;
    if (what & SHIM_WRITABLE) event.events |= EPOLLOUT;
    return epoll_ctl(epoll, operation, fd, &event) == 0 ? 0 : -errno;
}

int shim_epoll_add(int epoll, int fd, uint64_t key, uint32_t what) { return control(epoll, EPOLL_CTL_ADD, fd, key, what); }
int shim_epoll_change(int epoll, int fd, uint64_t key, uint32_t what) { return control(epoll, EPOLL_CTL_MOD, fd, key, what); }
int shim_epoll_remove(int epoll, int fd) { return control(epoll, EPOLL_CTL_DEL, fd, 0, 0); }

int shim_epoll_wait(int epoll, shim_ready *ready, uint32_t capacity, int64_t nanoseconds) {
    // Some sandboxes refuse epoll_pwait2; then milliseconds, rounded up so that a deadline is never met too early.
    static _Atomic int coarse;
    struct epoll_event events[64];
    int limit = capacity < 64 ? (int)capacity : 64;
    int count = -1;
    if (nanoseconds > 0 && !atomic_load_explicit(&coarse, memory_order_relaxed)) {
        struct timespec timeout = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
        count = epoll_pwait2(epoll, events, limit, &timeout, NULL);
        if (count < 0 && (errno == ENOSYS || errno == EPERM)) atomic_store_explicit(&coarse, 1, memory_order_relaxed);
    }
    if (nanoseconds <= 0 || (count < 0 && atomic_load_explicit(&coarse, memory_order_relaxed))) {
        int64_t milliseconds = nanoseconds < 0 ? -1 : (nanoseconds + 999999) / 1000000;
        if (milliseconds > 3600000) milliseconds = 3600000;
        count = epoll_wait(epoll, events, limit, (int)milliseconds);
    }
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) {
        uint32_t told = events[i].events, what = 0;
        if (told & EPOLLIN) what |= SHIM_READABLE;
        if (told & EPOLLOUT) what |= SHIM_WRITABLE;
        if (told & (EPOLLERR | EPOLLHUP)) what |= SHIM_ERROR;
        ready[i] = (shim_ready){.key = events[i].data.u64, .what = what};
    }
    return count;
}

int shim_eventfd_create(void) {
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

void shim_eventfd_signal(int fd) {
    uint64_t one = 1;
    // A full counter is already readable, which is all that is wanted.
    while (write(fd, &one, sizeof one) < 0 && errno == EINTR) {}
}

void shim_eventfd_clear(int fd) {
    uint64_t count;
    while (read(fd, &count, sizeof count) < 0 && errno == EINTR) {}
}

// MARK: interfaces

static uint8_t prefix_length(const struct sockaddr *mask) {
    if (!mask) return 0;
    const uint8_t *bytes = mask->sa_family == AF_INET ? (const uint8_t *)&((const struct sockaddr_in *)(const void *)mask)->sin_addr
                                                     : ((const struct sockaddr_in6 *)(const void *)mask)->sin6_addr.s6_addr;
    int size = mask->sa_family == AF_INET ? 4 : 16, bits = 0;
    for (int i = 0; i < size; i++) bits += __builtin_popcount(bytes[i]);
    return (uint8_t)bits;
}

int shim_interface_addresses(shim_interface_address *addresses, uint32_t capacity) {
    struct ifaddrs *first;
    if (getifaddrs(&first) != 0) return -errno;
    uint32_t count = 0;
    for (struct ifaddrs *each = first; each; each = each->ifa_next) {
        if (!each->ifa_addr || (each->ifa_addr->sa_family != AF_INET && each->ifa_addr->sa_family != AF_INET6)) continue;
        if (count++ >= capacity) continue;
        shim_interface_address *to = &addresses[count - 1];
        *to = (shim_interface_address){.flags = each->ifa_flags, .index = if_nametoindex(each->ifa_name),
                                       .prefix_length = prefix_length(each->ifa_netmask)};
        strncpy(to->name, each->ifa_name, sizeof to->name - 1);
        if (each->ifa_addr->sa_family == AF_INET) {
            const struct sockaddr_in *in = (const void *)each->ifa_addr;
            to->address = (shim_address){.low = ntohl(in->sin_addr.s_addr), .family = 4};
        } else {
            const struct sockaddr_in6 *in6 = (const void *)each->ifa_addr;
            to->address.family = 6;
            to->address.zone = IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr) ? in6->sin6_scope_id : 0;
            for (int i = 0; i < 8; i++) {
                to->address.high = to->address.high << 8 | in6->sin6_addr.s6_addr[i];
                to->address.low = to->address.low << 8 | in6->sin6_addr.s6_addr[8 + i];
            }
        }
    }
    freeifaddrs(first);
    return (int)count;
}

int shim_interface_monitor_open(void) {
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (fd < 0) return -errno;
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    return fd;
}

int shim_interface_monitor_drain(int fd) {
    uint8_t buffer[4096];
    int changed = 0;
    for (int i = 0; i < 256; i++) {
        ssize_t count = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
        if (count < 0 && errno == EINTR) continue;
        // ENOBUFS says that changes were lost: which is a change.
        if (count < 0 && errno != ENOBUFS) break;
        changed = 1;
    }
    return changed;
}

// MARK: process

void shim_thread_prepare(const char *name) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    char short_name[16] = {0};
    strncpy(short_name, name, sizeof short_name - 1);
    pthread_setname_np(pthread_self(), short_name);
}

int shim_open_descriptors(void) {
    DIR *directory = opendir("/proc/self/fd");
    if (!directory) return -errno;
    int count = 0;
    for (struct dirent *entry; (entry = readdir(directory));) count += entry->d_name[0] != '.';
    closedir(directory);
    return count - 1; // the directory's own
}
