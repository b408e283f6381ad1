// Errors as text. See words.hpp.
// Internal to kernel/.
#include "kernel/words.hpp"

#include <cstring>

namespace giambio {

std::string text_of(const reply& refused) {
    switch (refused.error) {
        case refusal::none:
            return "";
        case refusal::cancelled:
            return "cancelled";
        case refusal::busy:
            return "busy";
        case refusal::closed:
            return "closed";
        case refusal::misuse:
            return "misuse";
        case refusal::abandoned:
            return "abandoned";
        case refusal::system:
            return std::strerror(static_cast<int>(refused.value));
    }
    return "?";
}

}  // namespace giambio
