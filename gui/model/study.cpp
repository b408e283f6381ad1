// Carries out what keys, buttons and clicks ask for.
//
// Called by gui/draw/ and gui/window/. Each group of commands has a function of its own that tells
// whether the command was one of its own. Not here: where a move ends (playback.cpp), zooming
// (axis.cpp).
// Internal to gui/; public to it through study.hpp.
#include "gui/model/study.hpp"

#include "tracer/model/words.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace giambio::gui {

study::study(trace::recording of, std::optional<axis_kind> wanted_axis)
    : of_(std::make_unique<trace::recording>(std::move(of))),
      history_(std::make_unique<trace::history>(*of_)),
      lanes_(make_lanes(*of_)),
      causes_(*of_),
      lines_(*of_),
      play_(*of_),
      axis_wanted_(wanted_axis.has_value()),
      axis_(*of_, wanted_axis.value_or(best_axis(*of_))),
      seen_(first_range(axis_)) {
    playhead_moved();
}

// In the place of the old one, to which the playhead, the axis and others point.
void study::read_again(trace::recording of) {
    const std::uint64_t seq = play_.seq();
    const bool everything = seen_.from <= 0 && seen_.to >= axis_.end();
    *of_ = std::move(of);
    history_ = std::make_unique<trace::history>(*of_);
    lanes_ = make_lanes(*of_);
    causes_ = causes(*of_);
    lines_ = source_lines(*of_);
    axis_ = axis(*of_, axis_.kind());
    source_ = {};
    if (!lanes_.row_of.contains(selected_)) selected_ = 0;
    play_.go_to_seq(seq);
    seen_ = everything ? whole_range(axis_) : panned(axis_, seen_, 0);
    scroll_lanes(0);
    playhead_moved();
}

void study::playhead_moved() {
    ++moves_;
    if (of_->events.empty()) {
        sentence_ = "This trace has no trace events.";
        return;
    }
    const trace::event& that = of_->events[index()];
    const trace::state before = index() == 0 ? trace::state() : history_->at(index() - 1);
    const trace::state& after = history_->at(index());
    kernel_ = kernel_at(*of_, before, after);
    source_ = source_at(*of_, lanes_, after, index(), 0, source_.source);
    sentence_ = trace::sentence(*of_, that);
    change_ = trace::change(*of_, that, after);
    lesson_.playhead_moved(that.seq);
    reveal();
}

// Nothing moves that need not: the range only when the playhead has left it, the lanes only when
// the playhead's lane is out of sight.
void study::reveal() {
    seen_ = revealing(axis_, seen_, axis_.at(index()));
    if (frame_.lane <= 0) return;
    const std::uint32_t task = of_->events[index()].task;
    // The loop's lane covers the first of the room.
    const float top = static_cast<float>(lanes_.row(task)) * frame_.lane;
    const float room = frame_.height - frame_.ruler;
    const bool above = top < scroll_ + frame_.lane;
    const bool below = top + frame_.lane > scroll_ + room;
    if (task == 0 || (!above && !below)) return;
    scroll_ = above ? top - frame_.lane : top + frame_.lane - room;
    scroll_lanes(0);
}

void study::go_to(std::size_t index) {
    play_.pause();
    play_.go_to(index);
    playhead_moved();
}

bool study::advance(double now) {
    if (!play_.advance(now)) return false;
    playhead_moved();
    return true;
}

std::uint32_t study::this_task() const {
    if (selected_ != 0 || of_->events.empty()) return selected_;
    const trace::event& that = of_->events[index()];
    if (that.task != 0) return that.task;
    for (const trace::key which : {trace::key::woken, trace::key::child})
        if (const auto id = of_->number(that, which)) return static_cast<std::uint32_t>(*id);
    return 0;
}

void study::open_lesson(trace::lesson_text text) {
    lesson_ = lesson_pane(std::move(text));
    if (!axis_wanted_) set_axis(axis_kind::events);
    bring_to_front(pane::lesson);
}

void study::read_lesson_again(trace::lesson_text text) {
    const std::size_t step = lesson_.step();
    const bool here = lesson_.is_at(play_.seq());
    lesson_ = lesson_pane(std::move(text));
    const std::uint64_t seq = lesson_.choose(std::min(step, lesson_.steps()));
    if (here) lesson_step(seq);
}

// Without a trace event to go to, what is shown may still be more than before.
void study::lesson_step(std::uint64_t seq) {
    if (seq == 0)
        ++moves_;
    else
        go_to(of_->index_of(seq));
}

void study::choose_step(std::size_t step) {
    lesson_step(lesson_.choose(step));
}

void study::choose_paragraph(std::size_t paragraph) {
    lesson_step(lesson_.choose_paragraph(paragraph));
}

void study::show_answer() {
    lesson_step(lesson_.answer());
}

void study::show_source(std::uint32_t source) {
    if (of_->events.empty()) return;
    source_ = source_at(*of_, lanes_, now(), index(), source, source_.source);
    ++moves_;
}

void study::perform(command which, std::optional<double> mouse) {
    const bool fits_again = which == command::fit && fitted_;
    fitted_ = false;
    if (fits_again) {
        seen_ = whole_range(axis_);
        return;
    }
    const double around = mouse.value_or(axis_.at(index()));
    if (perform_move(which)) return playhead_moved();
    if (perform_play(which) || perform_view(which, around) || perform_find(which)) return;
    perform_other(which);
}

bool study::perform_move(command which) {
    switch (which) {
        case command::event_back:
            play_.back();
            break;
        case command::event_forward:
            play_.forward();
            break;
        case command::task_back:
            play_.back_task(this_task());
            break;
        case command::task_forward:
            play_.forward_task(this_task());
            break;
        case command::turn_back:
            play_.back_turn();
            break;
        case command::turn_forward:
            play_.forward_turn();
            break;
        case command::to_start:
            play_.to_start();
            break;
        case command::to_end:
            play_.to_end();
            break;
        default:
            return false;
    }
    play_.pause();
    return true;
}

