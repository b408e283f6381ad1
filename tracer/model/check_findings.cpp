// Groups findings. See check_findings.hpp.
// Internal to tracer/model/.
#include "tracer/model/check_findings.hpp"

#include <algorithm>

namespace giambio::trace {
namespace {

// Who reads the warning wants to look at some places, not at a hundred thousand.
constexpr std::size_t most_shown = 12;

template <typename number>
void add_missing(std::vector<number>& to, const std::vector<number>& more) {
    for (const number each : more) {
        const bool there = std::find(to.begin(), to.end(), each) != to.end();
        if (each != 0 && !there && to.size() < most_shown) to.push_back(each);
    }
}

}  // namespace

void findings::add(rule_id rule, std::uint64_t place, std::int64_t weight, const evidence& shown,
                   const std::function<std::string()>& sentence) {
    const auto [at, is_new] = groups_.try_emplace({rule, place});
    group& found = at->second;
    if (!is_new) ++found.told.count;
    if (!is_new && weight <= found.weight) {
        if (!shown.seqs.empty()) add_missing(found.more, {shown.seqs.front()});
        add_missing(found.told.tasks, shown.tasks);
        add_missing(found.told.objects, shown.objects);
        return;
    }
    if (!is_new) add_missing(found.more, {found.told.seqs.front()});
    warning worst;
    worst.rule = rule;
    worst.count = found.told.count;
    add_missing(worst.seqs, shown.seqs);
    add_missing(worst.tasks, shown.tasks);
    add_missing(worst.tasks, found.told.tasks);
    add_missing(worst.objects, shown.objects);
    add_missing(worst.objects, found.told.objects);
    worst.sentence = sentence();
    found.told = std::move(worst);
    found.weight = weight;
}

std::vector<warning> findings::take() {
    std::vector<group> all;
    all.reserve(groups_.size());
    for (auto& each : groups_) all.push_back(std::move(each.second));
    groups_.clear();
    std::stable_sort(all.begin(), all.end(), [](const group& a, const group& b) {
        if (a.told.rule != b.told.rule) return a.told.rule < b.told.rule;
        return a.weight > b.weight;
    });
    std::vector<warning> told;
    for (group& each : all) {
        std::sort(each.more.begin(), each.more.end());
        add_missing(each.told.seqs, each.more);
        told.push_back(std::move(each.told));
    }
    return told;
}

}  // namespace giambio::trace
