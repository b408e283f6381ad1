// Writes the entries: names of lanes, slices, arrows, counters, instants.
//
// One process; thread 1 is the loop, thread 1000 + n is task n. Every lane is tiled with slices, so
// that an arrow always begins and ends inside one: importers tie it to the innermost slice that
// began last on that thread, and therefore each wake also has a slice of its own. Equal times would
// be sorted by length, so the axis has none. Times are microseconds with three decimals, and a
// duration is the difference of two rounded ends. Arrows are joined by their id, a hexadecimal text
// that may never come twice: the wake's seq. Entries stand in the order of time, an outer slice
// before an inner one, `s` before `f`, because some importers keep the order of the file.
// Not here: what is a bar (export_bars.cpp).
// Internal to tracer/.
#include "tracer/model/export_chrome.hpp"

#include "tracer/model/export_bars.hpp"
#include "tracer/model/id_table.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace giambio::trace {
namespace {

constexpr std::uint64_t loop_thread = 1;
constexpr std::uint64_t first_task_thread = 1000;

// Thread numbers have 32 bits; the last thousand of that many tasks go back to the small ones.
std::uint64_t thread_of(std::uint32_t lane) {
    constexpr std::uint64_t most = 0xffffffff;
    const std::uint64_t thread = lane == 0 ? loop_thread : first_task_thread + lane;
    return thread > most ? thread - most + loop_thread : thread;
}

std::string microseconds(std::int64_t nanoseconds) {
    return fmt::format("{}.{:03}", nanoseconds / 1000, nanoseconds % 1000);
}

// A timer that is set, or a descriptor that the loop listens to.
struct known {
    std::uint32_t id = 0;
};

// How many tasks are ready, timers are set and descriptors are listened to, as the run goes on.
class counters {
public:
    // True when one of the three is another number now.
    bool take(const recording& of, const event& that);
    std::int64_t ready = 0;
    std::size_t timers() const { return timers_.size(); }
    std::size_t fds() const { return fds_.size(); }

private:
    void count(const recording& of, const event& that);
    id_table<known> timers_;
    id_table<known> fds_;
};

void counters::count(const recording& of, const event& that) {
    const auto id = [&](key which) {
        return static_cast<std::uint32_t>(of.number(that, which).value_or(0));
    };
    switch (that.kind) {
        case kind::spawn:
        case kind::wake:
            ++ready;
            return;
        case kind::switch_in:
            ready = std::max<std::int64_t>(ready - 1, 0);
            return;
        case kind::switch_out:
            if (of.text(that, key::how) == "yield" || of.text(that, key::how) == "budget") ++ready;
            return;
        case kind::timer_set:
            timers_[id(key::timer)];
            return;
        case kind::timer_fire:
        case kind::timer_drop:
            timers_.erase(id(key::timer));
            return;
        case kind::fd_watch:
            if (!of.text(that, key::mode).empty()) {
                fds_[id(key::fd)];
                return;
            }
            [[fallthrough]];
        case kind::fd_forget:
            fds_.erase(id(key::fd));
            return;
        default:
            return;
    }
}

bool counters::take(const recording& of, const event& that) {
    const auto before = ready;
    const auto timers_before = timers();
    const auto fds_before = fds();
    count(of, that);
    return before != ready || timers_before != timers() || fds_before != fds();
}

class chrome_writer {
public:
    chrome_writer(const recording& of, const window& shown, axis which, const receiver& to)
        : of_(of),
          shown_(shown),
          bars_(bars_of(of, shown)),
          places_(places_on(of, which)),
          out_(to) {}

    chrome_counts write();

private:
    void entry(const std::string& what);
    void names();
    void name_lane(std::uint32_t lane, std::size_t order);
    void slice(const bar& each);
    void arrow(std::uint32_t from_lane, const event& wake, const std::string& ts);
    void counter(const std::string& ts);
    void instant(const event& that, const std::string& ts);
    std::string details(const bar& each) const;
    std::string at(std::uint32_t position) const {
        return microseconds(places_[std::clamp<std::size_t>(position, shown_.from, shown_.to)]);
    }

