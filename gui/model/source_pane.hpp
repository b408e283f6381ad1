// What the source pane shows: a file of the program's text and a cursor for every task in it.
//
// The text comes from the trace, never from the disk. The strong cursor stands where the trace
// event at the playhead (or the task that runs) is; a ghost stands at the co_await of every other
// task.
// Not here: colours of words (syntax.hpp), scrolling, drawing.
// Kept true: a task has at most one cursor, and every cursor is in the file that is shown.
// Internal to gui/.
#pragma once

#include "gui/model/lanes.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace giambio::gui {

struct cursor {
    std::uint32_t task = 0;  // 0: the loop's own trace event has a place
    std::string name;
    std::uint32_t line = 0;    // from 1
    std::uint32_t column = 0;  // from 1
    gui::look look = look::ready;
    bool strong = false;
};

struct source_rows {
    std::uint32_t source = 0;  // its id; 0 when there is nothing to show
    std::string file;
    std::string note;             // why there is no text, as a sentence
    std::vector<cursor> cursors;  // the strong one first
    std::uint32_t line = 0;       // the one to have in sight; 0 when none
};

// `wanted` is the file that the user chose, 0 to follow the playhead. `last` is the file that was
// shown before; it stays when the trace event has no place of its own.
source_rows source_at(const trace::recording& of, const lanes& all, const trace::state& now,
                      std::size_t index, std::uint32_t wanted, std::uint32_t last);

// The lines of every source file, cut once.
class source_lines {
public:
    explicit source_lines(const trace::recording& of);
    const std::vector<std::string_view>& of(std::uint32_t source) const;

private:
    std::vector<std::vector<std::string_view>> lines_;
    std::vector<std::string_view> none_;
};

// The last part of a path: what a tab is called.
std::string_view file_name(std::string_view path);

}  // namespace giambio::gui
