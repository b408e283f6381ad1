// Keeps records and hands them over. See tape.hpp.
// Internal to kernel/.
#include "kernel/tape.hpp"

#include "traps/coroutine.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <utility>

namespace giambio {

tape::tape(std::vector<observer*> watchers, const clock& time, std::size_t capacity)
    : watchers_(std::move(watchers)),
      on_(!watchers_.empty()),
      time_(time),
      written_(std::max<std::size_t>(capacity, 1)),
      shown_(std::max<std::size_t>(capacity, 1)) {
    if (on_) begin_to_keep();
}

void tape::hand_over_at_once() {
    written_.batch = shown_.batch = 1;
    begin_to_keep();
}

// Without an observer there is no memory for records.
void tape::begin_to_keep() {
    for (reel* each : {&written_, &shown_})
        each->make_room_for(std::max(each->records.size(), each->batch));
}

std::uint64_t tape::write(const record& made, std::string_view text) {
    if (takes_time(made.kind, made.flag)) look_at_clock();
    record& kept = keep(made);
    kept.from = static_cast<std::uint32_t>(written_.texts.size());
    kept.length = static_cast<std::uint32_t>(text.size());
    written_.texts.append(text);
    return stamp(kept);
}

std::uint64_t tape::write(const record& made, const promise_base* innermost) {
    if (takes_time(made.kind, made.flag)) look_at_clock();
    record& kept = keep(made);
    const auto from = static_cast<std::ptrdiff_t>(written_.chains.size());
    for (; innermost != nullptr; innermost = innermost->caller) {
        written_.chains.push_back(innermost->standing_at);
    }
    std::reverse(written_.chains.begin() + from, written_.chains.end());
    kept.from = static_cast<std::uint32_t>(from);
    kept.length =
        static_cast<std::uint32_t>(static_cast<std::ptrdiff_t>(written_.chains.size()) - from);
    return stamp(kept);
}

// Whatever an observer throws stays here: watching must not change what is watched.
// An observer may add others, and let any go, while it is told: so places are counted, not kept.
// Who is added so is told the beginning in the middle of that.
template <class Call>
void tape::tell(Call call) noexcept {
    const bool in_the_middle = std::exchange(telling_, true);
    const std::size_t present = watchers_.size();
    for (std::size_t place = 0; place < present; ++place) {
        if (watchers_[place] == nullptr) continue;
        try {
            call(*watchers_[place]);
            continue;
        } catch (const std::exception& failure) {
            std::fprintf(stderr, "giambio: an observer failed and is removed: %s\n",
                         failure.what());
        } catch (...) {
            std::fprintf(stderr, "giambio: an observer failed and is removed\n");
        }
        watchers_[place] = nullptr;
    }
    telling_ = in_the_middle;
    if (!telling_) forget_those_who_left();
}

void tape::forget_those_who_left() noexcept {
    std::erase(watchers_, nullptr);
    on_ = !watchers_.empty();
}

void tape::add(observer& newcomer) {
    hand_over_with_comments();
    // While nobody watched, nothing was numbered, so what the run knows is an earlier watcher's.
    if (!on()) {
        told_from_ = last_seq_ + 1;
        begin_to_keep();
    }
    watchers_.push_back(&newcomer);
    on_ = true;
}

void tape::remove(observer& leaving) {
    hand_over_with_comments();
    std::replace(watchers_.begin(), watchers_.end(), &leaving, static_cast<observer*>(nullptr));
    if (!telling_) forget_those_who_left();
}

void tape::begin(const run_facts& facts, const observer* only) {
    tell([&](observer& watcher) {
        if (only == nullptr || only == &watcher) watcher.begin(facts);
    });
}

void tape::reel::make_room_for(std::size_t most) {
    const std::size_t kept = length();
    records.resize(most);
    next = records.data() + kept;
    full = records.data() + batch;
}

// Discussion: std::swap moves each of them three times, which is 10 ns more for each batch.
void tape::reel::swap(reel& other) {
    records.swap(other.records);
    texts.swap(other.texts);
    chains.swap(other.chains);
    std::swap(next, other.next);
    std::swap(full, other.full);
}

void tape::reel::clear() {
    next = records.data();
    texts.clear();
    chains.clear();
}

// An observer may do what is told itself, while it is told: that waits for the next batch. The
// reels keep their memory: a run that is traced allocates for its first batches only.
void tape::hand_over() {
    if (telling_) {
        const std::size_t room = written_.records.size();
        if (written_.length() == room) written_.make_room_for(2 * room);
        return;
    }
    if (written_.length() == 0) return;
    written_.swap(shown_);
    const std::span<const record> batch(shown_.records.data(), shown_.length());
    tell([&](observer& watcher) { watcher.watch({batch, shown_.texts, shown_.chains}); });
    shown_.clear();
}

// Also what the observers say while they are told, since no other batch may come to take it along.
// Discussion: once more, not until nothing is left: one that speaks whenever it is told something
// would be told its own words for ever. What it says of those waits for the next batch; at the end
// there is none.
void tape::hand_over_with_comments() {
    hand_over();
    hand_over();
}

// After: what was told so far is as safe as the observers can make it.
void tape::settle() {
    hand_over_with_comments();
    tell([](observer& watcher) { watcher.settle(); });
}

// Only what was told counts: who reads the totals takes the rest for a loss.
void tape::end(std::uint32_t tasks) {
    hand_over_with_comments();
    const run_totals totals{last_seq_ - written_.length(), turn, time_.now().count(), tasks};
    tell([&](observer& watcher) { watcher.end(totals); });
}

}  // namespace giambio
