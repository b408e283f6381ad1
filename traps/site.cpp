// Finds a function's name in what the compiler wrote. See site.hpp.
// Internal to traps/.
#include "traps/site.hpp"

#include <string_view>

namespace giambio {

namespace {

// A namespace without a name says nothing to a reader, and Clang's word for it has a parenthesis.
std::string without_unnamed_namespaces(std::string text) {
    for (const std::string_view unnamed : {"(anonymous namespace)::", "{anonymous}::"}) {
        for (std::size_t at = text.find(unnamed); at != std::string::npos;
             at = text.find(unnamed)) {
            text.erase(at, unnamed.size());
        }
    }
    return text;
}

}  // namespace

std::string function_name(const site& of) {
    const std::string whole = without_unnamed_namespaces(of.function_name());
    // "giambio::coroutine<> cook(int)": the name stands before the first parenthesis and after the
    // last space before it.
    std::string_view name = std::string_view(whole).substr(0, whole.find('('));
    const std::size_t space = name.find_last_of(" *&");
    if (space != std::string_view::npos) name.remove_prefix(space + 1);
    constexpr std::string_view ours = "giambio::";
    if (name.starts_with(ours)) name.remove_prefix(ours.size());
    const bool is_lambda = whole.find("lambda") != std::string_view::npos ||
                           whole.find("(anonymous class)") != std::string_view::npos;
    return std::string(name) + (is_lambda ? "::lambda" : "");
}

}  // namespace giambio
