// Thundering herds: one operation wakes many tasks, one of them finds something to do, and the
// others go straight back to wait for the same thing.
//
// The tasks that one operation woke are a group. Each is futile when, in the step after, it parks
// on the same object again before it has done anything else that the trace shows; acquiring and
// releasing locks and saying something does not count. A group in which all go back is no herd: the
// operation is then a signal that all of them wait for, such as the tick of a clock.
// Internal to tracer/model/.
#include "tracer/model/check_families.hpp"
#include "tracer/model/phrases.hpp"

#include <map>

namespace giambio::trace {
namespace {

constexpr std::uint32_t smallest_herd = 3;

struct group {
    std::uint32_t object = 0;
    std::uint64_t operation = 0;
    std::uint32_t woken = 0;
    std::uint32_t futile = 0;
    std::uint32_t useful = 0;
};

struct member_row {
    std::uint32_t id = 0;     // the task
    std::uint32_t group = 0;  // its number, from 1; 0 for none
};

struct herd_row {
    std::uint32_t id = 0;    // the object
    std::uint32_t last = 0;  // its latest group
};

class herd_family final : public family {
public:
    using family::family;

    void see(const event& next) override {
        switch (next.kind) {
            case kind::move:
                return join(id_in(of(), next, key::target), next.cause);
            case kind::wake:
                return look_at_wake(next);
            case kind::park:
                return look_at_park(next);
            case kind::object_op:
                return look_at_operation(next);
            case kind::exit:
            case kind::io:
            case kind::busy:
            case kind::spawn:
                return resolve(next.task, false);
            case kind::switch_out:
                if (of().text(next, key::how) != "park") resolve(next.task, false);
                return;
            default:
                return;
        }
    }

    void finish() override {
        std::map<std::uint32_t, group> sums;  // by object; `operation` is that of the worst
        std::map<std::uint32_t, std::uint32_t> worst;
        for (const group& each : groups_) {
            const bool is_herd = each.woken >= smallest_herd && each.useful > 0;
            if (!is_herd || each.futile < 2 * each.useful) continue;
            group& sum = sums[each.object];
            sum.woken += each.woken;
            sum.futile += each.futile;
            ++sum.useful;  // here: how many operations
            if (each.futile <= worst[each.object]) continue;
            worst[each.object] = each.futile;
            sum.operation = each.operation;
        }
        for (const auto& [object, sum] : sums)
            if (sum.futile >= limits_.thundering_herd) tell(object, sum);
    }

private:
    void join(std::uint32_t task, std::uint64_t operation) {
        const task_row* who = scene_.task(task);
        if (who == nullptr || who->waits != wait_kind::object || operation == 0) return;
        herd_row& herd = herds_[who->wait_id];
        if (herd.last == 0 || groups_[herd.last - 1].operation != operation) {
            groups_.push_back({who->wait_id, operation, 0, 0, 0});
            herd.last = static_cast<std::uint32_t>(groups_.size());
        }
        ++groups_[herd.last - 1].woken;
        members_[task].group = herd.last;
    }

    // Who was moved to a lock's line belongs to the group of the operation that moved it.
    void look_at_wake(const event& next) {
        const std::uint32_t woken = id_in(of(), next, key::woken);
        const member_row* known = members_.find(woken);
        const bool moved = known != nullptr && known->group != 0;
        if (of().text(next, key::why) != "object") {
            if (moved) members_.erase(woken);
            return;
        }
        if (!moved) join(woken, next.cause);
    }

    void look_at_park(const event& next) {
        const member_row* known = members_.find(next.task);
        if (known == nullptr || known->group == 0) return;
        if (of().text(next, key::on) != "object") return resolve(next.task, false);
        const std::uint32_t on = id_in(of(), next, key::object);
        const bool again = groups_[known->group - 1].object == on;
        const object_row* object = scene_.object(on);
        const bool is_lock = object != nullptr && object->kind == object_kind::lock;
        if (again || !is_lock) resolve(next.task, again);
    }

    void look_at_operation(const event& next) {
        const member_row* known = members_.find(next.task);
        if (known == nullptr || known->group == 0) return;
        const std::uint32_t id = id_in(of(), next, key::object);
        const object_row* object = scene_.object(id);
        const bool is_lock = object != nullptr && object->kind == object_kind::lock;
        if (!is_lock && id != groups_[known->group - 1].object) resolve(next.task, false);
    }

    void resolve(std::uint32_t task, bool futile) {
        const member_row* known = members_.find(task);
        if (known == nullptr || known->group == 0) return;
        group& of_it = groups_[known->group - 1];
        ++(futile ? of_it.futile : of_it.useful);
        members_.erase(task);
    }

    void tell(std::uint32_t object, const group& sum) {
        const event worst = of().events[of().index_of(sum.operation)];
        found_.add(
            rule_id::thundering_herd, object, sum.futile, {{sum.operation}, {worst.task}, {object}},
            [&] {
                return counted(sum.futile, "task") + " of " + std::to_string(sum.woken) + " that " +
                       counted(sum.useful, "operation") + " on " + of().object_name(object) +
                       " woke found nothing to do and waited again at once; the largest herd "
                       "was woken by " +
                       name(worst.task) + in_brackets(of(), worst.at) + ".";
            });
    }

    std::vector<group> groups_;
    id_table<member_row> members_;
    id_table<herd_row> herds_;
};

}  // namespace

made_family herd_warnings(const scene& now, const check_limits& from, findings& into) {
    return std::make_unique<herd_family>(now, from, into);
}

}  // namespace giambio::trace