    const recording& of_;
    const window shown_;
    const std::vector<bar> bars_;
    const std::vector<std::int64_t> places_;
    text_buffer out_;
    bool is_first_ = true;
    counters now_;
    chrome_counts written_;
};

void chrome_writer::entry(const std::string& what) {
    out_.put(is_first_ ? "[\n" : ",\n");
    out_.put(what);
    is_first_ = false;
}

void chrome_writer::name_lane(std::uint32_t lane, std::size_t order) {
    const std::string name = lane == 0 ? "event loop" : of_.task_name(lane);
    const std::uint64_t thread = thread_of(lane);
    entry(fmt::format(R"({{"ph":"M","pid":1,"tid":{},"name":"thread_name","args":{{"name":{}}}}})",
                      thread, json_text(name)));
    entry(fmt::format(
        R"({{"ph":"M","pid":1,"tid":{},"name":"thread_sort_index","args":{{"sort_index":{}}}}})",
        thread, order));
}

void chrome_writer::names() {
    const std::string program = of_.header.program.empty() ? "giambio" : of_.header.program;
    entry(fmt::format(R"({{"ph":"M","pid":1,"tid":1,"name":"process_name","args":{{"name":{}}}}})",
                      json_text(program)));
    std::vector<std::uint32_t> found{0};
    for (const bar& each : bars_)
        if (!is_inner(each.look)) found.push_back(each.lane);
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    for (std::size_t order = 0; order < found.size(); ++order) name_lane(found[order], order);
}

// Where it comes from: its seq and cause, and the place in the program.
std::string chrome_writer::details(const bar& each) const {
    const event begun = of_.events[each.begins];
    std::string made = fmt::format(R"("args":{{"seq":{},"cause":{},"turn":{},"t":{})", begun.seq,
                                   begun.cause, begun.turn, begun.t);
    std::string place = of_.place(of_.events[each.told_by].at);
    if (!place.empty()) {
        place = json_text(place);
        made += fmt::format(R"(,"src":{})", place);
    }
    made += "}";
    if (!place.empty()) made += fmt::format(R"(,"loc":{})", place);
    return made;
}

void chrome_writer::slice(const bar& each) {
    const char* sort = each.look == bar_look::wake   ? "wake"
                       : each.look == bar_look::trap ? "trap"
                       : each.lane == 0              ? "loop"
                                                     : "state";
    const auto place = [&](std::uint32_t position) {
        return places_[std::clamp<std::size_t>(position, shown_.from, shown_.to)];
    };
    entry(fmt::format(R"({{"ph":"X","pid":1,"tid":{},"ts":{},"dur":{},"name":{},"cat":"{}",{}}})",
                      thread_of(each.lane), microseconds(place(each.begins)),
                      microseconds(place(each.ends) - place(each.begins)),
                      json_text(bar_name(of_, each)), sort, details(each)));
    ++written_.slices;
}

void chrome_writer::arrow(std::uint32_t from_lane, const event& wake, const std::string& ts) {
    const auto woken = static_cast<std::uint32_t>(of_.number(wake, key::woken).value_or(0));
    if (!shown_.shows(woken)) return;
    constexpr const char* end =
        R"({{"ph":"{}","pid":1,"tid":{},"ts":{},"name":"wake","cat":"wake","id":"{:#x}"{}}})";
    entry(fmt::format(fmt::runtime(end), "s", thread_of(from_lane), ts, wake.seq, ""));
    entry(fmt::format(fmt::runtime(end), "f", thread_of(woken), ts, wake.seq, R"(,"bp":"e")"));
    ++written_.arrows;
}

// All three in one entry: chrome://tracing draws them as one chart, Perfetto as three, and Tracy,
// which knows a counter by the key alone, as three too.
void chrome_writer::counter(const std::string& ts) {
    entry(fmt::format(R"({{"ph":"C","pid":1,"tid":1,"ts":{},"name":"kernel",)"
                      R"("args":{{"ready queue":{},"timers":{},"descriptors":{}}}}})",
                      ts, now_.ready, now_.timers(), now_.fds()));
}

void chrome_writer::instant(const event& that, const std::string& ts) {
    std::string name;
    switch (that.kind) {
        case kind::mark:
        case kind::log:
            name = of_.text(that, key::text);
            break;
        case kind::signal:
        case kind::deadlock:
        case kind::lost:
        case kind::cancel_request:
        case kind::cancel_deliver:
        case kind::cancel_absorbed:
            break;
        default:
            return;
    }
    if (name.empty()) name = word_of(that.kind);
    // What a task says that is not running has no slice on its lane.
    const std::uint32_t lane = shown_.shows(that.task) ? that.task : 0;
    entry(fmt::format(
        R"({{"ph":"i","s":"t","pid":1,"tid":{},"ts":{},"name":{},"cat":"{}","args":{{"seq":{}}}}})",
        thread_of(lane), ts, json_text(name), word_of(that.kind), that.seq));
    ++written_.instants;
}

chrome_counts chrome_writer::write() {
    names();
    auto next = bars_.begin();
    for (std::size_t i = 0; i < shown_.to; ++i) {
        const event that = of_.events[i];
        const bool changed = now_.take(of_, that);
        if (i < shown_.from) continue;
        const std::string ts = microseconds(places_[i]);
        std::uint32_t wake_lane = 0;
        for (; next != bars_.end() && next->begins <= i; ++next) {
            slice(*next);
            if (next->look == bar_look::wake) wake_lane = next->lane;
        }
        if (that.kind == kind::wake) arrow(wake_lane, that, ts);
        instant(that, ts);
        if (changed || i == shown_.from) counter(ts);
    }
    out_.put(is_first_ ? "[\n" : "");
    out_.put("\n]\n");
    out_.flush();
    return written_;
}

}  // namespace

chrome_counts chrome_trace(const recording& of, const window& shown, axis which,
                           const receiver& to) {
    return chrome_writer(of, shown, which, to).write();
}

}  // namespace giambio::trace
