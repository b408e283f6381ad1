// The lesson pane: a lesson's paragraphs, and which of its steps is the current one.
//
// A step is a paragraph that is bound to a trace event. PageDown, PageUp, a click and --step choose
// one; when the playhead comes to a step's trace event by itself, that step becomes the current
// one. What stands behind a question is shown when the reader goes on from there, never by itself.
// Not here: reading a lesson (tracer/model/lesson_text.hpp), drawing.
// Kept true: the current step, if there is one, is that of a bound paragraph that is shown.
// Internal to gui/.
#pragma once

#include "tracer/model/lesson_text.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace giambio::gui {

class lesson_pane {
public:
    lesson_pane() = default;
    explicit lesson_pane(trace::lesson_text text);

    bool is_open() const { return !text_.paragraphs.empty(); }
    const trace::lesson_text& text() const { return text_; }
    std::size_t steps() const { return bound_.size(); }

    // The current step, from 1; 0 before the first was chosen.
    std::size_t step() const { return step_; }
    // Its paragraph; nothing before the first was chosen.
    std::optional<std::size_t> paragraph() const;
    // Is the playhead on the current step's trace event? Else it has moved on from there.
    bool is_at(std::uint64_t seq) const;

    // How many paragraphs are shown; the last of them is a question when there are more.
    std::size_t shown() const { return shown_; }
    bool hides_answer() const { return shown_ < text_.paragraphs.size(); }
    // Does the reader stand at that question, with no step left before it?
    bool asks() const { return asks_; }

    // Choose a step and tell the seq to go to; 0 when there is no such step. What hides it is over.
    std::uint64_t choose(std::size_t step);
    std::uint64_t choose_paragraph(std::size_t paragraph);
    // Before the first step behind a question comes the question itself, which has no trace event.
    std::uint64_t next();
    std::uint64_t previous();
    // Shows what is behind the question and chooses the first step there.
    std::uint64_t answer();

    void playhead_moved(std::uint64_t seq);

private:
    void show(std::size_t paragraph);

    trace::lesson_text text_;
    std::vector<std::size_t> bound_;  // paragraphs
    std::size_t step_ = 0;
    std::size_t shown_ = 0;
    bool asks_ = false;
};

}  // namespace giambio::gui
