// Accepting in hard times. See serve.hpp.
// Internal to traps/objects/.
#include "traps/objects/serve.hpp"

#include "traps/error_group.hpp"
#include "traps/objects/log.hpp"

#include <cstring>

namespace giambio {

namespace {

// The system is out of something that it will have again when connections have ended.
bool passes_with_time(int code) {
    return code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM;
}

}  // namespace

coroutine<async_socket::accepted> accept_patiently(async_socket& listener, duration pause,
                                                   site at) {
    bool told = false;
    while (true) {
        int code = 0;
        try {
            co_return co_await listener.accept(at);
        } catch (const io_error& refused) {
            if (!passes_with_time(refused.code())) throw;
            code = refused.code();
        }
        if (!told) {
            log_text(std::string("cannot accept a connection: ") + std::strerror(code) +
                         "; waiting until others have ended (or raise the limit: ulimit -n)",
                     at);
        }
        told = true;
        co_await giambio::sleep(pause, at);
    }
}

void report_handler(const address& peer, const std::exception_ptr& error, site at) {
    log_text("the connection of " + peer.to_string() + " failed: " + text_of(error), at);
}

}  // namespace giambio
