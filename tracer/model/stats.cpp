// Adds up stretches: to their task, to the place where they began, to the object they waited for.
//
// Internal to tracer/model/; its functions are public through stats.hpp.
#include "tracer/model/stats.hpp"

#include <algorithm>
#include <tuple>

namespace giambio::trace {
namespace {

struct site_row : site_stats {
    std::uint32_t id = 0;
};
struct object_row : object_stats {
    std::uint32_t id = 0;
};

class adding {
public:
    adding(const recording& of, const lanes& all) : of_(of), all_(all) {}

    stats add() {
        find_moves();
        for (const std::uint32_t task : all_.tasks()) add_task(task);
        add_operations();
        for (const site_row* each : sites_.in_order()) made_.sites.push_back(*each);
        for (const object_row* each : objects_.in_order()) made_.objects.push_back(*each);
        for (const auto& [key, value] : waits_) made_.waits.push_back(value);
        std::stable_sort(
            made_.waits.begin(), made_.waits.end(),
            [](const wait_stats& a, const wait_stats& b) { return a.waited > b.waited; });
        return std::move(made_);
    }

private:
    void find_moves() {
        for (auto at = of_.events.begin(); at != of_.events.end(); ++at) {
            if (at.kind() != kind::move) continue;
            const std::int64_t target = of_.number(*at, key::target).value_or(0);
            moves_.emplace_back(static_cast<std::uint32_t>(target),
                                static_cast<std::uint32_t>(at.index()));
        }
        std::sort(moves_.begin(), moves_.end());
    }

    void add_task(std::uint32_t task) {
        task_stats row;
        row.task = task;
        std::uint32_t site = 0;  // where the task stopped last
        const std::span<const stretch> lane = all_.of(task);
        for (std::size_t i = 0; i < lane.size(); ++i) {
            if (lane[i].in == task_state::ended) continue;
            const event began = of_.events[lane[i].begins];
            const std::size_t next =
                i + 1 < lane.size() ? lane[i + 1].begins : of_.events.size() - 1;
            const std::int64_t length = of_.events.time(next) - began.t;
            const bool is_over = i + 1 < lane.size();
            if (lane[i].in == task_state::parked || began.kind == kind::switch_out) site = began.at;
            row.in[static_cast<std::size_t>(lane[i].in)] += length;
            site_row& place = sites_[site];
            place.site = site;
            add_up(place.in[static_cast<std::size_t>(lane[i].in)], length);
            if (lane[i].in == task_state::running) add_step(row, place, began, length);
            if (lane[i].in == task_state::parked) {
                ++place.waits;
                place.longest_wait = std::max(place.longest_wait, length);
                add_wait(task, began, of_.events[next], is_over);
            }
            if (lane[i].in == task_state::ready && began.kind == kind::wake) {
                ++row.wakes;
                if (!is_over) continue;
                row.longest_delay = std::max(row.longest_delay, length);
                made_.delays.add(length);
            }
        }
        made_.tasks.push_back(row);
    }

    void add_step(task_stats& row, site_stats& site, const event& began, std::int64_t length) {
        ++row.steps;
        ++site.steps;
        site.longest_step = std::max(site.longest_step, length);
        made_.steps.add(length);
        if (length <= row.longest_step && row.longest_step_seq != 0) return;
        row.longest_step = length;
        row.longest_step_seq = began.seq;
    }

    // Who is moved on the way stands in one line after the other.
    void add_wait(std::uint32_t task, const event& park, const event& end, bool is_over) {
        event began = park;
        auto move = std::lower_bound(moves_.begin(), moves_.end(), std::pair(task, park.index));
        for (; move != moves_.end() && *move <= std::pair(task, end.index); ++move) {
            const event moved = of_.events[move->second];
            add_line(began, moved.t - began.t);
            add_waker(task, began, moved);
            began = moved;
        }
        add_line(began, end.t - began.t);
        if (is_over) add_waker(task, began, end);
    }

    // `began` is the park or the move with which it came into the line, and so below.
    void add_line(const event& began, std::int64_t length) {
        const std::uint32_t object = object_of(began);
        if (object == 0) return;
        object_row& row = objects_[object];
        row.object = object;
        ++row.waits;
        add_up(row.waited, length);
        row.longest_wait = std::max(row.longest_wait, length);
    }

    void add_waker(std::uint32_t task, const event& began, const event& end) {
        const std::uint32_t object = object_of(began);
        wait_stats& row = waits_[{task, end.task, object}];
        row.waiter = task;
        row.waker = end.task;
        row.object = object;
        ++row.count;
        add_up(row.waited, end.t - began.t);
    }

    void add_operations() {
        for (auto at = of_.events.begin(); at != of_.events.end(); ++at) {
            if (at.kind() != kind::object_op) continue;
            const event each = *at;
            const auto object =
                static_cast<std::uint32_t>(of_.number(each, key::object).value_or(0));
            if (object == 0) continue;
            object_row& row = objects_[object];
            row.object = object;
            ++row.operations;
            row.peak_length = std::max(row.peak_length, of_.number(each, key::length).value_or(0));
        }
    }

    std::uint32_t object_of(const event& began) const {
        if (of_.text(began, key::on) != "object") return 0;
        return static_cast<std::uint32_t>(of_.number(began, key::object).value_or(0));
    }

    const recording& of_;
    const lanes& all_;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> moves_;  // task and position
    id_table<site_row> sites_;
    id_table<object_row> objects_;
    std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, wait_stats> waits_;
    stats made_;
};

}  // namespace

stats stats_of(const recording& of, const lanes& all) {
    if (of.events.empty()) return {};
    return adding(of, all).add();
}

}  // namespace giambio::trace
