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
        case refusal::system:
            return std::strerror(static_cast<int>(refused.value));
    }
    return "?";
}

// The only way to look into an exception_ptr is to throw it.
std::string text_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& known) {
        return known.what();
    } catch (const cancelled&) {
        return "cancelled";
    } catch (...) {
        return "an error that is no std::exception";
    }
}

}  // namespace giambio
