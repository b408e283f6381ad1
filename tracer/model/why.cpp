// Finds the gap around a moment, splits it, and follows the causes.
//
// Internal to tracer/model/; its functions are public through why.hpp.
#include "tracer/model/why.hpp"

#include "tracer/model/phrases.hpp"
#include "tracer/model/words.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace giambio::trace {
namespace {

// The last trace event of a kind that this process did before a position; never when there is none.
std::uint32_t last_before(const recording& of, std::uint32_t process, std::size_t index,
                          kind wanted) {
    while (index-- > 0)
        if (of.events.kind(index) == wanted && of.process_of(of.events[index]) == process)
            return static_cast<std::uint32_t>(index);
    return life::never;
}

// "7" or "#7", for a task whose spawn is missing from the file.
std::optional<std::uint32_t> number_of(std::string_view text) {
    if (text.starts_with('#')) text.remove_prefix(1);
    std::uint32_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = fault == std::errc{} && end == text.data() + text.size() && number > 0;
    return is_number ? std::optional(number) : std::nullopt;
}

}  // namespace

// `place` is a ready or parked stretch, or one that follows the gap.
gap why::gap_around(std::uint32_t task, std::span<const stretch> lane, std::size_t place) const {
    gap made;
    made.task = task;
    std::size_t first = place;
    while (first > 0 && lane[first - 1].in != task_state::running) --first;
    std::size_t last = place;
    while (last + 1 < lane.size() && lane[last].in != task_state::running) ++last;
    made.over = lane[last].in == task_state::running;
    made.left = lane[first].begins;
    made.from = of_->events.time(made.left);
    made.to = of_->events.time(made.over ? lane[last].begins : of_->events.size() - 1);
    if (made.over) made.ran = lane[last].begins;
    for (std::size_t i = first; i <= last; ++i)
        if (of_->events.kind(lane[i].begins) == kind::wake) made.woken = lane[i].begins;
    split(made);
    find_causes(made);
    return made;
}

// Cause after cause, from what made the task ready back to where that came from. A wait that goes
// on has none yet.
void why::find_causes(gap& of) const {
    constexpr std::size_t most = 12;
    const std::uint32_t first = of.woken != life::never ? of.woken : of.left;
    if (of_->events.kind(first) == kind::park) return;
    for (std::uint32_t index = first; of.causes.size() < most;) {
        of.causes.push_back(index);
        const std::uint64_t cause = of_->events.cause(index);
        // Why the loop looked is another story than why there was something to see.
        if (cause == 0 || of_->events.kind(index) == kind::io_done) return;
        const std::optional<std::size_t> next = of_->find(cause);
        if (!next) of.missing_cause = cause;
        if (!next) return;
        index = static_cast<std::uint32_t>(*next);
    }
}

// When what the task asked for had come about: a timer at its due time, a descriptor at the latest
// when the poll before had looked away. What another task does takes effect at once.
std::int64_t why::happened(const gap& of) const {
    const std::int64_t woken = of_->events.time(of.woken);
    const event wake = of_->events[of.woken];
    const std::string_view reason = of_->text(wake, key::why);
    const event park = of_->events[of.left];
    std::int64_t when = woken;
    if (reason == "timer") {
        const std::optional<std::size_t> fired = of_->find(wake.cause);
        if (!fired) return woken;
        const event fire = of_->events[*fired];
        when = woken - std::max(of_->number(fire, key::late).value_or(0), std::int64_t{0});
        const std::optional<std::size_t> set = of_->find(fire.cause);
        if (!set) return std::clamp(when, of.from, woken);
        if (const auto due = of_->number(of_->events[*set], key::due)) when = *due;
    } else if (reason == "fd" && park.kind == kind::park) {
        const auto last = [&](std::size_t before, kind wanted) {
            return last_before(*of_, of_->process_of(wake), before, wanted);
        };
        const std::uint32_t done = last(of.woken, kind::io_done);
        const std::uint32_t began = done == life::never ? done : last(done, kind::io_wait);
        if (began == life::never) return woken;
        // A poll that had to wait knows when it became ready; one that found it so, does not.
        const bool waited = of_->events.time(done) > of_->events.time(began) &&
                            of_->number(of_->events[began], key::timeout).value_or(0) != 0;
        const std::uint32_t before = last(began, kind::io_done);
        if (waited)
            when = of_->events.time(done);
        else if (before != life::never)
            when = of_->events.time(before);
    }
    return std::clamp(when, of.from, woken);
}

void why::split(gap& of) const {
    const bool parked = of_->events.kind(of.left) == kind::park;
    if (parked && of.woken == life::never) {
        of.asked = of.to - of.from;
        return;
    }
    const std::int64_t woken = parked ? of_->events.time(of.woken) : of.from;
    const std::size_t woken_at = parked ? of.woken : of.left;
    const std::size_t end = of.over ? of.ran : of_->events.size() - 1;
    if (parked) {
        const std::int64_t came = happened(of);
        of.asked = came - of.from;
        of.loop = woken - came;
        if (of.loop > 0) of.in_loop = steps_in(of.task, came, woken, of.left, woken_at);
    }
    of.queue = of.to - woken;
    of.in_queue = steps_in(of.task, woken, of.to, woken_at, end);
}

