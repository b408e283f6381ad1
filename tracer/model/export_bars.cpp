// Goes through a recording and opens and closes bars.
//
// Called by the Chrome and SVG exports. A damaged trace gives odd bars, but never ones that break
// what export_bars.hpp promises. Not here: what the rest of the kernel looks like (state.cpp).
// Internal to tracer/.
#include "tracer/model/export_bars.hpp"

#include "tracer/model/id_table.hpp"

#include <algorithm>

namespace giambio::trace {
namespace {

constexpr std::uint32_t none = 0xffffffff;

struct lane_row {
    std::uint32_t id = 0;
    std::uint32_t outer = none;  // positions in the bars of those that are open
    std::uint32_t trap = none;
    bar_look next = bar_look::waits_object;  // what follows the step that is ending
    std::uint32_t told_by = none;
};

bar_look look_of_wait(std::string_view on) {
    if (on == "timer") return bar_look::waits_timer;
    if (on == "fd") return bar_look::waits_fd;
    if (on == "task") return bar_look::waits_task;
    return bar_look::waits_object;
}

class bar_maker {
public:
    explicit bar_maker(const recording& of, std::size_t to)
        : of_(of), end_(static_cast<std::uint32_t>(to)) {}

    std::vector<bar> make();

private:
    void take(const event& that);
    void loop_goes_to(bar_look which) { open(lanes_[0], which, at_); }
    void open(lane_row& lane, bar_look look, std::uint32_t told_by);
    void close(lane_row& lane);
    void close_trap(lane_row& lane);
    bool runs(const lane_row& lane) const;
    void trap(const event& that);
    void park(const event& that);
    void switch_out(const event& that);
    void wake(const event& that);
    void move(const event& that);
    std::uint32_t id(const event& that, key which) const {
        return static_cast<std::uint32_t>(of_.number(that, which).value_or(0));
    }

    const recording& of_;
    std::uint32_t end_;
    std::uint32_t at_ = 0;
    id_table<lane_row> lanes_;
    std::vector<bar> bars_;
};

void bar_maker::open(lane_row& lane, bar_look look, std::uint32_t told_by) {
    close(lane);
    lane.outer = static_cast<std::uint32_t>(bars_.size());
    bars_.push_back({at_, end_, lane.id, told_by, look});
}

void bar_maker::close(lane_row& lane) {
    close_trap(lane);
    if (lane.outer != none) bars_[lane.outer].ends = at_;
    lane.outer = none;
}

void bar_maker::close_trap(lane_row& lane) {
    if (lane.trap != none) bars_[lane.trap].ends = at_;
    lane.trap = none;
}

bool bar_maker::runs(const lane_row& lane) const {
    return lane.outer != none && bars_[lane.outer].look == bar_look::running;
}

void bar_maker::trap(const event& that) {
    lane_row& lane = lanes_[that.task];
    if (!runs(lane)) return;
    close_trap(lane);
    lane.trap = static_cast<std::uint32_t>(bars_.size());
    bars_.push_back({at_, end_, lane.id, at_, bar_look::trap});
}

void bar_maker::park(const event& that) {
    lane_row& lane = lanes_[that.task];
    lane.next = look_of_wait(of_.text(that, key::on));
    lane.told_by = at_;
    if (!runs(lane)) open(lane, lane.next, at_);
}

void bar_maker::switch_out(const event& that) {
    lane_row& lane = lanes_[that.task];
    const std::string_view how = of_.text(that, key::how);
    if (how == "exit") return close(lane);
    if (how == "yield" || how == "budget") return open(lane, bar_look::ready, at_);
    if (runs(lane)) open(lane, lane.next, lane.told_by == none ? at_ : lane.told_by);
}

void bar_maker::wake(const event& that) {
    const std::uint32_t woken = id(that, key::woken);
    if (woken == 0) return;
    lane_row& lane = lanes_[woken];
    if (runs(lane)) {  // between its park and its switch_out
        lane.next = bar_look::ready;
        lane.told_by = at_;
    } else {
        open(lane, bar_look::ready, at_);
    }
    const lane_row* by = that.task == woken ? nullptr : lanes_.find(that.task);
    const std::uint32_t stands_on = by != nullptr && runs(*by) ? that.task : 0;
    bars_.push_back({at_, at_ + 1, stands_on, at_, bar_look::wake});
}

void bar_maker::move(const event& that) {
    if (const std::uint32_t moved = id(that, key::target); moved != 0) {
        lane_row& lane = lanes_[moved];
        if (!runs(lane)) open(lane, bar_look::waits_object, at_);
    }
}

void bar_maker::take(const event& that) {
    // The loop does none of these; a file that says so is damaged.
    const bool by_task = that.task != 0;
    switch (that.kind) {
        case kind::io_wait:
            return loop_goes_to(bar_look::poll);
        case kind::io_done:
            return loop_goes_to(bar_look::timers);
        case kind::batch:
            return loop_goes_to(bar_look::run);
        case kind::spawn:
            if (id(that, key::child) != 0) open(lanes_[id(that, key::child)], bar_look::ready, at_);
            return;
        case kind::switch_in:
            if (by_task) {
                open(lanes_[that.task], bar_look::running, at_);
                lanes_[that.task].told_by = none;
            }
            return;
        case kind::trap:
            return by_task ? trap(that) : void();
        case kind::reply:
            if (by_task && of_.number(that, key::at_once).value_or(0) != 0)
                close_trap(lanes_[that.task]);
            return;
        case kind::park:
            return by_task ? park(that) : void();
        case kind::switch_out:
            return by_task ? switch_out(that) : void();
        case kind::wake:
            return wake(that);
        case kind::move:
            return move(that);
        default:
            return;
    }
}

std::vector<bar> bar_maker::make() {
    if (end_ > 0) loop_goes_to(bar_look::begins);
    for (; at_ < end_; ++at_) take(of_.events[at_]);
    return std::move(bars_);
}

}  // namespace

std::vector<bar> bars_of(const recording& of, const window& shown) {
    std::vector<bar> bars = bar_maker(of, shown.to).make();
    for (bar& each : bars)
        if (each.look == bar_look::wake && !shown.shows(each.lane)) each.lane = 0;
    const auto is_outside = [&](const bar& each) {
        return each.ends <= shown.from || each.begins >= each.ends || !shown.shows(each.lane);
    };
    bars.erase(std::remove_if(bars.begin(), bars.end(), is_outside), bars.end());
    return bars;
}

std::string bar_name(const recording& of, const bar& which) {
    const event told = of.events[which.told_by];
    const auto number = [&](key wanted) {
        return std::to_string(of.number(told, wanted).value_or(0));
    };
    switch (which.look) {
        case bar_look::running:
            return "run";
        case bar_look::ready:
            return "ready";
        case bar_look::waits_timer:
            return "wait: timer";
        case bar_look::waits_fd:
            return "wait: fd " + number(key::fd) + " " + std::string(of.text(told, key::mode));
        case bar_look::waits_object:
            return "wait: " + of.object_name(static_cast<std::uint32_t>(
                                  of.number(told, key::object).value_or(0)));
        case bar_look::waits_task:
            return "wait: task " + number(key::target);
        case bar_look::begins:
            return "begin";
        case bar_look::poll:
            return "poll";
        case bar_look::timers:
            return "timers";
        case bar_look::run:
            return "run tasks";
        case bar_look::trap:
            return "trap: " + std::string(of.text(told, key::trap));
        case bar_look::wake:
            return "wake #" + number(key::woken);
    }
    return "";
}

}  // namespace giambio::trace
