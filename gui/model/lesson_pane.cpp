// Walks along the steps of a lesson.
//
// Called by the study. Steps are in the order of the text, which need not be that of the run: a
// text may look back. Not here: moving the playhead.
// Internal to gui/; public to it through lesson_pane.hpp.
#include "gui/model/lesson_pane.hpp"

#include <algorithm>
#include <utility>

namespace giambio::gui {

lesson_pane::lesson_pane(trace::lesson_text text) : text_(std::move(text)) {
    for (std::size_t i = 0; i < text_.paragraphs.size(); ++i)
        if (text_.paragraphs[i].seq != 0) bound_.push_back(i);
    show(0);
}

// This paragraph, and all up to the next question.
void lesson_pane::show(std::size_t paragraph) {
    const auto& all = text_.paragraphs;
    while (paragraph < all.size() && !trace::is_question(all[paragraph])) ++paragraph;
    shown_ = std::max(shown_, std::min(paragraph + 1, all.size()));
}

std::optional<std::size_t> lesson_pane::paragraph() const {
    if (step_ == 0) return std::nullopt;
    return bound_[step_ - 1];
}

bool lesson_pane::is_at(std::uint64_t seq) const {
    return step_ != 0 && text_.paragraphs[bound_[step_ - 1]].seq == seq;
}

std::uint64_t lesson_pane::choose(std::size_t step) {
    if (step == 0 || step > bound_.size()) return 0;
    step_ = step;
    asks_ = false;
    show(bound_[step - 1]);
    return text_.paragraphs[bound_[step - 1]].seq;
}

std::uint64_t lesson_pane::choose_paragraph(std::size_t paragraph) {
    for (std::size_t i = 0; i < bound_.size(); ++i)
        if (bound_[i] == paragraph) return choose(i + 1);
    return 0;
}

std::uint64_t lesson_pane::next() {
    const bool at_last = step_ == bound_.size() || bound_[step_] >= shown_;
    if (!hides_answer() || !at_last) return choose(step_ + 1);
    if (asks_) return answer();
    asks_ = true;
    return 0;
}

std::uint64_t lesson_pane::previous() {
    if (std::exchange(asks_, false)) return choose(step_);
    return step_ <= 1 ? 0 : choose(step_ - 1);
}

std::uint64_t lesson_pane::answer() {
    const auto behind = std::lower_bound(bound_.begin(), bound_.end(), shown_);
    if (behind != bound_.end())
        return choose(static_cast<std::size_t>(behind - bound_.begin()) + 1);
    // Only words are left, perhaps with one more question.
    asks_ = false;
    show(shown_);
    return 0;
}

void lesson_pane::playhead_moved(std::uint64_t seq) {
    if (is_at(seq)) return;
    for (std::size_t i = 0; i < bound_.size(); ++i)
        if (text_.paragraphs[bound_[i]].seq == seq && bound_[i] < shown_) {
            step_ = i + 1;
            asks_ = false;
            return;
        }
}

}  // namespace giambio::gui