// Steps of the task's process between two positions, as far as they lie between two moments; the
// longest first. One that goes on at the beginning counts too.
std::vector<step_meanwhile> why::steps_in(std::uint32_t besides, std::int64_t from, std::int64_t to,
                                          std::size_t first, std::size_t last) const {
    std::vector<step_meanwhile> found;
    const std::uint32_t process = of_->process_of_task(besides);
    const auto is = [&](std::size_t index, kind wanted) {
        return of_->events.kind(index) == wanted && of_->process_of(of_->events[index]) == process;
    };
    std::size_t at = first;
    while (at > 0 && !is(at, kind::switch_in) && !is(at, kind::io_wait)) --at;
    for (; at < last; ++at) {
        if (!is(at, kind::switch_in) || of_->events.task(at) == besides) continue;
        std::size_t end = at + 1;
        while (end < of_->events.size() && !is(end, kind::switch_out)) ++end;
        const std::int64_t ends = of_->events.time(std::min(end, of_->events.size() - 1));
        const std::int64_t inside = std::min(ends, to) - std::max(of_->events.time(at), from);
        if (inside < 0) continue;
        found.push_back({of_->events.task(at), static_cast<std::uint32_t>(at), inside});
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.inside > b.inside; });
    return found;
}

why_answer why::at(std::uint32_t task, std::size_t index, const state& now) const {
    why_answer made;
    const std::span<const stretch> lane = all_->of(task);
    const stretch* found = all_->at(task, index);
    if (found == nullptr) return made;
    auto place = static_cast<std::size_t>(found - lane.data());
    if (found->in == task_state::ended) {
        made.is = being::ended;
        return made;
    }
    if (found->in == task_state::running) {
        made.is = being::running;
        made.step = found->begins;
        if (place > 0) made.gap = gap_around(task, lane, place - 1);
        return made;
    }
    made.is = found->in == task_state::ready ? being::ready : being::parked;
    made.gap = gap_around(task, lane, place);
    made.chain = {task};
    if (made.is == being::parked) follow(made, now);
    return made;
}

// Whether anything goes on in the loop of this task by which somebody may run there.
bool why::somebody_may_run(std::uint32_t task, const state& now) const {
    const std::uint32_t process = of_->process_of_task(task);
    const auto is_here = [&](std::uint32_t other) {
        return of_->process_of_task(other) == process;
    };
    bool somebody =
        now.running_in(process) != 0 || std::any_of(now.ready.begin(), now.ready.end(), is_here);
    now.timers.each([&](const timer_view& each) {
        if (is_here(each.owner)) somebody = true;
    });
    now.tasks.each([&](const task_view& each) {
        if (each.waits == wait_kind::fd && is_here(each.id)) somebody = true;
    });
    return somebody;
}

// From a task that waits to the one it waits for, until somebody is found who can move.
void why::follow(why_answer& made, const state& now) const {
    for (;;) {
        const task_view* who = now.tasks.find(made.chain.back());
        if (who == nullptr || who->state != task_state::parked) return;
        std::uint32_t next = 0;
        if (who->waits == wait_kind::timer || who->waits == wait_kind::fd) return;
        if (who->waits == wait_kind::task) next = who->wait_id;
        if (who->waits == wait_kind::object)
            if (const object_view* object = now.objects.find(who->wait_id)) next = object->holder;
        if (next == 0) {
            // Anybody who runs might trigger it; when nobody can ever run again, nobody will.
            made.nobody = !somebody_may_run(made.chain.back(), now);
            return;
        }
        const auto before = std::find(made.chain.begin(), made.chain.end(), next);
        if (before != made.chain.end()) {
            made.circle = static_cast<std::size_t>(before - made.chain.begin());
            return;
        }
        made.chain.push_back(next);
    }
}

gap why::before_step(std::uint32_t task, std::size_t index) const {
    const std::span<const stretch> lane = all_->of(task);
    const stretch* found = all_->at(task, index);
    std::size_t place = found == nullptr ? 0 : static_cast<std::size_t>(found - lane.data());
    const std::int64_t then = of_->events.time(std::min(index, of_->events.size() - 1));
    if (found == nullptr || found->in != task_state::running) {
        // A step that began at this very moment, or the next one there is.
        std::size_t earlier = place;
        while (earlier > 0 && lane[earlier].in != task_state::running &&
               of_->events.time(lane[earlier].begins) == then)
            --earlier;
        const bool same_moment = !lane.empty() && lane[earlier].in == task_state::running &&
                                 of_->events.time(lane[earlier].begins) == then;
        if (same_moment) place = earlier;
        while (place < lane.size() && lane[place].in != task_state::running) ++place;
    }
    if (place >= lane.size() || place == 0) return {};
    return gap_around(task, lane, place - 1);
}

// The first with this name, unless the text is somebody's number: a task may be called "3".
std::uint32_t task_called(const recording& of, const std::string& text) {
    std::string known;
    const life* named = nullptr;
    for (const life* each : of.tasks().in_order()) {
        const std::string number = std::to_string(each->id);
        if (text == number || text == "#" + number) return each->id;
        const bool is_it = text == of.name_of(each->id) || text == of.task_name(each->id);
        if (is_it && named == nullptr) named = each;
        if (known.size() < 200) known += (known.empty() ? "" : ", ") + of.task_name(each->id);
    }
    if (named != nullptr) return named->id;
    if (const auto number = number_of(text); number && of.has_task(*number)) return *number;
    throw std::invalid_argument(
        "There is no task \"" + text + "\" in this trace. " +
        (known.empty() ? "It has no tasks at all." : "Its tasks are: " + one_line(known) + "."));
}

}  // namespace giambio::trace
