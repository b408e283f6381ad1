// The rows of the list of trace events, in step with the playhead.
//
// A row is made when it is drawn, so that a long trace costs nothing. Sentences come from
// tracer/model/words.hpp, which the command `trace text` prints too. Not here: drawing, scrolling.
// Kept true: row n is the trace event at position n.
// Internal to gui/.
#pragma once

#include "gui/model/causes.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace giambio::gui {

// How a row stands to the trace event at the playhead.
enum class relation : std::uint8_t { none, current, cause, effect };

struct event_row {
    std::string seq;
    std::string time;
    std::string turn;
    std::string who;
    std::string kind;
    std::string sentence;
    gui::relation relation = relation::none;
    bool begins_turn = false;
};

event_row event_row_at(const trace::recording& of, const causes& why, std::size_t index,
                       std::size_t playhead);

}  // namespace giambio::gui
