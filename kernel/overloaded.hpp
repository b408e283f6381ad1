// Several lambdas as one function object, so that std::visit reads as a list of cases.
// Internal to kernel/.
#pragma once

namespace giambio {

template <class... Cases>
struct overloaded : Cases... {
    using Cases::operator()...;
};

// Clang 16 does not find this by itself.
template <class... Cases>
overloaded(Cases...) -> overloaded<Cases...>;

}  // namespace giambio
