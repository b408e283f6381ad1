// Waits that do not end: circles of tasks, wake-ups that were lost, waits that nobody can end.
//
// The kernel tells only a deadlock of everybody, and only then can it be said of any wait that
// nobody could end it. A circle of some tasks is one too, while others go on; it is looked for when
// the run begins to end or the recording does. One that was broken before, by a deadline for
// instance, is seen when its last task parks.
// Not here: the graph (check_waits.cpp).
// Kept true: which tasks wait for ever is decided by the state just before everybody is cancelled.
// Internal to tracer/model/.
#include "tracer/model/check_families.hpp"
#include "tracer/model/check_waits.hpp"
#include "tracer/model/phrases.hpp"
#include "tracer/model/words.hpp"

#include <algorithm>
#include <set>

namespace giambio::trace {
namespace {

// A wait that goes on so long at the end of a recording looks as if it went on for ever.
constexpr std::int64_t long_wait = 1'000'000'000;
constexpr int longest_circle = 64;
// Who reads a sentence does not read on for ever.
constexpr std::size_t most_named = 8;

// What was done with an object so far.
struct use_row {
    std::uint32_t id = 0;
    std::uint32_t parks = 0;
    std::uint32_t woken = 0;
    std::uint32_t notifies = 0;      // calls that wake waiters and leave nothing behind
    bool last_found_nobody = false;  // the latest of them
    std::uint32_t last_user = 0;
    std::uint64_t last_use = 0;
    std::uint64_t last_notify = 0;
};

// A circle that was there when its last task parked.
struct standing_circle {
    std::vector<std::uint32_t> tasks;
    std::vector<std::uint64_t> parks;
    std::string way;
    std::int64_t since = 0;
};

class deadlock_family final : public family {
public:
    using family::family;

    void see(const event& next) override {
        if (scene_.ending) return;
        if (begins_the_end(of(), next)) return judge(next.seq, next.kind == kind::deadlock);
        switch (next.kind) {
            case kind::object_op:
                return look_at_use(next);
            case kind::park:
                return look_at_park(next);
            case kind::wake:
                return look_at_wake(next);
            case kind::run_end:
                over_ = true;
                return;
            default:
                return;
        }
    }

    void finish() override {
        if (!scene_.ending && !over_) judge(0, false);
    }

private:
    void look_at_use(const event& next) {
        const std::uint32_t id = id_in(of(), next, key::object);
        use_row& object = uses_[id];
        object.last_user = next.task;
        object.last_use = next.seq;
        const std::string_view op = of().text(next, key::op);
        if (op != "notify" && op != "unpark") return;
        const object_row* line = scene_.object(id);
        ++object.notifies;
        object.last_notify = next.seq;
        object.last_found_nobody = line == nullptr || line->waiting == 0;
    }

    void look_at_park(const event& next) {
        const std::string_view on = of().text(next, key::on);
        std::uint32_t needed = 0;
        if (on == "task") needed = id_in(of(), next, key::target);
        if (on == "object") {
            const std::uint32_t id = id_in(of(), next, key::object);
            ++uses_[id].parks;
            const object_row* object = scene_.object(id);
            if (object != nullptr && object->kind != object_kind::thread) needed = object->holder;
        }
        if (needed != 0) look_for_circle(next, needed);
    }

    void look_for_circle(const event& park, std::uint32_t needed) {
        standing_circle found{{park.task}, {park.seq}, name(park.task) + " -> ", park.t};
        for (int i = 0; i < longest_circle && needed != park.task; ++i) {
            const task_row* who = scene_.task(needed);
            if (who == nullptr || who->now != task_state::parked) return;
            found.tasks.push_back(needed);
            found.parks.push_back(who->since_seq);
            needed = needed_by(scene_, *who);
        }
        if (needed != park.task) return;
        found.way.clear();
        for (const std::uint32_t each : found.tasks) found.way += name(each) + " -> ";
        found.way += name(park.task);
        standing_.push_back(std::move(found));
    }

    void look_at_wake(const event& next) {
        const std::uint32_t woken = id_in(of(), next, key::woken);
        if (!standing_.empty()) break_circles(woken, next);
        const task_row* who = scene_.task(woken);
        if (who == nullptr || who->waits != wait_kind::object) return;
        use_row& object = uses_[who->wait_id];
        const std::string_view why = of().text(next, key::why);
        if (why != "cancel") {
            ++object.woken;
        } else if (only_notify_was_lost(object, *who) && is_deadline(next.cause)) {
            tell_lost(
                object, *who, next.seq,
                ", and a deadline ended the wait after " + duration_text(next.t - who->since));
        }
    }

