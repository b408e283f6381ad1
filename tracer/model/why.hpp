// Why a task did not run, and why it ran when it did: the delay in parts, and the chain of causes.
//
// From the end of one step of a task to the beginning of its next there are up to three waits: for
// what it asked for, for the loop to come back from somebody's step and notice, and in the ready
// queue. The command `trace why` prints what is found here; the viewer will show the same.
// In a merged trace only the task's own process counts: another one's steps hold nobody up here.
// Not here: sentences (why_text.hpp), the path through several tasks (critical_path.hpp).
// Kept true: the three parts add up to the delay exactly.
// Public to gui/ and lessons/.
#pragma once

#include "tracer/model/history.hpp"
#include "tracer/model/lanes.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace giambio::trace {

// A step of another task that went on during a wait, as far as it lies inside.
struct step_meanwhile {
    std::uint32_t task = 0;
    std::uint32_t begins = 0;  // position of its switch_in
    std::int64_t inside = 0;   // nanoseconds
};

// A task between two of its steps.
struct gap {
    std::uint32_t task = 0;
    std::int64_t from = 0;             // its step ended, or it was spawned
    std::int64_t to = 0;               // its next step begins, or the recording ends
    bool over = false;                 // false: it has not run again
    std::uint32_t left = life::never;  // position of what ended its step: park, switch_out or spawn
    std::uint32_t woken = life::never;  // of its wake; never: it was not parked, or still is
    std::uint32_t ran = life::never;    // of its switch_in

    std::int64_t asked = 0;  // waited for what it asked for
    std::int64_t loop = 0;   // that had happened, but the loop was busy with somebody's step
    std::int64_t queue = 0;  // stood in the ready queue
    std::vector<step_meanwhile> in_loop;   // who held the loop up, the longest first
    std::vector<step_meanwhile> in_queue;  // who ran before it, the longest first

    // The chain of causes, newest first: positions of trace events.
    std::vector<std::uint32_t> causes;
    // The seq of the next one, where the chain breaks off because the file does not have it.
    std::uint64_t missing_cause = 0;
};

// What a task is doing at a moment.
enum class being : std::uint8_t { not_there_yet, running, ready, parked, ended };

struct why_answer {
    being is = being::not_there_yet;
    trace::gap gap;  // around the moment; of a running task, the one before its step
    std::uint32_t step = life::never;  // position of the switch_in of the step that goes on
    // Who could end the wait that goes on: task after task, the first is the one that was asked
    // about. The last one sleeps, waits for the outside, is ready or runs; or waits for one of
    // those before: then `circle` is where it closes.
    std::vector<std::uint32_t> chain;
    std::size_t circle = static_cast<std::size_t>(-1);
    bool nobody = false;  // the last one waits for something that nobody can bring about
};

class why {
public:
    why(const recording& of, const lanes& all) : of_(&of), all_(&all) {}

    // After the trace event at this position.
    why_answer at(std::uint32_t task, std::size_t index, const state& now) const;

    // The gap before the step that goes on at this position, or the next one after it.
    gap before_step(std::uint32_t task, std::size_t index) const;

private:
    gap gap_around(std::uint32_t task, std::span<const stretch> lane, std::size_t place) const;
    void find_causes(gap& of) const;
    void split(gap& of) const;
    std::int64_t happened(const gap& of) const;
    std::vector<step_meanwhile> steps_in(std::uint32_t besides, std::int64_t from, std::int64_t to,
                                         std::size_t first, std::size_t last) const;
    bool somebody_may_run(std::uint32_t task, const state& now) const;
    void follow(why_answer& made, const state& now) const;

    const recording* of_;
    const lanes* all_;
};

// The task that this text names: a number, #3, a name, or "#3 cook". Throws std::invalid_argument
// with a sentence that lists the tasks.
std::uint32_t task_called(const recording& of, const std::string& text);

}  // namespace giambio::trace
