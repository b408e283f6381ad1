// Markdown, flattened into a lesson's paragraphs: headings, paragraphs, code blocks, list items.
//
// Called by lesson_text.cpp only. md4c parses; this file collects what it reports. Emphasis is
// dropped, code inside a line keeps its `backticks`, because the terminal shows the text as it is.
// Not here: binding a paragraph to a trace event (lesson_text.cpp).
// Kept true: the text of a code block is kept byte for byte, without its last newline.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/lesson_text.hpp"

#include <string_view>
#include <vector>

namespace giambio::trace {

std::vector<lesson_paragraph> read_markdown(std::string_view text);

}  // namespace giambio::trace
