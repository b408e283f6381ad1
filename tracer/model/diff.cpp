// Finds where two runs part, and which tasks did something else after that.
//
// Not here: what a trace event means (meaning.cpp), printing (tracer/commands/diff.cpp).
// Internal to tracer/model/; its functions are public through diff.hpp.
#include "tracer/model/diff.hpp"

#include "tracer/model/history.hpp"
#include "tracer/model/meaning.hpp"

#include <algorithm>
#include <unordered_map>

namespace giambio::trace {
namespace {

// One side, with the trace events of each task in order.
struct side {
    explicit side(const recording& recorded) : of(&recorded), means(recorded) {
        for (std::size_t i = 0; i < means.size(); ++i)
            by_task[recorded.events[i].task].push_back(static_cast<std::uint32_t>(i));
    }
    const recording* of;
    meanings means;
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> by_task;
};

std::string decision_of(const recording& a, const event& in_a, const recording& b,
                        const event& in_b, bool same_task) {
    if (in_a.kind != in_b.kind)
        return same_task ? "The same task does something else." : "Another task does something.";
    switch (in_a.kind) {
        case kind::switch_in:
            return "Another task runs next.";
        case kind::wake:
            return "Another task is woken, or by something else.";
        case kind::io:
            return a.text(in_a, key::op) == b.text(in_b, key::op)
                       ? "The same operation has another result."
                       : "Another operation is tried.";
        case kind::fd_ready:
            return "Another descriptor is ready.";
        case kind::timer_fire:
            return "Another timer fires.";
        case kind::spawn:
            return "Another task is spawned.";
        case kind::trap:
            return "The task asks for something else.";
        case kind::reply:
            return "The task gets another answer.";
        case kind::io_wait:
            return "The loop polls for another reason.";
        case kind::io_done:
            return "The poll finds more in one than in the other.";
        case kind::exit:
            return "The task ends in another way.";
        default:
            return "It differs in its keys.";
    }
}

std::string decision_at(const side& a, const side& b, const difference& found) {
    if (found.first->a == place_in_both::none) return "A ends here, B goes on.";
    if (found.first->b == place_in_both::none) return "B ends here, A goes on.";
    if (found.only_time) return "The same happens at another time.";
    const event in_a = a.of->events[found.first->a];
    const event in_b = b.of->events[found.first->b];
    const bool same_task = a.means.identity(in_a.task) == b.means.identity(in_b.task);
    return decision_of(*a.of, in_a, *b.of, in_b, same_task);
}

void find_first(const side& a, const side& b, bool ignore_times, difference& into) {
    const std::size_t both = std::min(a.means.size(), b.means.size());
    for (std::size_t i = 0; i < both && !into.first_but_times; ++i) {
        const bool other_what = a.means.what(i) != b.means.what(i);
        const bool other_when = a.means.when(i) != b.means.when(i);
        if (other_what) into.first_but_times = place_in_both{i, i};
        if (into.first || !(other_what || (other_when && !ignore_times))) continue;
        into.first = place_in_both{i, i};
        into.only_time = !other_what;
    }
    if (into.first_but_times || a.means.size() == b.means.size()) return;
    place_in_both end;
    (a.means.size() > both ? end.a : end.b) = both;
    into.first_but_times = end;
    if (!into.first) into.first = end;
}

// The first trace event of its own that a task did otherwise.
std::optional<other_history> compare_histories(const side& a, std::uint32_t in_a, const side& b,
                                               std::uint32_t in_b, bool ignore_times) {
    static const std::vector<std::uint32_t> nothing;
    const auto history = [](const side& of,
                            std::uint32_t task) -> const std::vector<std::uint32_t>& {
        const auto found = of.by_task.find(task);
        return found == of.by_task.end() ? nothing : found->second;
    };
    const auto& of_a = history(a, in_a);
    const auto& of_b = history(b, in_b);
    for (std::size_t i = 0; i < std::max(of_a.size(), of_b.size()); ++i) {
        const place_in_both at{i < of_a.size() ? of_a[i] : place_in_both::none,
                               i < of_b.size() ? of_b[i] : place_in_both::none};
        const bool shorter = at.a == place_in_both::none || at.b == place_in_both::none;
        const bool same = !shorter && a.means.what(at.a) == b.means.what(at.b) &&
                          (ignore_times || a.means.when(at.a) == b.means.when(at.b));
        if (!same) return other_history{a.means.path(in_a), at, shorter};
    }
    return std::nullopt;
}

void compare_tasks(const side& a, const side& b, bool ignore_times, difference& into) {
    std::unordered_map<std::uint64_t, std::uint32_t> in_b;
    for (const std::uint32_t task : b.means.tasks()) in_b[b.means.identity(task)] = task;
    for (const std::uint32_t task : a.means.tasks()) {
        const auto found = in_b.find(a.means.identity(task));
        if (found == in_b.end()) {
            into.only_in_a.push_back(a.means.path(task));
            continue;
        }
        auto other = compare_histories(a, task, b, found->second, ignore_times);
        in_b.erase(found);
        if (other) {
            into.histories.push_back(std::move(*other));
        } else {
            ++into.same_histories;
        }
    }
    for (const std::uint32_t task : b.means.tasks())
        if (in_b.contains(b.means.identity(task))) into.only_in_b.push_back(b.means.path(task));
    // In the order in which they part.
    std::stable_sort(into.histories.begin(), into.histories.end(),
                     [](const other_history& x, const other_history& y) {
                         return std::min(x.first.a, x.first.b) < std::min(y.first.a, y.first.b);
                     });
}

void note_headers(const recording& a, const recording& b, std::vector<std::string>& notes) {
    const auto note = [&](const std::string& what, const std::string& in_a,
                          const std::string& in_b) {
        if (in_a != in_b) notes.push_back(what + " is " + in_a + " in A and " + in_b + " in B");
    };
    note("the program", a.header.program, b.header.program);
    note("the clock", a.header.clock, b.header.clock);
    note("the driver", a.header.driver, b.header.driver);
    note("the seed", std::to_string(a.header.seed), std::to_string(b.header.seed));
    note("the shuffle", std::to_string(a.header.shuffle), std::to_string(b.header.shuffle));
    note("the budget", std::to_string(a.header.budget), std::to_string(b.header.budget));
    for (const auto& [of, name] : {std::pair(&a, "A"), std::pair(&b, "B")}) {
        if (!of->end)
            notes.push_back(std::string(name) +
                            " has no footer: its run was killed, or the file cut");
        if (of->bad_lines > 0)
            notes.push_back(std::string(name) + " has bad lines: " + std::to_string(of->bad_lines));
    }
}

std::string listed(const recording& of, const std::vector<std::uint32_t>& tasks) {
    constexpr std::size_t most = 8;
    std::string shown;
    for (std::size_t i = 0; i < std::min(tasks.size(), most); ++i)
        shown += (i == 0 ? "" : ", ") + of.task_name(tasks[i]);
    if (tasks.size() > most) shown += " and " + std::to_string(tasks.size() - most) + " more";
    return tasks.empty() ? "nobody" : shown;
}

}  // namespace

difference compare(const recording& a, const recording& b, bool ignore_times) {
    const side first(a);
    const side second(b);
    difference made;
    find_first(first, second, ignore_times, made);
    note_headers(a, b, made.notes);
    compare_tasks(first, second, ignore_times, made);
    if (made.first) made.decision = decision_at(first, second, made);
    return made;
}

std::string situation_in_short(const recording& of, std::size_t index) {
    history past(of);
    const state& now = past.at(index);
    std::vector<std::uint32_t> ready(now.ready.begin(), now.ready.end());
    std::vector<std::uint32_t> parked;
    now.tasks.each([&](const task_view& each) {
        if (each.state == task_state::parked) parked.push_back(each.id);
    });
    std::sort(parked.begin(), parked.end());
    return (now.running == 0 ? "nobody runs" : of.task_name(now.running) + " runs") +
           "; ready: " + listed(of, ready) + "; parked: " + listed(of, parked);
}

}  // namespace giambio::trace
