// A trace that is still being written, told in words as its lines come.
//
// `trace follow` feeds it bytes and prints what it returns. Of what went by it keeps only what
// names need: header, sites, and the spawns and new objects of those that are still there. Not
// here: where the bytes come from (tracer/commands/follow.cpp).
// Kept true: memory grows with what is alive in the run, not with the trace; each whole line is
// told once.
// Internal to tracer/.
#pragma once

#include "tracer/model/report.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace giambio::trace {

class following {
public:
    // Takes the next bytes, cut anywhere, and returns what the whole lines in them tell: words, and
    // a sentence for each bad line. Throws `unreadable` when it is no trace.
    std::string feed(std::string_view bytes);

    bool has_ended() const { return ended_; }  // the footer has come
    bool has_begun() const { return !header_.empty(); }

private:
    std::string tell(const std::string& lines);
    void remember(const recording& read);
    void remember(std::string_view line);

    std::string cut_;  // of a line that is not whole yet
    std::string header_;
    std::string definitions_;
    std::map<std::uint64_t, std::string> births_;   // lines by seq
    std::map<std::uint32_t, std::uint64_t> tasks_;  // seq of the birth
    std::map<std::uint32_t, std::uint64_t> objects_;
    std::uint64_t told_ = 0;  // the last seq
    columns widths_;
    bool ended_ = false;
};

}  // namespace giambio::trace
