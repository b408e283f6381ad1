// The system's limit of open descriptors.
//
// Programs call in, before they open very many sockets; see async_scheduler.hpp.
// Not here: what becomes of a run that has reached it (kernel/io.cpp).
// Internal to kernel/face/.
#include "kernel/face/async_scheduler.hpp"

#include <fmt/format.h>

#include <sys/resource.h>

#include <cerrno>

namespace giambio {

void raise_descriptor_limit(std::size_t needed) {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= needed) return;
    if (limit.rlim_max < needed) {
        throw io_error(
            EMFILE, fmt::format("this needs {} open descriptors, but the system allows at most {}; "
                                "raise the hard limit (ulimit -Hn {}, or 'nofile' in "
                                "/etc/security/limits.conf)",
                                needed, limit.rlim_max, needed));
    }
    limit.rlim_cur = needed;
    setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace giambio
