// Sentences about delays, made of the answers of why.hpp and critical_path.hpp.
//
// Kept true: each number in a sentence is in the answer that it tells.
// Internal to tracer/; its functions are declared in why_text.hpp.
#include "tracer/model/why_text.hpp"

#include "tracer/model/phrases.hpp"
#include "tracer/model/words.hpp"

#include <algorithm>
#include <map>

namespace giambio::trace {
namespace {

std::string name(const recording& of, std::uint32_t task) {
    return one_line(of.task_name(task));
}

std::string waited_for(const recording& of, const event& park) {
    return one_line(awaited(of, park));
}

std::string at_time(std::int64_t t) {
    return "at " + duration_text(t);
}

// "  the longest: #4 cook 38.000 ms (seq 12), #7 1.200 ms (seq 19) and 3 more".
std::string longest_steps(const recording& of, const std::vector<step_meanwhile>& steps) {
    constexpr std::size_t most = 4;
    std::string shown;
    for (std::size_t i = 0; i < std::min(most, steps.size()); ++i)
        shown += (i == 0 ? "" : ", ") + name(of, steps[i].task) + " for " +
                 duration_text(steps[i].inside) + " (seq " +
                 std::to_string(of.events.seq(steps[i].begins)) + ")";
    if (steps.size() > most) shown += " and " + std::to_string(steps.size() - most) + " more";
    return shown;
}

std::string part(const char* what, std::int64_t length, const std::string& more) {
    std::string text = duration_text(length);
    text = std::string(text.size() < 14 ? 14 - text.size() : 0, ' ') + text;
    return text + "  " + what + (more.empty() ? "" : ": " + more) + "\n";
}

// A park and the moves during its wait: with each of them the task came into another line.
std::vector<event> lines_of(const recording& of, const event& park) {
    std::vector<event> lines{park};
    for (std::size_t at = park.index + std::size_t{1}; at < of.events.size(); ++at) {
        const kind what = of.events.kind(at);
        if (what != kind::move && what != kind::wake) continue;
        const event that = of.events[at];
        const auto whom = of.number(that, what == kind::move ? key::target : key::woken);
        if (whom != std::int64_t{park.task}) continue;
        if (what == kind::wake) break;
        lines.push_back(that);
    }
    return lines;
}

// A line of text for each line that it stood in.
std::string asked_for(const recording& of, const gap& that) {
    const event left = of.events[that.left];
    if (left.kind != kind::park) return part("waiting for what it asked for", that.asked, "");
    const std::vector<event> lines = lines_of(of, left);
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string what = (i == 0 ? "waiting " : "then waiting ") + waited_for(of, lines[i]);
        const std::int64_t end = i + 1 < lines.size() ? lines[i + 1].t : that.from + that.asked;
        text += part(what.c_str(), end - lines[i].t, "");
    }
    return text;
}

std::string parts(const recording& of, const gap& that) {
    std::string text = "\nThe delay of " + duration_text(that.to - that.from) + ", from " +
                       duration_text(that.from) + " to " + duration_text(that.to) +
                       (that.over ? "" : " (the end of the trace)") + ":\n";
    text += asked_for(of, that);
    text += part("that had come about, but the loop was busy", that.loop,
                 longest_steps(of, that.in_loop));
    text += part("in the ready queue", that.queue, longest_steps(of, that.in_queue));
    return text;
}

std::string chain_of_causes(const recording& of, const gap& that) {
    if (that.causes.empty()) return "";
    std::string text = "\nThe chain of causes, the latest first:\n";
    for (const std::uint32_t index : that.causes) {
        const event each = of.events[index];
        text += "  seq " + std::to_string(each.seq) + ", " + duration_text(each.t) + ": " +
                sentence(of, each) + "\n";
    }
    if (that.missing_cause != 0)
        text += "  seq " + std::to_string(that.missing_cause) +
                ": missing from this file; its line was bad, or lost\n";
    return text;
}

std::string reason_of_wake(const recording& of, const gap& that) {
    const event left = of.events[that.left];
    if (left.kind == kind::spawn) return "it had been spawned by " + name(of, left.task);
    if (that.woken == life::never) return "it had let others run first";
    const event wake = of.events[that.woken];
    const std::string_view why = of.text(wake, key::why);
    const std::string by = wake.task == 0 ? "" : name(of, wake.task);
    if (why == "timer") return "its timer was due";
    if (why == "fd") return waited_for(of, left).substr(6) + " came true";
    if (why == "exit") return by + " ended";
    if (why == "cancel") return "it was cancelled" + (by.empty() ? "" : " by " + by);
    if (why == "all_blocked") return "everybody else was blocked";
    if (why == "closed") return "what it waited on was closed";
    return by.empty() ? "it was woken" : by + " woke it";
}

// Why the descriptor of `awaited` reads badly behind "because".
std::string because_of(const recording& of, const gap& that) {
    const event left = of.events[that.left];
    const bool on_fd = left.kind == kind::park && of.text(left, key::on) == "fd";
    if (on_fd && that.woken != life::never && of.text(of.events[that.woken], key::why) == "fd")
        return numbered(of, left, "descriptor", key::fd) + " could be " +
               std::string(mode_text(of.text(left, key::mode)));
    return reason_of_wake(of, that);
}

// Who could end a wait that goes on, one line for each task of the chain.
std::string who_can_end_it(const recording& of, const state& now, const why_answer& answer) {
    std::string text;
    if (answer.chain.size() > 1) {
        text += "\nWho could end the wait:\n";
        for (std::size_t i = 1; i < answer.chain.size(); ++i)
            text += "  " + situation(of, now, answer.chain[i]) + "\n";
    }
    if (answer.circle < answer.chain.size()) {
        text += "Nobody: this is a deadlock, " + name(of, answer.chain[answer.circle]);
        for (std::size_t i = answer.circle + 1; i < answer.chain.size(); ++i)
            text += " waits for " + name(of, answer.chain[i]);
        text += " waits for " + name(of, answer.chain[answer.circle]) + "\n";
    } else if (answer.nobody) {
        text +=
            "Nobody can end it: no task is ready, no timer is set, no descriptor is waited on\n";
    }
    return text;
}

std::string ready_sentence(const recording& of, const state& now, std::uint32_t task,
                           const gap& that) {
    const std::uint32_t process = of.process_of_task(task);
    const std::uint32_t running = now.running_in(process);
    const auto place = std::find(now.ready.begin(), now.ready.end(), task);
    const auto ahead = std::count_if(now.ready.begin(), place, [&](std::uint32_t each) {
        return of.process_of_task(each) == process;
    });
    std::string text = name(of, task) + " was ready " + at_time(now.t) + ", because " +
                       because_of(of, that) + ", but stood in the ready queue";
    if (ahead > 0) text += " behind " + counted(ahead, "task");
    if (running != 0) text += "; " + name(of, running) + " was running";
    return text + "\n";
}

std::string waits_in_lines(const recording& of, const event& park) {
    std::string text;
    for (const event& each : lines_of(of, park))
        text += (text.empty() ? " waits " : ", then ") + waited_for(of, each);
    return text;
}

std::string path_words(const recording& of, const path_piece& piece) {
    switch (piece.with) {
        case spent::running:
            return name(of, piece.task) + " runs";
        case spent::queue:
            return name(of, piece.task) + " stands in the ready queue";
        case spent::outside:
            return name(of, piece.task) + waits_in_lines(of, of.events[piece.begins]);
        case spent::busy:
            return name(of, piece.task) + " could go on, but the loop is in the step of " +
                   name(of, of.events.task(piece.begins));
        case spent::before:
            break;
    }
    return "before anything that the path leads to";
}

}  // namespace

