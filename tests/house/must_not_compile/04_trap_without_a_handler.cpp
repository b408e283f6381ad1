// refused with: a trap has no handler: write kernel::handle for it in kernel/handlers.cpp
//
// A trap that somebody adds to the set must be answered by somebody. Scenario 6: a trap that is
// unknown to the kernel cannot be built; a broken invariant aborts (tests/traps/broken_test.cpp).
#include "kernel/dispatch.hpp"

#include <variant>

struct wave {};
struct nod {};
using request = std::variant<std::monostate, const wave*, const nod*>;

struct handlers {
    int handle(const wave&) { return 1; }
#ifdef FIXED
    int handle(const nod&) {
        return 2;
    }
#endif
};

int main() {
    handlers answering;
    const wave asked;
    return giambio::dispatch(answering, request(&asked));
}
