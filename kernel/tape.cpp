// Keeps records and hands them over. See tape.hpp.
// Internal to kernel/.
#include "kernel/tape.hpp"

#include "traps/coroutine.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>

namespace giambio {

tape::tape(std::vector<observer*> watchers, const clock& time, std::size_t capacity)
    : watchers_(std::move(watchers)),
      on_(!watchers_.empty()),
      time_(time),
      capacity_(std::max<std::size_t>(capacity, 1)) {
    records_.resize(capacity_);
}

namespace {

// Has anything happened before this record that takes time: code of the program, a system call?
// Discussion: asking the machine for the time takes 28 ns, as long as a whole switch. Between the
// other records lie a few instructions of the kernel, so they have the time of the record before.
bool takes_time(const record& told) {
    switch (told.kind) {
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
            return !told.flag;
        default:
            return true;
    }
}

}  // namespace

// Completes a record and hands the batch over when it is full.
std::uint64_t tape::stamp(record& kept) {
    if (takes_time(kept)) latest_ = time_.now().count();
    kept.seq = ++last_seq_;
    kept.turn = turn;
    kept.t = latest_;
    if (++kept_ >= capacity_) hand_over();
    // An observer that is being told may do what is told itself; that waits for the next batch.
    if (kept_ == records_.size()) records_.resize(2 * kept_);
    return last_seq_;
}

std::uint64_t tape::write(const record& made, std::string_view text) {
    if (!on()) return 0;
    record& kept = keep(made);
    kept.text_from = static_cast<std::uint32_t>(texts_.size());
    kept.text_length = static_cast<std::uint32_t>(text.size());
    texts_.append(text);
    return stamp(kept);
}

std::uint64_t tape::write(const record& made, const promise_base* innermost) {
    if (!on()) return 0;
    record& kept = keep(made);
    const auto from = static_cast<std::ptrdiff_t>(chains_.size());
    for (; innermost != nullptr; innermost = innermost->caller) {
        chains_.push_back(innermost->standing_at);
    }
    std::reverse(chains_.begin() + from, chains_.end());
    kept.chain_from = static_cast<std::uint32_t>(from);
    kept.chain_length =
        static_cast<std::uint32_t>(static_cast<std::ptrdiff_t>(chains_.size()) - from);
    return stamp(kept);
}

// Whatever an observer throws stays here: watching must not change what is watched.
// An observer may add others, and let any go, while it is told: so places are counted, not kept.
template <class Call>
void tape::tell(Call call) noexcept {
    telling_ = true;
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
    telling_ = false;
    forget_those_who_left();
}

void tape::forget_those_who_left() noexcept {
    std::erase(watchers_, nullptr);
    on_ = !watchers_.empty();
}

void tape::add(observer& newcomer) {
    hand_over();
    watchers_.push_back(&newcomer);
    on_ = true;
}

void tape::remove(observer& leaving) {
    hand_over();
    std::replace(watchers_.begin(), watchers_.end(), &leaving, static_cast<observer*>(nullptr));
    if (!telling_) forget_those_who_left();
}

void tape::begin(const run_facts& facts) {
    tell([&](observer& watcher) { watcher.begin(facts); });
}

// While it is told, a batch is not handed over again. The vectors keep their memory: a run that is
// traced allocates for its first batches only.
void tape::hand_over() {
    if (kept_ == 0 || telling_) return;
    const std::span<const record> batch(records_.data(), kept_);
    tell([&](observer& watcher) { watcher.watch({batch, texts_, chains_}); });
    kept_ = 0;
    texts_.clear();
    chains_.clear();
}

// After: what was told so far is as safe as the observers can make it.
void tape::settle() {
    hand_over();
    tell([](observer& watcher) { watcher.settle(); });
}

void tape::end(std::uint32_t tasks) {
    hand_over();
    const run_totals totals{last_seq_, turn, time_.now().count(), tasks};
    tell([&](observer& watcher) { watcher.end(totals); });
}

}  // namespace giambio
