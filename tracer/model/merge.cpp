// Brings the clocks of several traces together and puts their trace events in one order.
//
// Not here: sockets (merge_arrows.cpp), lines (merge_lines.cpp).
// Internal to tracer/model/; its functions are public through merge.hpp.
#include "tracer/model/merge.hpp"

#include "tracer/model/merge_arrows.hpp"
#include "tracer/model/merge_lines.hpp"
#include "tracer/model/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <ctime>
#include <limits>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace giambio::trace {
namespace {

using nlohmann::ordered_json;

// When the run began, in nanoseconds since 1970; nothing when the trace does not tell.
std::optional<std::int64_t> beginning(const header& of) {
    if (of.started_ns != 0) return of.started_ns;
    std::tm utc{};
    if (of.started.empty()) return std::nullopt;
    if (strptime(of.started.c_str(), "%Y-%m-%dT%H:%M:%SZ", &utc) == nullptr) return std::nullopt;
    constexpr std::int64_t second = 1'000'000'000;
    const std::int64_t seconds = timegm(&utc);
    if (seconds < 0 || seconds > std::numeric_limits<std::int64_t>::max() / second)
        return std::nullopt;
    return seconds * second;
}

class merger {
public:
    merger(std::span<const recording* const> processes,
           const std::function<void(std::string_view)>& sink)
        : all_(processes), sink_(sink), found_(arrows_between(processes)) {}

    merged run() {
        made_.connections = found_.connections;
        if (found_.unmatched > 0)
            made_.notes.push_back(std::to_string(found_.unmatched) +
                                  " connections lead to nobody in these traces");
        set_clocks();
        correct_clocks();
        name_processes();
        write_header();
        write_events();
        write_footer();
        flush();
        return std::move(made_);
    }

private:
    std::int64_t time_of(const far_event& which) const {
        return all_[which.process]->events[which.index].t + shifts_[which.process];
    }

    std::string label(std::size_t process) const {
        return names_.empty() ? all_[process]->header.program : names_[process];
    }

    // By the clock of the wall, where every trace has one.
    void set_clocks() {
        shifts_.assign(all_.size(), 0);
        std::vector<std::int64_t> begins;
        for (const recording* each : all_)
            if (const auto at = beginning(each->header)) begins.push_back(*at);
        if (begins.size() != all_.size()) {
            made_.notes.push_back("not every trace tells when it began; all begin at 0 ms here");
            return;
        }
        const std::int64_t first = *std::min_element(begins.begin(), begins.end());
        for (std::size_t i = 0; i < all_.size(); ++i) shifts_[i] = begins[i] - first;
        for (std::size_t i = 0; i < all_.size(); ++i) {
            const event_columns& events = all_[i]->events;
            if (shifts_[i] <= latest_time - (events.empty() ? 0 : events.back().t)) continue;
            made_.notes.push_back("one began 36 years after another; all begin at 0 ms here");
            shifts_.assign(all_.size(), 0);
            return;
        }
    }

    // Who received something too early is moved behind what was sent, as far as nobody receives too
    // early then what it sent itself. Once through all processes is enough for two; every further
    // one may need one more.
    void correct_clocks() {
        const std::vector<std::int64_t> before = shifts_;
        for (std::size_t round = 0; round < all_.size(); ++round)
            for (std::uint32_t process = 0; process < all_.size(); ++process)
                shifts_[process] += correction(process);
        const std::int64_t first = *std::min_element(shifts_.begin(), shifts_.end());
        for (std::size_t i = 0; i < all_.size(); ++i) {
            if (shifts_[i] != before[i])
                made_.notes.push_back("the clock of " + label(i) + " was moved by " +
                                      duration_text(shifts_[i] - before[i]) +
                                      ", so that nothing is received before it was sent");
            shifts_[i] -= first;
        }
    }

    std::int64_t correction(std::uint32_t process) const {
        std::int64_t early = 0;
        std::int64_t room = std::numeric_limits<std::int64_t>::max();
        for (const arrow& each : found_.all) {
            const std::int64_t took = time_of(each.to) - time_of(each.from);
            if (each.to.process == process) early = std::max(early, -took);
            if (each.from.process == process)
                room = std::min(room, std::max(took, std::int64_t{0}));
        }
        return std::min(early, room);
    }

    void name_processes() {
        std::unordered_set<std::string> taken;
        moved_by by;
        for (std::size_t i = 0; i < all_.size(); ++i) {
            const std::string& program = all_[i]->header.program;
            std::string name = program;
            for (int n = 2; !taken.insert(name).second; ++n) name = program + std::to_string(n);
            names_.push_back(name);
            by.t = shifts_[i];
            lines_.emplace_back(*all_[i], static_cast<std::uint32_t>(i + 1), name, by,
                                definitions_);
            by = lines_.back().after();
        }
    }

