// The tape: where the kernel writes what it did, until the observers take it.
//
// schedule.cpp and its neighbours write; the loop hands over before it sleeps. With no observer a
// write costs one test.
// Not here: what a record means (observer.hpp), text (tracer/).
// Kept true: seq rises by one for each record; a record whose cause nobody who watches was told has
// none; an observer that throws is let go and the run goes on.
// Internal to kernel/.
#pragma once

#include "kernel/clock.hpp"
#include "kernel/observer.hpp"

#include <string>
#include <vector>

namespace giambio {

struct promise_base;

// Has anything happened before this record that takes time: code of the program, a system call?
// Discussion: asking for the time takes longer than a whole switch, even the processor's counter
// (tick_counter.hpp). Between the other records lie a few instructions of the kernel, so they have
// the time of the record before.
constexpr bool takes_time(happening told, bool flag) {
    switch (told) {
        case happening::switch_in:
        case happening::reply:
        case happening::park:
        case happening::switch_out:
        case happening::batch:
        case happening::timer_set:
        case happening::fd_ready:
        case happening::io_wait:
            return false;
        case happening::io_done:
            return !flag;
        default:
            return true;
    }
}

class tape {
public:
    tape(std::vector<observer*> watchers, const clock& time, std::size_t capacity);

    bool on() const { return on_; }

    // Observers come and go at any time of the run, also from inside `watch`. Who comes is told
    // what happens from now on; who goes has been told all that happened before.
    void add(observer& newcomer);
    void remove(observer& leaving);
    void hand_over_at_once();

    // Completes the record with number, time and turn, keeps it and returns its number.
    // Before: somebody watches. The chronicle has asked that already, where it saves a call.
    //
    // Discussion: put together elsewhere and copied, a record takes 4 ns longer: the copy has to
    // wait for what was just written. Inlined, it is put together in its place in the batch, and
    // the time is asked for before that, so that nothing is put aside for that call.
    [[gnu::always_inline]] std::uint64_t write(const record& made) {
        if (takes_time(made.kind, made.flag)) look_at_clock();
        return stamp(keep(made));
    }
    std::uint64_t write(const record& made, std::string_view text);
    // With the await chain that ends at `innermost`, outermost first.
    std::uint64_t write(const record& made, const promise_base* innermost);

    // Told to all, or to the one who has just come.
    void begin(const run_facts& facts, const observer* only = nullptr);
    void hand_over();
    void hand_over_with_comments();
    void settle();
    void end(std::uint32_t tasks);

    std::uint32_t turn = 0;  // the loop counts

protected:
    const clock& time() const { return time_; }
    // The number of a record, where those who watch have been told that record; else 0.
    std::uint64_t known(std::uint64_t number) const { return number < told_from_ ? 0 : number; }

private:
    void begin_to_keep();
    void look_at_clock() { latest_ = time_.now().count(); }
    // Puts a record into its place in the batch, where the rest is filled in.
    [[gnu::always_inline]] record& keep(const record& made) { return *written_.next = made; }
    // Completes a record and hands the batch over when it is full.
    [[gnu::always_inline]] std::uint64_t stamp(record& kept) {
        kept.seq = ++last_seq_;
        kept.cause = known(kept.cause);
        kept.turn = turn;
        kept.t = latest_;
        if (++written_.next >= written_.full) hand_over();
        return last_seq_;
    }
    template <class Call>
    void tell(Call call) noexcept;
    void forget_those_who_left() noexcept;

    std::vector<observer*> watchers_;  // null while others are told: it has left
    bool on_;                          // there are any
    bool telling_ = false;
    const clock& time_;
    std::uint64_t last_seq_ = 0;
    std::uint64_t told_from_ = 1;  // the first number since anybody has watched without a gap
    std::int64_t latest_ = 0;      // the time of the record before
    // Records, with what they refer to.
    struct reel {
        explicit reel(std::size_t whole) : batch(whole) {}
        // Before: no more than so many are in it.
        void make_room_for(std::size_t most);
        std::size_t length() const { return static_cast<std::size_t>(next - records.data()); }
        void swap(reel& other);
        void clear();

        std::vector<record> records;
        std::size_t batch;       // so many are handed over together
        record* next = nullptr;  // the place for the next one
        record* full = nullptr;  // where a batch ends
        std::string texts;
        std::vector<site> chains;
    };
    reel written_;  // what nobody has been told yet
    reel shown_;    // what the observers are told just now
};

}  // namespace giambio
