// Turns the causes of a trace around once, so that effects are found without a search.
//
// Called by the study. Effects are counted per cause, then put in their places, which keeps them in
// the order of the run. Not here: arrows on the screen.
// Internal to gui/; public to it through causes.hpp.
#include "gui/model/causes.hpp"

namespace giambio::gui {

causes::causes(const trace::recording& of) : of_(&of), first_(of.events.size() + 1, 0) {
    for (std::size_t i = 0; i < of.events.size(); ++i)
        if (const auto cause = cause_of(i)) ++first_[*cause + 1];
    for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
    effects_.resize(first_.back());
    std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
    for (std::size_t i = 0; i < of.events.size(); ++i)
        if (const auto cause = cause_of(i))
            effects_[next[*cause]++] = static_cast<std::uint32_t>(i);
}

std::optional<std::size_t> causes::cause_of(std::size_t index) const {
    if (index >= of_->events.size() || of_->events[index].cause == 0) return std::nullopt;
    const std::uint64_t wanted = of_->events[index].cause;
    const std::size_t found = of_->index_of(wanted);
    // The line of the cause may be one that was skipped.
    if (found >= index || of_->events[found].seq != wanted) return std::nullopt;
    return found;
}

std::vector<std::size_t> causes::effects_of(std::size_t index) const {
    if (index + 1 >= first_.size()) return {};
    return {effects_.begin() + first_[index], effects_.begin() + first_[index + 1]};
}

std::vector<arrow> causes::arrows_of(std::size_t index, int reach) const {
    std::vector<arrow> made;
    std::size_t now = index;
    for (int distance = 1; distance <= reach; ++distance) {
        const auto cause = cause_of(now);
        if (!cause) break;
        made.push_back({*cause, now, false, distance});
        now = *cause;
    }
    for (const std::size_t effect : effects_of(index)) made.push_back({index, effect, true, 1});
    return made;
}

}  // namespace giambio::gui
