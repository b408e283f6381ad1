// Bytes as another program's Chrome trace: whatever they are, they are imported as far as they go
// or refused, and what was made is a good trace of ours.
//
// The preset `sanitize` makes a program of it; libFuzzer calls it. Not here: what is taken
// over (tests/export/).
// Kept true: what was made is read without a complaint, and so is its state at each trace event.
// Internal to tests/fuzz/.
#include "tracer/model/import_chrome.hpp"
#include "tracer/model/reader.hpp"
#include "tracer/model/state.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace giambio::trace;

void hold(bool condition) {
    if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    std::string made;
    try {
        const import_counts counts =
            import_chrome(bytes, "fuzzed", [&](std::string_view more) { made += more; });
        hold(!import_report(counts).empty());
    } catch (const not_a_chrome_trace& refusal) {
        hold(made.empty() && std::string_view(refusal.what()).size() > 10);
        return 0;
    }
    const recording read = read_text(made, "imported");
    hold(read.complaints.empty() && read.end.has_value());
    state now;
    for (const event each : read.events) hold(now.apply(read, each).empty());
    return 0;
}