    void write_header() {
        const header& first = all_.front()->header;
        ordered_json processes = ordered_json::array();
        std::string program;
        std::uint64_t shuffle = 0;
        for (std::size_t i = 0; i < all_.size(); ++i) {
            const header& each = all_[i]->header;
            processes.push_back({{"process", i + 1},
                                 {"name", names_[i]},
                                 {"argv", each.argv},
                                 {"clock", each.clock},
                                 {"seed", each.seed},
                                 {"shift", shifts_[i]}});
            program += (i == 0 ? "" : " + ") + names_[i];
            shuffle = std::max(shuffle, each.shuffle);
        }
        ordered_json line{{"giambio_trace", 1},    {"minor", 2},
                          {"clock", first.clock},  {"driver", first.driver},
                          {"seed", first.seed},    {"budget", first.budget},
                          {"program", program},    {"argv", ordered_json::array()},
                          {"processes", processes}};
        if (shuffle != 0) line["shuffle"] = shuffle;
        out_ += line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
    }

    static std::uint64_t key_of(const far_event& which) {
        return (std::uint64_t{which.process} << 32U) | which.index;
    }

    bool waits(const far_event& which) const {
        const auto from = from_.find(key_of(which));
        return from != from_.end() && !seqs_.contains(key_of(from->second));
    }

    // The process whose next trace event comes first: the earliest one that does not wait for what
    // another process has still to send. When all of them wait, the matches contradict each other.
    std::size_t next_process() const {
        std::size_t best = all_.size();
        std::size_t best_waiting = all_.size();
        const auto head = [&](std::size_t i) {
            return far_event{static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(next_[i])};
        };
        for (std::size_t i = 0; i < all_.size(); ++i) {
            if (next_[i] == all_[i]->events.size()) continue;
            std::size_t& first = waits(head(i)) ? best_waiting : best;
            if (first == all_.size() || time_of(head(i)) < time_of(head(first))) first = i;
        }
        return best != all_.size() ? best : best_waiting;
    }

    void list_arrows() {
        for (const arrow& each : found_.all) {
            from_.try_emplace(key_of(each.to), each.from);
            is_source_.insert(key_of(each.from));
        }
    }

    // A program may be stopped between its system call and its look at the clock, so what was
    // received can have an earlier time than what was sent. It gets the later one then.
    placed place(const far_event& here) {
        placed made{++made_.events, std::max(time_of(here), latest_), 0};
        if (made.t - time_of(here) > late_by_) late_by_ = made.t - time_of(here);
        latest_ = made.t;
        if (const auto arrow = from_.find(key_of(here)); arrow != from_.end()) {
            const auto seq = seqs_.find(key_of(arrow->second));
            if (seq != seqs_.end()) made.from = seq->second;
            ++(made.from != 0 ? made_.arrows : lost_);
        }
        if (is_source_.contains(key_of(here))) seqs_[key_of(here)] = made.seq;
        return made;
    }

    void write_events() {
        list_arrows();
        next_.assign(all_.size(), 0);
        for (std::size_t process = next_process(); process < all_.size();
             process = next_process()) {
            const far_event here{static_cast<std::uint32_t>(process),
                                 static_cast<std::uint32_t>(next_[process]++)};
            lines_[process].add(all_[process]->events[here.index], place(here), out_);
            if (out_.size() > full) flush();
        }
        if (late_by_ > 0)
            made_.notes.push_back(
                "some trace events have a time that is up to " + duration_text(late_by_) +
                " later than told, so that nothing is received before it was sent");
        if (lost_ > 0)
            made_.notes.push_back(std::to_string(lost_) +
                                  " arrows are left out: they contradict each other");
    }

    void write_footer() {
        footer sum;
        for (std::size_t i = 0; i < all_.size(); ++i) {
            if (!all_[i]->end) {
                made_.notes.push_back(names_[i] + " has no footer, so the merged trace has none");
                return;
            }
            sum.turns += all_[i]->end->turns;
            sum.tasks += all_[i]->end->tasks;
            sum.lost += all_[i]->end->lost;
            sum.t = std::max({sum.t, all_[i]->end->t + shifts_[i], latest_});
        }
        const ordered_json line{{"end",
                                 {{"events", made_.events},
                                  {"turns", sum.turns},
                                  {"t", sum.t},
                                  {"tasks", sum.tasks},
                                  {"lost", sum.lost}}}};
        out_ += line.dump() + "\n";
    }

    void flush() {
        sink_(out_);
        out_.clear();
    }

    static constexpr std::size_t full = 256 * 1024;
    std::span<const recording* const> all_;
    const std::function<void(std::string_view)>& sink_;
    arrows found_;
    merged made_;
    std::vector<std::int64_t> shifts_;  // that make one time of all of them
    std::vector<std::string> names_;
    definitions definitions_;
    std::vector<process_lines> lines_;
    std::vector<std::size_t> next_;  // of each process
    std::unordered_map<std::uint64_t, far_event> from_;
    std::unordered_set<std::uint64_t> is_source_;
    std::unordered_map<std::uint64_t, std::uint64_t> seqs_;  // of those that an arrow comes from
    std::int64_t latest_ = 0;                                // the time of the last one
    std::int64_t late_by_ = 0;
    std::size_t lost_ = 0;
    std::string out_;
};

}  // namespace

merged merge(std::span<const recording* const> processes,
             const std::function<void(std::string_view)>& sink) {
    return merger(processes, sink).run();
}

}  // namespace giambio::trace
