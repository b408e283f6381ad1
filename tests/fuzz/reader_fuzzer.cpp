// Bytes as a trace file: whatever they are, they are read or refused, and what was read can be
// told.
//
// The preset `sanitize` makes a program of it; libFuzzer calls it. Not here: what a bad
// line is answered with (tests/model/, tests/hostile/).
// Kept true: seqs rise, times do not fall, a cause is earlier, every complaint has its line and
// byte.
// Internal to tests/fuzz/.
#include "tracer/model/history.hpp"
#include "tracer/model/reader.hpp"
#include "tracer/model/report.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace giambio::trace;

void hold(bool condition) {
    if (!condition) std::abort();
}

void hold_order(const recording& of) {
    std::uint64_t seq = 0;
    std::int64_t t = 0;
    for (const event each : of.events) {
        hold(each.seq > seq && each.t >= t && each.cause < each.seq);
        seq = each.seq;
        t = each.t;
    }
}

void tell_all(const recording& of) {
    const columns widths = columns_of(of);
    history past(of);
    for (std::size_t i = 0; i < of.events.size(); ++i) {
        const event each = of.events[i];
        hold(!text_line(of, each, widths).empty());
        hold(!state_text(of, past.at(i)).empty());
        for (const std::uint64_t effect : of.effects_of(each.seq)) hold(effect > each.seq);
    }
    if (!of.events.empty()) state_text(of, past.at(0));
    hold(!info_text(of).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const recording read = read_text(text, "fuzzed");
        hold_order(read);
        for (const complaint& each : read.complaints) hold(each.line > 0 && !each.what.empty());
        tell_all(read);
    } catch (const unreadable& refusal) {
        hold(std::string_view(refusal.what()).starts_with("fuzzed "));
    }
    return 0;
}