    void break_circles(std::uint32_t woken, const event& by) {
        const auto concerned = [&](const standing_circle& each) {
            return std::find(each.tasks.begin(), each.tasks.end(), woken) != each.tasks.end();
        };
        for (const standing_circle& each : standing_) {
            if (!concerned(each)) continue;
            evidence shown{each.parks, each.tasks, objects_of(each.tasks)};
            shown.seqs.push_back(by.seq);
            found_.add(
                rule_id::deadlock_cycle, place_of(each.tasks), by.t - each.since, shown, [&] {
                    return "Tasks waited for each other in a circle: " + each.way +
                           ". It stood for " + duration_text(by.t - each.since) + ", until a " +
                           std::string(of().text(by, key::why)) + " woke " + name(woken) + ".";
                });
        }
        std::erase_if(standing_, concerned);
    }

    // The same circle of places is the same mistake, whoever is caught in it.
    std::uint64_t place_of(const std::vector<std::uint32_t>& tasks) const {
        std::uint64_t lowest = 0;
        for (const std::uint32_t each : tasks) {
            const task_row* who = scene_.task(each);
            if (who != nullptr && (lowest == 0 || who->at < lowest)) lowest = who->at;
        }
        return lowest;
    }

    std::vector<std::uint32_t> objects_of(const std::vector<std::uint32_t>& tasks) const {
        std::vector<std::uint32_t> objects;
        for (const std::uint32_t each : tasks) {
            const task_row* who = scene_.task(each);
            if (who != nullptr && who->waits == wait_kind::object) objects.push_back(who->wait_id);
        }
        return objects;
    }

    // One call, which found nobody, and one wait, which came after it. Where there were more of
    // either, the calls may have been for somebody else, or the waiter may have seen by itself.
    static bool only_notify_was_lost(const use_row& object, const task_row& who) {
        return object.notifies == 1 && object.last_found_nobody && object.parks == 1 &&
               object.woken == 0 && object.last_notify < who.since_seq;
    }

    bool is_deadline(std::uint64_t seq) const {
        const std::optional<std::size_t> found = of().find(seq);
        if (!found) return false;
        const event request = of().events[*found];
        return request.kind == kind::cancel_request &&
               of().text(request, key::source) == "deadline";
    }

    void tell_lost(const use_row& object, const task_row& who, std::uint64_t end,
                   const std::string& how) {
        found_.add(rule_id::lost_wakeup, who.at, scene_.t - who.since,
                   {{object.last_notify, who.since_seq, end}, {who.id}, {object.id}}, [&] {
                       const event lost = of().events[of().index_of(object.last_notify)];
                       return object_operation(of(), lost) + in_brackets(of(), lost.at) +
                              " while nobody waited for it; " + name(who.id) + " came later" +
                              in_brackets(of(), who.at) + how + ".";
                   });
    }

    void judge(std::uint64_t end, bool for_all) {
        const wait_graph graph(scene_);
        std::set<std::uint32_t> explained;
        for (const std::vector<std::uint32_t>& circle : graph.circles()) {
            const std::vector<std::uint32_t> behind = graph.behind(circle);
            explained.insert(circle.begin(), circle.end());
            explained.insert(behind.begin(), behind.end());
            tell_circle(circle, behind, end, for_all);
        }
        for (const std::uint32_t id : graph.parked()) {
            const task_row& who = *scene_.task(id);
            if (explained.contains(id) || who.daemon) continue;
            if (for_all) {
                if (!graph.needs_somebody(id)) tell_endless(who, graph.behind({id}), end);
            } else {
                look_for_lost(who, end);
            }
        }
    }

    void tell_circle(const std::vector<std::uint32_t>& circle,
                     const std::vector<std::uint32_t>& behind, std::uint64_t end, bool for_all) {
        evidence shown{{}, circle, objects_of(circle)};
        bool has_deadline = false;
        for (const std::uint32_t each : circle) {
            shown.seqs.push_back(scene_.task(each)->since_seq);
            has_deadline = has_deadline || scene_.task(each)->deadlines > 0;
        }
        shown.seqs.push_back(end);
        found_.add(rule_id::deadlock_cycle, place_of(circle), 0, shown, [&] {
            std::string text = "Tasks wait for each other in a circle: " + way_round(circle) + ".";
            if (!behind.empty()) text += " Behind it: " + names(behind) + ".";
            if (!for_all) text += " The others go on, so the kernel does not tell it.";
            if (has_deadline) text += " A deadline that is set may still break it.";
            return text;
        });
    }