std::string why_not_text(const recording& of, const state& now, std::uint32_t task,
                         const why_answer& answer) {
    switch (answer.is) {
        case being::not_there_yet:
        case being::ended:
            return situation(of, now, task) + "\n";
        case being::running:
            return situation(of, now, task) + "; it is not waiting\n" +
                   (answer.gap.ran == life::never ? "" : why_ran_text(of, task, answer.gap));
        case being::ready:
            return ready_sentence(of, now, task, answer.gap) + parts(of, answer.gap) +
                   chain_of_causes(of, answer.gap);
        case being::parked:
            break;
    }
    return situation(of, now, task) + "\n" + who_can_end_it(of, now, answer) +
           parts(of, answer.gap) + chain_of_causes(of, answer.gap);
}

std::string why_ran_text(const recording& of, std::uint32_t task, const gap& before) {
    if (before.ran == life::never)
        return name(of, task) + " does not run at or after this moment\n";
    return name(of, task) + " ran " + at_time(before.to) + " (seq " +
           std::to_string(of.events.seq(before.ran)) + "), because " + because_of(of, before) +
           "\n" + parts(of, before) + chain_of_causes(of, before);
}

std::string path_text(const recording& of, const std::vector<path_piece>& path) {
    if (path.empty()) return "The span has no length\n";
    std::string text = "The critical path of " + duration_text(path.back().to - path.front().from) +
                       ", from " + duration_text(path.front().from) + " to " +
                       duration_text(path.back().to) + ":\n";
    std::map<std::string, std::int64_t> sums;
    for (const path_piece& each : path) {
        const event began = of.events[each.begins];
        text += part(path_words(of, each).c_str(), each.to - each.from,
                     each.with == spent::before ? "" : "seq " + std::to_string(began.seq));
        const char* kinds[] = {"running", "in the ready queue", "waiting for the outside",
                               "the loop was busy", "before the path"};
        sums[kinds[static_cast<std::size_t>(each.with)]] += each.to - each.from;
        if (each.task != 0) sums[name(of, each.task)] += each.to - each.from;
    }
    text += "In all:\n";
    for (const auto& [what, length] : sums) text += part(what.c_str(), length, "");
    return text;
}

}  // namespace giambio::trace
