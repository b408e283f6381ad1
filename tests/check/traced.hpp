// Runs a program in the simulated world, reads its trace back, and tells what `check` found in it.
//
// The program under test stays in its test. `names` are all that was found, so that a test also
// fails when something is found beside what it is about; `shown` are the trace events of the
// evidence as words, "switch_in 2" for one of task 2.
// Internal to tests/check/.
#pragma once

#include "tests/catch.hpp"
#include "tests/text_keeper.hpp"
#include "tracer/model/check.hpp"
#include "tracer/model/reader.hpp"

#include <giambio.hpp>

#include <string>
#include <utility>
#include <vector>

namespace check_tests {

using words = std::vector<std::string>;

// How the run ended does not matter here: a deadlock is part of some programs.
template <class Program>
std::string text_of_run(Program program, const giambio::simulated& world = {}) {
    text_keeper kept;
    giambio::async_scheduler scheduler{world};
    scheduler.set_warnings(false);
    scheduler.observe(kept);
    try {
        scheduler.start(program());
    } catch (const std::exception&) {
    } catch (const giambio::cancelled&) {
    }
    scheduler.stop_observing(kept);
    return kept.text;
}

class checked {
public:
    explicit checked(const std::string& text, const giambio::trace::check_limits& limits = {})
        : run(giambio::trace::read_text(text, "test")), found(giambio::trace::check(run, limits)) {}

    words names() const {
        words all;
        for (const auto& each : found) all.emplace_back(name_of(each));
        return all;
    }

    // The one with this name. Before: it was found.
    const giambio::trace::warning& get(const std::string& name) const {
        for (const auto& each : found)
            if (name_of(each) == name) return each;
        FAIL("not found: " << name);
        std::abort();
    }

    words shown(const std::string& name) const {
        words all;
        for (const std::uint64_t seq : get(name).seqs) {
            const giambio::trace::event that = run.events[run.index_of(seq)];
            all.push_back(std::string(word_of(that.kind)) + " " + std::to_string(that.task));
        }
        return all;
    }

    bool says(const std::string& name, const std::string& part) const {
        INFO(get(name).sentence);
        CHECK(get(name).sentence.find(part) != std::string::npos);
        return get(name).sentence.find(part) != std::string::npos;
    }

    giambio::trace::recording run;
    std::vector<giambio::trace::warning> found;

private:
    static std::string name_of(const giambio::trace::warning& each) {
        return std::string(giambio::trace::rules()[static_cast<std::size_t>(each.rule)].name);
    }
};

template <class Program>
checked run(Program program, const giambio::trace::check_limits& limits = {}) {
    return checked(text_of_run(std::move(program)), limits);
}

}  // namespace check_tests
