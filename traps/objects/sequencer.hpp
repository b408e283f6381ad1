// A sequencer: forces tasks into one interleaving, for a test of what depends on the order.
//
//     co_await steps.turn(0);                    // this task comes first; the next may go on
//     const auto mine = co_await steps.turn(2);  // the third; the next waits for this block's end
//
// Each place from 0 on is taken by one task; place n comes when the block of place n-1 has ended.
// Not here: waiting for everybody at once (barrier.hpp), until nobody can go on (wait_all_blocked).
// Kept true: the places come in their order, each once. When a task goes away before its place has
// come, the sequence is broken: all who wait, and all who come later, get misuse.
// Public.
#pragma once

#include "traps/calls.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

namespace giambio {

class sequencer {
    // What the sequencer and the tasks in it share; a task may be the last to go.
    struct order {
        wait_list* line = nullptr;  // null: the sequencer is gone
        std::size_t next = 0;       // the place whose turn it is, or will be
        bool broken = false;
        std::set<std::size_t> taken;
        std::map<std::size_t, frame*> waiting;

        // The block of the latest place has ended: the task of the next one goes on.
        void advance(site at) {
            ++next;
            if (line == nullptr) return;
            door().object_did(line->id(), "turn", task_id::none, static_cast<std::int64_t>(next),
                              at);
            const auto found = waiting.find(next);
            if (found == waiting.end()) return;
            frame& who = *found->second;
            waiting.erase(found);
            if (still_waits(who)) door().wake(who, at);
        }

        // Whoever waits would wait for ever: its place cannot come any more.
        void break_up() {
            if (std::exchange(broken, true)) return;
            for (const auto& [place, who] : std::exchange(waiting, {})) {
                if (still_waits(*who)) door().wake_in_vain(*who, refusal::misuse, sentence);
            }
        }

        // A task that has been cancelled is awake, although its place is noted until it runs.
        bool still_waits(const frame& who) const { return who.standing_in == line; }
    };

public:
    explicit sequencer(site at = site::current())
        : waiters_("sequencer", at), order_(std::make_shared<order>()) {
        order_->line = &waiters_;
    }
    // Whoever still waits gets misuse, as with every object that goes away.
    ~sequencer() {
        order_->line = nullptr;
        order_->broken = true;
        order_->waiting.clear();
    }
    sequencer(const sequencer&) = delete;
    sequencer& operator=(const sequencer&) = delete;

    // A task's turn: it ends with the guard. Without a name for the guard it ends at once, and the
    // code up to the task's next trap still runs before the next place's task.
    class my_turn {
    public:
        my_turn(std::shared_ptr<order> in, site at) : in_(std::move(in)), at_(at) {}
        my_turn(my_turn&&) noexcept = default;
        my_turn& operator=(my_turn&&) = delete;
        ~my_turn() {
            // Outside a run the tasks are gone, and nobody waits any more.
            if (in_ != nullptr && door_if_open() != nullptr) in_->advance(at_);
        }

    private:
        std::shared_ptr<order> in_;  // null: moved away
        site at_;
    };

    // Waits until it is this place's turn. Throws misuse when the place was taken before, or when
    // the sequence is broken.
    coroutine<my_turn> turn(std::size_t place, site at = site::current()) {
        const std::shared_ptr<order> mine = order_;  // `this` may be gone when we wake
        take(place);
        waiter waits{*mine, place};
        if (mine->next == place) {
            co_await checkpoint(at);
            if (mine->broken) throw misuse(sentence);
        } else {
            mine->waiting[place] = &door().current();
            co_await park(waiters_, at);
        }
        waits.has_come = true;
        co_return my_turn(mine, at);
    }

    std::size_t next() const { return order_->next; }
    bool is_broken() const { return order_->broken; }

private:
    static constexpr const char* sentence =
        "the sequence is broken: a task that had a place in it was stopped before its turn";

    // A place that is taken and whose turn has not come.
    struct waiter {
        order& in;
        std::size_t place;
        bool has_come = false;
        ~waiter() {
            if (has_come) return;
            in.waiting.erase(place);
            in.break_up();
        }
    };

    void take(std::size_t place) {
        if (order_->broken) throw misuse(sentence);
        if (order_->taken.insert(place).second) return;
        throw misuse("place " + std::to_string(place) +
                     " of the sequence was taken already; each place is one task's, once");
    }

    wait_list waiters_;
    std::shared_ptr<order> order_;
};

}  // namespace giambio
