// A lesson's text with each paragraph bound to one trace event of a recording.
//
// The viewer's text pane and the lesson runner call read_lesson with a lesson's folder and a trace
// that its program made. It reads text.md (lesson_markdown.hpp) and steps.json (lesson_steps.hpp),
// binds the two and fills in the values. Not here: running a program (lessons/), drawing (gui/).
// Kept true: whatever is wrong with a lesson becomes a complaint, a whole sentence; what is right
// is shown all the same.
// Public to gui/ and lessons/.
#pragma once

#include "tracer/model/trace.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace giambio::trace {

struct lesson_paragraph {
    std::string id;    // of its step, empty for a paragraph that is not bound
    std::string kind;  // "heading", "paragraph", "code", "list"
    int level = 0;     // of a heading: 1 to 6; of a list item: how deep, from 1
    std::string text;
    std::uint64_t seq = 0;  // 0: bound to no trace event
};

// Does it ask the reader to foretell what comes next? Nobody shows him what is behind it before he
// has had the time to answer.
inline bool is_question(const lesson_paragraph& each) {
    return each.text.starts_with("Before you step on");
}

struct lesson_text {
    std::string title;
    std::vector<lesson_paragraph> paragraphs;
    std::vector<std::string> complaints;
};

// `folder` is the lesson's folder, which holds text.md and steps.json.
//
// A paragraph of text.md that begins with `{#id} ` belongs to the step `id` of steps.json. In a
// bound paragraph these are replaced by what the trace says (`step` is the id of any step):
//   [[t]]  [[t:step]]        when it happened
//   [[dur:step]]             the time between that step and this paragraph's own
//   [[task]]  [[task:step]]  the task, as "#3 cook"
//   [[KEY]]  [[KEY:step]]    one of the trace event's own keys, such as [[bytes]] or [[timeout]]
lesson_text read_lesson(const std::string& folder, const recording& of);

// The line of source text at a site, without spaces around it; empty when the trace has no text.
std::string_view source_line(const recording& of, std::uint32_t site_id);

}  // namespace giambio::trace
