// The whole import, and the sentence about it.
//
// Called by `trace import`. Not here: reading (import_read.cpp), lanes (import_lanes.cpp), writing
// (import_write.cpp).
// Internal to tracer/; its functions are declared in import_chrome.hpp.
#include "tracer/model/import_chrome.hpp"

#include "tracer/model/import_parts.hpp"

#include <initializer_list>
#include <utility>

namespace giambio::trace {
namespace {

using amounts = std::initializer_list<std::pair<std::size_t, const char*>>;

// "lanes as tasks: 3, slices as steps: 1": those that are not zero.
std::string list_of(amounts all) {
    std::string shown;
    for (const auto& [count, noun] : all) {
        if (count == 0) continue;
        shown += (shown.empty() ? "" : ", ") + std::string(noun) + ": " + std::to_string(count);
    }
    return shown;
}

}  // namespace

import_counts import_chrome(std::string_view bytes, const std::string& program,
                            const receiver& to) {
    import_counts counts;
    const chrome_file file = read_chrome(bytes, counts);
    const chrome_moments moments = make_moments(file, counts);
    write_moments(file, moments, program, counts, to);
    return counts;
}

std::string import_report(const import_counts& of) {
    const std::string taken = list_of({{of.lanes, "lanes as tasks"},
                                       {of.steps, "slices as steps"},
                                       {of.nested, "nested slices as marks"},
                                       {of.instants, "instants as marks"},
                                       {of.arrows, "arrows as causes"}});
    const std::string changed =
        list_of({{of.interrupted, "steps interrupted because another lane worked too"},
                 {of.cut, "slices cut where the one around them ends"},
                 {of.unended, "slices ended with the trace because nothing else did"}});
    const std::string left_out = list_of({{of.counters, "counters"},
                                          {of.asynchronous, "asynchronous entries"},
                                          {of.arrows_alone, "arrows that lead to no step"},
                                          {of.ends_alone, "ends without a beginning"},
                                          {of.waits, "slices that tell of waiting"},
                                          {of.timeless, "entries without a time that can be used"},
                                          {of.unknown, "entries of other kinds"}});
    std::string shown =
        "made of " + std::to_string(of.entries) + (of.entries == 1 ? " entry. " : " entries. ");
    shown += "Taken over: " + (taken.empty() ? "nothing" : taken) + ".";
    if (!changed.empty()) shown += " Changed: " + changed + ".";
    if (!left_out.empty()) shown += " Left out: " + left_out + ".";
    return shown;
}

}  // namespace giambio::trace
