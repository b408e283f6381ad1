// The one model behind all panes: the trace, the playhead, the selection, the visible range.
//
// Windows and keys call perform() and the other verbs; panes read. When the playhead moves, the
// rows of every pane are made anew from the same state, so that no two panes can disagree.
// Not here: drawing, reading the mouse.
// Kept true: after every verb the rows belong to the playhead's trace event.
// Internal to gui/.
#pragma once

#include "gui/model/arrangement.hpp"
#include "gui/model/command.hpp"
#include "gui/model/kernel_pane.hpp"
#include "gui/model/lesson_pane.hpp"
#include "gui/model/palette.hpp"
#include "gui/model/playback.hpp"
#include "gui/model/search.hpp"
#include "gui/model/source_pane.hpp"
#include "gui/model/timeline.hpp"
#include "tracer/model/history.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>

namespace giambio::gui {

inline constexpr float smallest_scale = 1;
inline constexpr float largest_scale = 3;

class study {
public:
    study(trace::recording of, std::optional<axis_kind> wanted_axis);

    // The trace and what was made of it once.
    const trace::recording& of() const { return *of_; }
    const lanes& all() const { return lanes_; }
    const causes& why() const { return causes_; }
    const source_lines& lines() const { return lines_; }

    // Its file may have grown since, or been written anew by the next run. The playhead, the
    // selection and the look stay, as far as they are still there.
    void read_again(trace::recording of);

    // The playhead and everything that follows from it.
    const playback& play() const { return play_; }
    std::size_t index() const { return play_.index(); }
    const kernel_rows& kernel() const { return kernel_; }
    const source_rows& source() const { return source_; }
    const std::string& sentence() const { return sentence_; }
    const std::string& change() const { return change_; }
    const trace::state& now() { return history_->at(index()); }

    // To where the user wishes to look: it does not play on from there by itself.
    void go_to(std::size_t index);
    // Playing goes on up to this moment; true when the playhead moved.
    bool advance(double now);
    void set_speed(double events_per_second) { play_.set_speed(events_per_second); }

    // The selected task, 0 for none; else moves by task follow the playhead's own task.
    std::uint32_t selected() const { return selected_; }
    void select(std::uint32_t task) { selected_ = task; }
    std::uint32_t this_task() const;

    // A lesson beside the trace. The second folder of text is read by tracer/model/. It is about
    // single trace events, so it opens on the axis on which each has a column, also for a run on
    // the real clock, where a whole step of a task is narrower than a pixel.
    const lesson_pane& lesson() const { return lesson_; }
    void open_lesson(trace::lesson_text text);
    void read_lesson_again(trace::lesson_text text);  // after the trace
    void choose_step(std::size_t step);
    void choose_paragraph(std::size_t paragraph);
    void show_answer();

    // Finding a trace event by its words; while the line is open, signs are typed into it.
    const search& find() const { return search_; }
    void type(char32_t sign) { search_.type(sign); }

    // The file in the source pane; 0 follows the playhead, as the next move does.
    void show_source(std::uint32_t source);

    // A command. `mouse` is its place on the axis when it is over the timeline.
    void perform(command which, std::optional<double> mouse = std::nullopt);

    // The timeline: what is seen of it, and where the window put it.
    const axis& on() const { return axis_; }
    const range& seen() const { return seen_; }
    void zoom(double around, double factor);
    void pan(double by);
    void set_frame(const frame& in);
    const frame& in() const { return frame_; }
    void scroll_lanes(float pixels);
    timeline_input timeline() const;
    void click_timeline(float x, float y);
    void scrub(float x);

    gui::theme theme() const { return theme_; }
    void set_theme(gui::theme wanted) { theme_ = wanted; }
    float scale() const { return scale_; }
    void set_scale(float wanted);
    // What the screen asks for, to which the user can go back from any other.
    void set_own_scale(float wanted) { own_scale_ = wanted; }
    void set_axis(axis_kind wanted);
    bool shows_help() const { return shows_help_; }

    // Which of the panes that share a region is in front.
    pane in_front(const region& of) const;
    void bring_to_front(pane which);

    // Counts moves of the playhead, and whatever else makes the lists scroll to where the user is.
    std::uint64_t moves() const { return moves_; }

private:
    bool perform_move(command which);
    bool perform_play(command which);
    bool perform_view(command which, double around);
    bool perform_find(command which);
    void perform_other(command which);
    void fit();
    void along_arrow(command which);
    void escape();
    void playhead_moved();
    void reveal();
    void lesson_step(std::uint64_t seq);

    std::unique_ptr<trace::recording> of_;
    std::unique_ptr<trace::history> history_;
    lanes lanes_;
    causes causes_;
    source_lines lines_;
    playback play_;
    lesson_pane lesson_;
    search search_;
    std::uint32_t selected_ = 0;
    bool axis_wanted_;  // the user said which axis to begin with
    axis axis_;
    range seen_;
    frame frame_;
    float scroll_ = 0;
    gui::theme theme_ = theme::light;
    float scale_ = 1;
    float own_scale_ = 1;
    bool shows_help_ = false;
    bool fitted_ = false;  // the last command was fit, so that the next one fits everything
    std::array<std::uint64_t, 5> fronts_{};  // when each pane was brought to the front last
    std::uint64_t front_counter_ = 0;
    std::uint64_t moves_ = 0;
    kernel_rows kernel_;
    source_rows source_;
    std::string sentence_;
    std::string change_;
};

}  // namespace giambio::gui
