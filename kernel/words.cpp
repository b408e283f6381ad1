// Errors as text. See words.hpp.
// Internal to kernel/.
#include "kernel/words.hpp"

#include <cstring>

namespace giambio {

std::string text_of(refusal why, reply with) {
    switch (why) {
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
            return std::strerror(static_cast<int>(with.value));
    }
    return "?";
}

}  // namespace giambio
