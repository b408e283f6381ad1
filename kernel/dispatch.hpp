// From a request to its handler: the fence that no trap without a handler gets past.
//
// loop.cpp calls in with the task's mailbox. A trap is added by adding its struct to
// traps/request.hpp and its `handle` to kernel.hpp; when one is missing, nothing compiles.
// Internal to kernel/.
#pragma once

#include "traps/check.hpp"

#include <variant>

namespace giambio {

template <class Handlers, class Trap, class... Before>
concept handles = requires(Handlers& handlers, const Trap& asked, Before&... before) {
    handlers.handle(before..., asked);
};

// Calls the handler of the trap that the request holds.
// Before: the request is not empty.
//
// Discussion: std::visit calls through a table, so that the compiler cannot see what is called. Of
// this row of questions it makes a switch with the short handlers in it: 3 ns less for each trap.
template <class Handlers, class... Traps, class... Before>
auto dispatch(Handlers& handlers, const std::variant<std::monostate, const Traps*...>& asked,
              Before&... before) {
    static_assert((handles<Handlers, Traps, Before...> && ...),
                  "a trap has no handler: write kernel::handle for it in kernel/handlers.cpp");
    decltype(handlers.handle(before..., *std::get<1>(asked))) decided{};
    const auto answered = [&](const auto* const* trap) {
        if (trap != nullptr) decided = handlers.handle(before..., **trap);
        return trap != nullptr;
    };
    if (!(answered(std::get_if<const Traps*>(&asked)) || ...)) {
        broken("a task was resumed and stopped without asking for anything");
    }
    return decided;
}

}  // namespace giambio
