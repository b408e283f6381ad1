// The tables of letters and words, and the way from a rebuilt task to its look.
//
// Called by lanes.cpp and the panes' rows. The letters are explained by the viewer's help and by
// the legend under the timeline. Not here: anything that knows pixels.
// Internal to gui/; public to it through look.hpp.
#include "gui/model/look.hpp"

#include "tracer/model/words.hpp"

#include <array>

namespace giambio::gui {
namespace {

struct entry {
    char letter;
    std::string_view word;
};

constexpr std::array<entry, static_cast<std::size_t>(last_look) + 1> entries{{
    {'R', "running"},
    {'q', "ready"},
    {'t', "waits for a timer"},
    {'d', "waits on a descriptor"},
    {'o', "waits on an object"},
    {'j', "waits for a task's end"},
    {'.', "ended"},
    {'P', "poll"},
    {'T', "timers"},
    {'U', "run"},
}};

}  // namespace

char letter_of(look which) {
    return entries[static_cast<std::size_t>(which)].letter;
}

std::string_view word_of(look which) {
    return entries[static_cast<std::size_t>(which)].word;
}

look look_of(const trace::task_view& task) {
    switch (task.state) {
        case trace::task_state::ready:
            return look::ready;
        case trace::task_state::running:
            return look::running;
        case trace::task_state::ended:
            return look::ended;
        case trace::task_state::parked:
            break;
    }
    switch (task.waits) {
        case trace::wait_kind::timer:
            return look::waits_timer;
        case trace::wait_kind::fd:
            return look::waits_fd;
        case trace::wait_kind::task:
            return look::waits_task;
        default:
            return look::waits_object;
    }
}

std::string name_of(const trace::recording& of, std::uint32_t task) {
    return trace::one_line(of.task_name(task));
}

std::string short_text(const trace::recording& of, const trace::task_view& task) {
    switch (look_of(task)) {
        case look::waits_timer:
            return "timer " + std::to_string(task.wait_id);
        case look::waits_fd:
            return "fd " + std::to_string(task.wait_fd()) + (task.wait_write ? " write" : " read");
        case look::waits_object:
            return trace::one_line(of.object_name(task.wait_id));
        case look::waits_task:
            return "end of " + name_of(of, task.wait_id);
        default:
            return std::string(word_of(look_of(task)));
    }
}

}  // namespace giambio::gui