    std::string way_round(const std::vector<std::uint32_t>& circle) const {
        std::string way;
        for (std::size_t i = 0; i < circle.size() && i < most_named; ++i) {
            const task_row& who = *scene_.task(circle[i]);
            const event park = of().events[of().index_of(who.since_seq)];
            way += name(who.id) + " waits " + waited_for(park, who) + in_brackets(of(), who.at) +
                   " -> ";
        }
        if (circle.size() > most_named)
            way += std::to_string(circle.size() - most_named) + " more -> ";
        return way + name(circle.front());
    }

    std::string waited_for(const event& park, const task_row& who) const {
        const object_row* on =
            who.waits == wait_kind::object ? scene_.object(who.wait_id) : nullptr;
        if (on == nullptr) return awaited(of(), park);
        std::string text = "for " + of().object_name(on->id);
        if (on->holder != 0) text += ", held by " + name(on->holder);
        return text;
    }

    std::string names(const std::vector<std::uint32_t>& tasks) const {
        std::string text;
        for (std::size_t i = 0; i < tasks.size() && i < most_named; ++i)
            text += (i > 0 ? ", " : "") + name(tasks[i]);
        if (tasks.size() > most_named)
            text += " and " + std::to_string(tasks.size() - most_named) + " more";
        return text;
    }

    void tell_endless(const task_row& who, const std::vector<std::uint32_t>& behind,
                      std::uint64_t end) {
        const use_row* object = who.waits == wait_kind::object ? uses_.find(who.wait_id) : nullptr;
        const bool lost =
            object != nullptr && object->last_found_nobody && object->last_notify < who.since_seq;
        if (lost) return tell_lost(*object, who, end, " and waits for ever");
        evidence shown{
            {who.since_seq, object == nullptr ? 0 : object->last_use, end}, {who.id}, {}};
        shown.tasks.insert(shown.tasks.end(), behind.begin(), behind.end());
        if (who.waits == wait_kind::object) shown.objects.push_back(who.wait_id);
        found_.add(rule_id::endless_wait, who.at, 0, shown, [&] {
            const event park = of().events[of().index_of(who.since_seq)];
            std::string text =
                name(who.id) + " waits " + waited_for(park, who) + in_brackets(of(), who.at) +
                ", and nobody can end that. Looked at: timers (" +
                std::to_string(scene_.timers.size()) +
                " set), descriptors (none that can still become ready), tasks (all " +
                std::to_string(scene_.alive) + " that live are parked)" + last_use(object, who) +
                ".";
            if (!behind.empty()) text += " Behind it: " + names(behind) + ".";
            return text;
        });
    }

    std::string last_use(const use_row* object, const task_row& who) const {
        if (who.waits != wait_kind::object) return "";
        if (object == nullptr || object->last_use == 0)
            return "; the trace shows no operation on it at all";
        const task_row* user = scene_.task(object->last_user);
        const bool ended = user != nullptr && user->now == task_state::ended;
        return "; the last who did anything with it was " + name(object->last_user) + " (seq " +
               std::to_string(object->last_use) + ")" + (ended ? ", which has ended" : "");
    }

    // Others go on, so somebody might still come. Only the plainest case is told.
    void look_for_lost(const task_row& who, std::uint64_t end) {
        const use_row* object = who.waits == wait_kind::object ? uses_.find(who.wait_id) : nullptr;
        if (object == nullptr || who.deadlines > 0 || scene_.t - who.since < long_wait) return;
        if (only_notify_was_lost(*object, who))
            tell_lost(*object, who, end,
                      " and has waited since, for " + duration_text(scene_.t - who.since));
    }

    id_table<use_row> uses_;
    std::vector<standing_circle> standing_;
    bool over_ = false;
};

}  // namespace

made_family deadlock_warnings(const scene& now, const check_limits& from, findings& into) {
    return std::make_unique<deadlock_family>(now, from, into);
}

}  // namespace giambio::trace
