// From a request to its handler: the fence that no trap without a handler gets past.
//
// loop.cpp calls in with the task's mailbox. A trap is added by adding its struct to
// traps/request.hpp and its `handle` to kernel.hpp; when one is missing, nothing compiles.
// Internal to kernel/.
#pragma once

#include "traps/check.hpp"

#include <type_traits>
#include <variant>

namespace giambio {

template <class Handlers, class Trap, class... Before>
concept handles = requires(Handlers& handlers, const Trap& asked, Before&... before) {
    handlers.handle(before..., asked);
};

// Calls the handler of the trap that the request holds.
// Before: the request is not empty.
template <class Handlers, class Nothing, class... Traps, class... Before>
auto dispatch(Handlers& handlers, const std::variant<Nothing, Traps...>& asked, Before&... before) {
    static_assert((handles<Handlers, Traps, Before...> && ...),
                  "a trap has no handler: write kernel::handle for it in kernel/handlers.cpp");
    using answer_type = decltype(handlers.handle(before..., std::get<1>(asked)));
    return std::visit(
        [&](const auto& trap) -> answer_type {
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(trap)>, Nothing>) {
                broken("a task was resumed and stopped without asking for anything");
            } else {
                return handlers.handle(before..., trap);
            }
        },
        asked);
}

}  // namespace giambio
