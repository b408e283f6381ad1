// Makes steps of slices: what stands in no other slice of its lane is a step, the rest are marks.
//
// Between the entries of a file (import_read.cpp) and the trace events (import_write.cpp). An arrow
// tells why the step ran that it ends in, or else the next one of that lane, if it begins in time.
// Kept true: the steps of a lane do not overlap; moments are in order.
// Internal to tracer/model/.
#include "tracer/model/import_parts.hpp"

#include <algorithm>
#include <unordered_map>

namespace giambio::trace {
namespace {

struct slice {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::uint32_t name = 0;
    bool is_wait = false;
};

struct arrow {
    std::int64_t t = 0;
    std::uint32_t lane = 0;
};

struct lane_work {
    std::vector<slice> slices;
    std::vector<slice> open;               // begun by a B
    std::vector<std::uint32_t> arrows_in;  // positions in the file of those that end here
    std::vector<std::size_t> steps;        // positions in the moments of where they begin
};

class moment_maker {
public:
    moment_maker(const chrome_file& from, import_counts& counts)
        : from_(from), counts_(counts), lanes_(from.lanes.size()) {}

    chrome_moments make();

private:
    void match(const chrome_entry& each, std::uint32_t position);
    void end_slice(lane_work& lane, std::int64_t t);
    void end_all();
    void make_steps(std::uint32_t number);
    void make_arrows();
    void lead(std::uint32_t position);
    moment* step_for(const lane_work& lane, std::int64_t t);

    const chrome_file& from_;
    import_counts& counts_;
    std::vector<lane_work> lanes_;
    chrome_moments made_;
    std::unordered_map<std::uint32_t, std::uint32_t> begun_;  // arrow's name: its number
    std::vector<std::uint32_t> start_of_;  // for each end in the file: the arrow's number
    std::vector<arrow> arrows_;
};

void moment_maker::end_slice(lane_work& lane, std::int64_t t) {
    slice ended = lane.open.back();
    lane.open.pop_back();
    ended.end = t;
    lane.slices.push_back(ended);
}

void moment_maker::match(const chrome_entry& each, std::uint32_t position) {
    lane_work& lane = lanes_[each.lane];
    switch (each.phase) {
        case 'B':
            lane.open.push_back({each.t, each.t, each.name, each.is_wait});
            return;
        case 'E':
            if (lane.open.empty())
                ++counts_.ends_alone;
            else
                end_slice(lane, each.t);
            return;
        case 'X':
            lane.slices.push_back({each.t, each.t + each.length, each.name, each.is_wait});
            return;
        case 'i':
            ++counts_.instants;
            made_.all.push_back(
                {each.t, each.lane, each.name, no_arrow, moment::sort::note, false});
            return;
        case 's':
            begun_[each.name] = static_cast<std::uint32_t>(arrows_.size());
            arrows_.push_back({each.t, each.lane});
            return;
        default:
            lane.arrows_in.push_back(position);
            const auto found = begun_.find(each.name);
            start_of_[position] = found == begun_.end() ? no_arrow : found->second;
            return;
    }
}

void moment_maker::end_all() {
    std::int64_t last = 0;
    for (const chrome_entry& each : from_.entries) last = std::max(last, each.t + each.length);
    for (lane_work& lane : lanes_)
        for (; !lane.open.empty(); ++counts_.unended) end_slice(lane, last);
}

void moment_maker::make_steps(std::uint32_t number) {
    lane_work& lane = lanes_[number];
    std::stable_sort(lane.slices.begin(), lane.slices.end(), [](const slice& a, const slice& b) {
        return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
    });
    std::int64_t busy_until = -1;
    for (const slice& each : lane.slices) {
        if (each.is_wait) {
            ++counts_.waits;
            continue;
        }
        if (each.begin < busy_until) {
            ++counts_.nested;
            if (each.end > busy_until) ++counts_.cut;
            made_.all.push_back(
                {each.begin, number, each.name, no_arrow, moment::sort::note, false});
            continue;
        }
        ++counts_.steps;
        busy_until = each.end;
        const bool is_short = each.begin == each.end;
        lane.steps.push_back(made_.all.size());
        made_.all.push_back(
            {each.begin, number, each.name, no_arrow, moment::sort::step_begins, is_short});
        if (!is_short)
            made_.all.push_back({each.end, number, 0, no_arrow, moment::sort::step_ends, false});
    }
}

// The step that is going on at t, or else the next one; nullptr when there is none.
moment* moment_maker::step_for(const lane_work& lane, std::int64_t t) {
    auto next = std::upper_bound(
        lane.steps.begin(), lane.steps.end(), t,
        [&](std::int64_t wanted, std::size_t step) { return wanted < made_.all[step].t; });
    if (next != lane.steps.begin()) {
        moment& before = made_.all[*std::prev(next)];
        const std::size_t end = *std::prev(next) + 1;
        const bool goes_on = before.is_short ? before.t == t : t < made_.all[end].t;
        if (goes_on) return &before;
    }
    return next == lane.steps.end() ? nullptr : &made_.all[*next];
}

void moment_maker::lead(std::uint32_t position) {
    const chrome_entry& end = from_.entries[position];
    const std::uint32_t number = start_of_[position];
    moment* step = number == no_arrow ? nullptr : step_for(lanes_[end.lane], end.t);
    if (step == nullptr || step->arrow != no_arrow || arrows_[number].t > step->t) {
        ++counts_.arrows_alone;
        return;
    }
    step->arrow = number;
    ++counts_.arrows;
}

void moment_maker::make_arrows() {
    for (const lane_work& lane : lanes_)
        for (const std::uint32_t each : lane.arrows_in) lead(each);
    for (std::uint32_t number = 0; number < arrows_.size(); ++number) {
        made_.arrows.push_back(arrows_[number].lane);
        made_.all.push_back({arrows_[number].t, arrows_[number].lane, 0, number,
                             moment::sort::arrow_begins, false});
    }
}

chrome_moments moment_maker::make() {
    start_of_.assign(from_.entries.size(), no_arrow);
    for (std::uint32_t i = 0; i < from_.entries.size(); ++i) match(from_.entries[i], i);
    end_all();
    for (std::uint32_t i = 0; i < lanes_.size(); ++i) make_steps(i);
    make_arrows();
    std::stable_sort(made_.all.begin(), made_.all.end(), [](const moment& a, const moment& b) {
        return a.t != b.t ? a.t < b.t : a.what < b.what;
    });
    return std::move(made_);
}

}  // namespace

chrome_moments make_moments(const chrome_file& from, import_counts& counts) {
    return moment_maker(from, counts).make();
}

}  // namespace giambio::trace