bool study::perform_play(command which) {
    if (which == command::play_or_pause) {
        if (play_.playing()) {
            play_.pause();
        } else {
            play_.play();
            playhead_moved();
        }
        return true;
    }
    if (which < command::speed_1 || which > command::speed_5) return false;
    const auto number =
        static_cast<std::size_t>(which) - static_cast<std::size_t>(command::speed_1);
    play_.set_speed(speeds.at(number));
    return true;
}

bool study::perform_view(command which, double around) {
    constexpr double step = 0.8;
    constexpr double pan_step = 0.12;
    switch (which) {
        case command::fit:
            fit();
            return true;
        case command::zoom_in:
            zoom(around, step);
            return true;
        case command::zoom_out:
            zoom(around, 1 / step);
            return true;
        case command::pan_left:
            pan(-pan_step * seen_.width());
            return true;
        case command::pan_right:
            pan(pan_step * seen_.width());
            return true;
        case command::switch_axis:
            set_axis(axis_.kind() == axis_kind::events ? axis_kind::time : axis_kind::events);
            return true;
        default:
            return false;
    }
}

bool study::perform_find(command which) {
    std::optional<std::size_t> found;
    switch (which) {
        case command::find:
            search_.open();
            return true;
        case command::find_erase:
            search_.erase();
            return true;
        case command::find_next:
            found = search_.next(*of_, index());
            break;
        case command::find_previous:
            found = search_.previous(*of_, index());
            break;
        default:
            return false;
    }
    if (found) go_to(*found);
    return true;
}

void study::perform_other(command which) {
    constexpr float scale_step = 0.25F;
    switch (which) {
        case command::to_cause:
        case command::to_effect:
            return along_arrow(which);
        case command::lesson_next:
            return lesson_step(lesson_.next());
        case command::lesson_previous:
            return lesson_step(lesson_.previous());
        case command::switch_theme:
            theme_ = theme_ == theme::light ? theme::dark : theme::light;
            return;
        case command::scale_up:
            return set_scale(scale_ + scale_step);
        case command::scale_down:
            return set_scale(scale_ - scale_step);
        case command::scale_reset:
            return set_scale(own_scale_);
        case command::help:
            shows_help_ = !shows_help_;
            return;
        case command::escape:
            return escape();
        default:
            return;
    }
}

// The stretch of this task at the playhead; without one, the turn of the loop around it.
void study::fit() {
    fitted_ = true;
    const lane& row = lanes_.rows[lanes_.row(this_task())];
    if (const span* stretch = row.at(index())) {
        seen_ = fitted(axis_, stretch->begin, stretch->end);
        return;
    }
    seen_ = whole_range(axis_);
}

void study::along_arrow(command which) {
    if (which == command::to_cause) {
        if (const auto cause = causes_.cause_of(index())) go_to(*cause);
        return;
    }
    const std::vector<std::size_t> effects = causes_.effects_of(index());
    if (!effects.empty()) go_to(effects.front());
}

void study::escape() {
    if (shows_help_)
        shows_help_ = false;
    else if (search_.is_open())
        search_.close();
    else if (selected_ != 0)
        selected_ = 0;
    else
        play_.pause();
}

void study::zoom(double around, double factor) {
    seen_ = zoomed(axis_, seen_, around, factor);
    fitted_ = false;
}

void study::pan(double by) {
    seen_ = panned(axis_, seen_, by);
    fitted_ = false;
}

void study::set_frame(const frame& in) {
    const bool first = frame_.lane <= 0;
    frame_ = in;
    scroll_lanes(0);
    if (first && !of_->events.empty()) reveal();
}

void study::scroll_lanes(float pixels) {
    const float content = static_cast<float>(lanes_.rows.size()) * frame_.lane;
    const float most = std::max(0.0F, content - (frame_.height - frame_.ruler));
    scroll_ = std::clamp(scroll_ + pixels, 0.0F, most);
    frame_.scroll = scroll_;
}

timeline_input study::timeline() const {
    return {*of_, lanes_, axis_, seen_, frame_, index(), selected_, causes_.arrows_of(index())};
}

void study::click_timeline(float x, float y) {
    const auto found = pick(timeline(), x, y);
    if (!found) return;
    selected_ = lanes_.rows[found->row].task;
    go_to(found->index);
}

void study::scrub(float x) {
    if (of_->events.empty()) return;
    go_to(axis_.index_at(place_of(frame_, seen_, x)));
}

void study::set_scale(float wanted) {
    scale_ = std::clamp(wanted, smallest_scale, largest_scale);
}

// The other axis shows the same trace events.
void study::set_axis(axis_kind wanted) {
    if (wanted == axis_.kind()) return;
    const std::size_t first = axis_.index_at(seen_.from);
    const std::size_t last = axis_.index_at(seen_.to);
    const bool everything = first == 0 && last + 1 >= of_->events.size();
    axis_ = axis(*of_, wanted);
    seen_ = everything ? first_range(axis_) : fitted(axis_, first, last);
    if (!of_->events.empty()) reveal();
}

pane study::in_front(const region& of) const {
    return *std::max_element(of.panes.begin(), of.panes.end(), [this](pane one, pane other) {
        return fronts_[static_cast<std::size_t>(one)] < fronts_[static_cast<std::size_t>(other)];
    });
}

void study::bring_to_front(pane which) {
    fronts_[static_cast<std::size_t>(which)] = ++front_counter_;
    ++moves_;
}

}  // namespace giambio::gui
