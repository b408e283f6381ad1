// Walks the path backwards, from stretch to stretch and from a wake to the task that did it.
//
// Internal to tracer/model/; its functions are public through critical_path.hpp.
#include "tracer/model/critical_path.hpp"

#include "tracer/model/why.hpp"

#include <algorithm>

namespace giambio::trace {
namespace {

class walk {
public:
    walk(const recording& of, const lanes& all, std::size_t from, std::size_t to)
        : of_(of),
          all_(all),
          finder_(of, all),
          begin_(of.events.time(from)),
          now_(of.events.time(to)),
          at_(to) {}

    std::vector<path_piece> back() {
        task_ = who_ran();
        while (now_ > begin_ && task_ != 0 && one_stretch()) {
        }
        if (now_ > begin_) add(0, spent::before, 0, begin_);
        std::reverse(path_.begin(), path_.end());
        return std::move(path_);
    }

private:
    std::uint32_t who_ran() const {
        const event last = of_.events[at_];
        if (last.task != 0) return last.task;
        const std::uint32_t process = of_.process_of(last);
        for (std::size_t i = at_; i-- > 0;)
            if (of_.events.kind(i) == kind::switch_in && of_.process_of(of_.events[i]) == process)
                return of_.events.task(i);
        return 0;
    }

    // A piece from `from`, or from the beginning of the span, up to where the walk is.
    void add(std::uint32_t task, spent with, std::uint32_t begins, std::int64_t from) {
        const std::int64_t start = std::max(from, begin_);
        if (now_ > start) path_.push_back({task, with, begins, start, now_});
        now_ = std::min(now_, start);
    }

    // Takes the stretch in which the task is, and goes on before it; false: nothing is before it.
    bool one_stretch() {
        const stretch* found = all_.at(task_, at_);
        if (found == nullptr) return false;
        const event began = of_.events[found->begins];
        const bool is_first = found == all_.of(task_).data();
        switch (found->in) {
            case task_state::running:
                add(task_, spent::running, found->begins, began.t);
                return step_back(found->begins, is_first);
            case task_state::ready:
                add(task_, spent::queue, found->begins, began.t);
                if (began.kind == kind::spawn || began.kind == kind::wake) return to_maker(began);
                return step_back(found->begins, is_first);
            case task_state::parked:
                add(task_, spent::outside, found->begins, began.t);
                return step_back(found->begins, is_first);
            case task_state::ended:
                return step_back(found->begins, is_first);
        }
        return false;
    }

    bool step_back(std::uint32_t begins, bool is_first) {
        if (is_first || begins == 0) return false;
        at_ = begins - 1;
        return true;
    }

    // The loop woke the task; how long had it been inside steps of others when it could have?
    void add_busy(const event& woken) {
        const gap before = finder_.before_step(task_, woken.index);
        if (before.woken != woken.index || before.in_loop.empty()) return;
        add(task_, spent::busy, before.in_loop.front().begins, woken.t - before.loop);
    }

    // Who woke or spawned the task was running then; when it was the loop, the task's own wait is
    // the path.
    bool to_maker(const event& made) {
        if (made.task == 0) {
            if (made.kind == kind::wake) add_busy(made);
            return step_back(made.index, made.kind == kind::spawn);
        }
        task_ = made.task;
        return step_back(made.index, false);
    }

    const recording& of_;
    const lanes& all_;
    const why finder_;
    const std::int64_t begin_;
    std::int64_t now_;
    std::size_t at_;
    std::uint32_t task_ = 0;
    std::vector<path_piece> path_;
};

}  // namespace

std::vector<path_piece> critical_path(const recording& of, const lanes& all, std::size_t from,
                                      std::size_t to) {
    if (of.events.empty() || to <= from || to >= of.events.size()) return {};
    return walk(of, all, from, to).back();
}

}  // namespace giambio::trace
