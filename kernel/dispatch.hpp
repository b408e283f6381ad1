// From a request to its handler: the fence that no trap without a handler gets past.
//
// loop.cpp (handlers), io.cpp (operations) and describe.cpp call in with a task's request. A trap
// is added by adding its struct to traps/request.hpp and its `handle` to kernel.hpp; when one is
// missing, nothing compiles.
// Internal to kernel/.
#pragma once

#include "traps/check.hpp"

#include <cstddef>
#include <cstdint>
#include <variant>

namespace giambio {

// How a trap's handler ended.
enum class verdict : std::uint8_t {
    answered,  // the reply is in the mailbox; the task may go on
    parked,    // the task waits
    requeued,  // the task goes to the back of the ready queue
};

template <class Handlers, class Trap, class... Before>
concept handles = requires(Handlers& handlers, const Trap& asked, Before&... before) {
    handlers.handle(before..., asked);
};

// Calls the handler of the trap at this place among the alternatives, or at a later one: `index` is
// the place of the one that was asked.
template <std::size_t Place, class Handlers, class Asked, class... Before>
[[gnu::always_inline]] inline auto handle_if(Handlers& handlers, const Asked& asked,
                                             std::size_t index, Before&... before) {
    if (index == Place) return handlers.handle(before..., **std::get_if<Place>(&asked));
    if constexpr (Place + 1 < std::variant_size_v<Asked>) {
        return handle_if<Place + 1>(handlers, asked, index, before...);
    } else {
        broken("a task was resumed and stopped without asking for anything");
    }
}

// Calls the handler of the trap that the request holds.
// Before: the request is not empty.
//
// Discussion: std::visit calls through a table, so that the compiler cannot see what is called. Of
// this row of questions about one number it makes a switch with the short handlers in it: 3 ns less
// for each trap. The index comes along, because asked of the variant at each place it makes a row
// of comparisons instead: 45 instructions more for a request that an echo server answers.
template <class Handlers, class... Traps, class... Before>
auto dispatch(Handlers& handlers, const std::variant<std::monostate, const Traps*...>& asked,
              Before&... before) {
    static_assert((handles<Handlers, Traps, Before...> && ...),
                  "a trap has no handler: write kernel::handle for it in kernel/handlers.cpp");
    return handle_if<1>(handlers, asked, asked.index(), before...);
}

// The same for what is asked in each step: the first trap of all, a yield, is looked for before the
// others. It is a part of whoever calls it.
// Discussion: a switch takes four instructions less so, a traced one a sixth. Where `dispatch`
// itself did it, in all places, an echo took more.
template <class Handlers, class Asked, class... Before>
[[gnu::always_inline]] inline auto dispatch_yield_first(Handlers& handlers, const Asked& asked,
                                                        Before&... before) {
    constexpr std::size_t yield = 1;
    if (asked.index() == yield) [[likely]]
        return handlers.handle(before..., **std::get_if<yield>(&asked));
    return dispatch(handlers, asked, before...);
}

}  // namespace giambio
