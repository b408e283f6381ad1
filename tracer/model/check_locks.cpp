// Locks that are held across a long wait while others stand in line for them.
//
// For each lock that somebody holds, the time is summed up in which two things are true: its holder
// is parked on something else, and somebody waits for the lock. A holder that runs, or that nobody
// waits for, harms nobody in this way; a condition's wait has let go of its lock.
// Not here: holders that wait for each other (check_deadlocks.cpp).
// Internal to tracer/model/.
#include "tracer/model/check_families.hpp"
#include "tracer/model/phrases.hpp"
#include "tracer/model/words.hpp"

namespace giambio::trace {
namespace {

struct hold_row {
    std::uint32_t id = 0;  // the lock
    std::uint32_t holder = 0;
    std::uint32_t next = 0;  // lock of the same holder
    std::uint32_t at = 0;    // where it was acquired
    std::uint64_t seq = 0;
    bool blocks = false;  // its holder is parked, and somebody waits
    std::int64_t since = 0;
    std::uint64_t park = 0;  // of the holder, meanwhile
    std::int64_t total = 0;  // of all such times in this hold
    std::int64_t worst = 0;
    std::uint64_t worst_park = 0;
    std::uint32_t waiter = 0;  // who stood there
};

// The locks that a task holds, as a list through their rows.
struct holder_row {
    std::uint32_t id = 0;
    std::uint32_t first = 0;
};

class lock_family final : public family {
public:
    using family::family;

    void see(const event& next) override {
        if (scene_.ending) return;
        if (begins_the_end(of(), next)) return flush();
        switch (next.kind) {
            case kind::object_op:
                return look_at_operation(next);
            case kind::park:
                return look_at_park(next);
            case kind::wake:
                return look_at_wake(next);
            default:
                return;
        }
    }

    void finish() override {
        if (!scene_.ending) flush();
    }

private:
    void look_at_operation(const event& next) {
        const std::uint32_t id = id_in(of(), next, key::object);
        const object_row* object = scene_.object(id);
        if (object == nullptr || object->kind != object_kind::lock) return;
        const std::uint32_t holder = id_in(of(), next, key::holder);
        hold_row* known = holds_.change(id);
        if (known != nullptr && known->holder == holder) return;
        if (known != nullptr) release(*known, next);
        if (holder != 0) acquire(id, holder, next);
    }

    void acquire(std::uint32_t lock, std::uint32_t holder, const event& next) {
        const task_row* who = scene_.task(holder);
        // Who was handed the lock asked for it where it is parked, not where it was released.
        const bool was_handed = who != nullptr && who->now == task_state::parked;
        hold_row& made = holds_[lock];
        made.holder = holder;
        made.at = was_handed ? who->at : next.at;
        made.seq = next.seq;
        holder_row& list = holders_[holder];
        made.next = list.first;
        list.first = lock;
    }

    void release(hold_row& held, const event& next) {
        stop(held, next.t);
        judge(held, next.seq);
        std::uint32_t* link = &holders_[held.holder].first;
        while (*link != 0 && *link != held.id) {
            hold_row* other = holds_.change(*link);
            if (other == nullptr) break;
            link = &other->next;
        }
        if (*link == held.id) *link = held.next;
        holds_.erase(held.id);
    }

    template <typename visitor>
    void each_held_by(std::uint32_t task, visitor visit) {
        const holder_row* list = holders_.find(task);
        std::uint32_t lock = list == nullptr ? 0 : list->first;
        while (lock != 0) {
            hold_row* held = holds_.change(lock);
            if (held == nullptr) return;
            visit(*held);
            lock = held->next;
        }
    }

    // A wait at the very place where the lock was acquired is inside one call of the library, whose
    // inner lock lets its callers in one after the other: that is its purpose.
    void start(hold_row& held, std::uint32_t parked_at, std::uint64_t park, std::uint32_t waiter,
               std::int64_t t) {
        if (held.blocks || parked_at == held.at) return;
        held.blocks = true;
        held.since = t;
        held.park = park;
        if (held.waiter == 0) held.waiter = waiter;
    }

    void stop(hold_row& held, std::int64_t t) {
        if (!held.blocks) return;
        held.blocks = false;
        const std::int64_t length = t - held.since;
        held.total += length;
        if (length < held.worst) return;
        held.worst = length;
        held.worst_park = held.park;
    }

    void look_at_park(const event& next) {
        const bool on_object = of().text(next, key::on) == "object";
        const std::uint32_t target = on_object ? id_in(of(), next, key::object) : 0;
        each_held_by(next.task, [&](hold_row& held) {
            const object_row* lock = scene_.object(held.id);
            if (lock == nullptr || lock->waiting == 0 || held.id == target) return;
            start(held, next.at, next.seq, held.waiter, next.t);
        });
        hold_row* wanted = target == 0 ? nullptr : holds_.change(target);
        if (wanted == nullptr || wanted->holder == next.task) return;
        if (wanted->waiter == 0) wanted->waiter = next.task;
        const task_row* holder = scene_.task(wanted->holder);
        if (holder == nullptr || holder->now != task_state::parked) return;
        start(*wanted, holder->at, holder->since_seq, next.task, next.t);
    }

    void look_at_wake(const event& next) {
        const std::uint32_t woken = id_in(of(), next, key::woken);
        each_held_by(woken, [&](hold_row& held) { stop(held, next.t); });
        const task_row* who = scene_.task(woken);
        if (who == nullptr || who->waits != wait_kind::object) return;
        hold_row* left = holds_.change(who->wait_id);
        const object_row* lock = scene_.object(who->wait_id);
        if (left != nullptr && lock != nullptr && lock->waiting <= 1) stop(*left, next.t);
    }

    void judge(const hold_row& held, std::uint64_t end) {
        if (held.total < limits_.lock_held) return;
        const object_row* lock = scene_.object(held.id);
        const std::uint32_t made_at = lock == nullptr ? 0 : lock->at;
        const std::uint64_t place = (std::uint64_t{made_at} << 32U) | held.at;
        found_.add(rule_id::lock_held, place, held.total,
                   {{held.seq, held.worst_park, end}, {held.holder, held.waiter}, {held.id}}, [&] {
                       const event park = of().events[of().index_of(held.worst_park)];
                       return name(held.holder) + " held " + of().object_name(held.id) +
                              in_brackets(of(), held.at) + " for " + duration_text(held.total) +
                              " in which it only waited " + awaited(of(), park) +
                              in_brackets(of(), park.at) + ", and " +
                              (held.waiter == 0 ? "another task" : name(held.waiter)) +
                              " stood in line for the lock.";
                   });
    }

    // Holds that did not end. One that waits for another lock or for a task may be in a deadlock,
    // which is told as such.
    void flush() {
        std::vector<std::uint32_t> open;
        holds_.each([&](const hold_row& each) { open.push_back(each.id); });
        for (const std::uint32_t lock : open) {
            hold_row& held = *holds_.change(lock);
            const task_row* holder = scene_.task(held.holder);
            stop(held, scene_.t);
            if (holder == nullptr || holder->waits == wait_kind::task) continue;
            const object_row* on =
                holder->waits == wait_kind::object ? scene_.object(holder->wait_id) : nullptr;
            if (on == nullptr || on->kind != object_kind::lock) judge(held, 0);
        }
        holds_.clear();
    }

    id_table<hold_row> holds_;
    id_table<holder_row> holders_;
};

}  // namespace

made_family lock_warnings(const scene& now, const check_limits& from, findings& into) {
    return std::make_unique<lock_family>(now, from, into);
}

}  // namespace giambio::trace
