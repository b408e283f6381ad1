// The table of keys that the help shows.
//
// Called by gui/draw/help.cpp and a test. Not here: reading the keyboard (gui/window/keys.cpp).
// Kept true: the words here are the ones on the buttons.
// Internal to gui/; public to it through command.hpp.
#include "gui/model/command.hpp"

#include <algorithm>
#include <array>

namespace giambio::gui {
namespace {

constexpr std::array<help_row, 39> rows{{
    {"", "Move"},
    {"Left, Right", "one trace event"},
    {"Shift + Left, Right", "one trace event of this task"},
    {"Ctrl + Left, Right", "one turn of the loop"},
    {"Home, End", "the start, the end of the run"},
    {"[  ]", "to the cause, to the effect"},
    {"PageUp, PageDown", "the lesson's previous, next paragraph"},
    {"/, Ctrl + F", "find a task or a trace event by its words"},
    {"Enter, Shift + Enter", "the next, the previous that has them"},
    {"", "Play"},
    {"Space", "play, pause"},
    {"1 to 5", "1, 2, 5, 15, 60 trace events a second"},
    {"", "Look"},
    {"W, S", "zoom in and out at the mouse"},
    {"A, D", "pan to the left, to the right"},
    {"Ctrl + wheel", "zoom at the mouse"},
    {"Shift + wheel, drag", "pan"},
    {"wheel", "scroll the lanes"},
    {"F, F again", "fit the selection, fit everything"},
    {"X", "axis of trace events, axis of time"},
    {"T", "light, dark"},
    {"Ctrl + plus, minus, 0", "text size, 100 to 300 %"},
    {"", "Select"},
    {"click a lane", "that task, and the stretch's first trace event"},
    {"click the ruler", "the trace event there"},
    {"click a paragraph, a row", "its trace event"},
    {"Esc", "close this, then deselect"},
    {"?", "this help"},
    {"R", "read the file again, after another run"},
    {"Ctrl + Q", "close the window"},
    {"", "Letters on the lanes"},
    {"R  q", "running; ready, in the queue"},
    {"t  d", "waits for a timer; on a descriptor"},
    {"o  j", "waits on an object; for a task's end"},
    {"P  T  U", "the loop polls; fires timers; runs tasks"},
    {"", "Signs on the lanes"},
    {"square, cross, slash", "ended; ended by an error; cancelled"},
    {"small triangle", "a log line, a mark, a signal; orange: a cancel or a fault"},
    {"orange, blue arrow", "from the causes; to the effects"},
}};

}  // namespace

bool repeats(command which) {
    constexpr std::array once{command::play_or_pause, command::fit,       command::switch_axis,
                              command::switch_theme,  command::help,      command::escape,
                              command::find,          command::read_again};
    return std::find(once.begin(), once.end(), which) == once.end();
}

std::span<const help_row> help_rows() {
    return rows;
}

}  // namespace giambio::gui
