// The lesson pane: a lesson's paragraphs, and which of its steps is the current one.
//
// A step is a paragraph that is bound to a trace event. PageDown, PageUp, a click and --step choose
// one; when the playhead comes to a step's trace event by itself, that step becomes the current
// one.
// Not here: reading a lesson (tracer/model/lesson_text.hpp), drawing.
// Kept true: the current step, if there is one, is that of a bound paragraph.
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

    // Choose a step and tell the seq to go to; 0 when there is no such step.
    std::uint64_t choose(std::size_t step);
    std::uint64_t choose_paragraph(std::size_t paragraph);
    std::uint64_t next();
    std::uint64_t previous();

    void playhead_moved(std::uint64_t seq);

private:
    trace::lesson_text text_;
    std::vector<std::size_t> bound_;  // paragraphs
    std::size_t step_ = 0;
};

}  // namespace giambio::gui
