// Text as a question to a trace: whatever it is, it is answered or refused with a column inside it.
//
// The preset `sanitize` makes a program of it; libFuzzer calls it. Not here: what a
// question means (tests/query/).
// Kept true: an expression is refused only by bad_query, whose column lies in it or right behind
// it.
// Internal to tests/fuzz/.
#include "tracer/model/query.hpp"
#include "tracer/model/reader.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace giambio::trace;

const recording& sample() {
    static const recording read = [] {
        const char* root = std::getenv("GIAMBIO_SOURCE");
        return read_file(std::string(root == nullptr ? "." : root) +
                         "/tests/model/echo_sample.jsonl");
    }();
    return read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static questions to_sample(sample());
    const std::string expression(reinterpret_cast<const char*>(data), size);
    try {
        const answer told = to_sample.ask(expression);
        if (told.text.empty() && told.is != answer::form::text) std::abort();
    } catch (const bad_query& refusal) {
        if (refusal.column() == 0 || refusal.column() > size + 1) std::abort();
        if (with_caret(expression, refusal).empty()) std::abort();
    }
    return 0;
}
