// Tells who waits for whom. See deadlock.hpp.
// Internal to kernel/.
#include "kernel/deadlock.hpp"

#include "kernel/words.hpp"

#include <algorithm>
#include <map>

namespace giambio {

namespace {

std::string name_of(const snapshot& now, std::uint32_t id) {
    const snapshot::task_line* who = now.find(id);
    return "#" + std::to_string(id) + " " + (who != nullptr ? who->name : "(ended)");
}

using numbers = std::vector<std::uint32_t>;
using pool_members = std::map<std::uint32_t, numbers>;  // of each pool, its living tasks

pool_members members_of_pools(const snapshot& now) {
    pool_members found;
    for (const snapshot::task_line& each : now.tasks) {
        if (each.pool != 0) found[each.pool].push_back(each.id);
    }
    return found;
}

// Whom this task waits for: the task that it joins, the holder of what it wants, or, at the end of
// a pool's block, everybody in that pool.
numbers waits_for(const snapshot::task_line& who, const pool_members& of_pools) {
    if (who.waits == wait_kind::task) return {who.wait_id};
    if (who.wait_holder != 0) return {who.wait_holder};
    const auto found = of_pools.find(who.wait_id);
    const bool for_a_pool = who.waits == wait_kind::object && found != of_pools.end();
    return for_a_pool ? found->second : numbers{};
}

// A task on the way, and those whom it waits for and who were not followed yet.
struct passed_task {
    std::uint32_t id;
    numbers ahead;
};

// The part of the way from this task on, the oldest one first.
numbers circle_from(std::uint32_t first, const std::vector<passed_task>& way) {
    numbers circle;
    for (auto each = way.rbegin(); circle.empty() || circle.back() != first; ++each) {
        circle.push_back(each->id);
    }
    std::reverse(circle.begin(), circle.end());
    std::rotate(circle.begin(), std::min_element(circle.begin(), circle.end()), circle.end());
    return circle;
}

// Follows the waits from each task until they end or lead to one that was passed before: on the
// same way that is a circle. So each task is passed once, and many take no longer for each.
// The first circle is enough: who breaks it can run the program again and see the next.
numbers first_circle(const snapshot& now) {
    const pool_members of_pools = members_of_pools(now);
    std::map<std::uint32_t, bool> on_the_way;  // of those who were passed
    for (const snapshot::task_line& each : now.tasks) {
        std::vector<passed_task> way{{0, {each.id}}};
        while (!way.empty()) {
            numbers& ahead = way.back().ahead;
            if (ahead.empty()) {
                on_the_way[way.back().id] = false;
                way.pop_back();
                continue;
            }
            const snapshot::task_line* next = now.find(ahead.back());
            ahead.pop_back();
            if (next == nullptr) continue;
            const auto [passed, is_new] = on_the_way.emplace(next->id, true);
            if (is_new) way.push_back({next->id, waits_for(*next, of_pools)});
            if (!is_new && passed->second) return circle_from(next->id, way);
        }
    }
    return {};
}

std::string circle_text(const snapshot& now) {
    const numbers circle = first_circle(now);
    if (circle.empty()) return "";
    std::string text = "\n  the circle: ";
    for (const std::uint32_t id : circle) text += name_of(now, id) + " -> ";
    return text + name_of(now, circle.front());
}

}  // namespace

std::string task_sentence(const snapshot& now, const snapshot::task_line& who) {
    std::string text = name_of(now, who.id);
    switch (who.waits) {
        case wait_kind::nothing:
            text += std::string(" is ") + word_of(who.state);
            break;
        case wait_kind::timer:
            text += " waits for timer " + std::to_string(who.wait_id);
            break;
        case wait_kind::fd:
            text += " waits for descriptor " + std::to_string(who.wait_fd);
            break;
        case wait_kind::task:
            text += " waits for the end of " + name_of(now, who.wait_id);
            break;
        case wait_kind::object:
            text += " waits for " + who.wait_type + " " + std::to_string(who.wait_id);
            break;
    }
    if (who.wait_holder != 0) text += ", held by " + name_of(now, who.wait_holder);
    if (!who.place.empty()) text += " (" + who.place + ")";
    return text;
}

std::string deadlock_report(const snapshot& now) {
    std::string report =
        "deadlock: nobody is ready, and no timer or descriptor can wake anyone; these wait for "
        "ever:";
    for (const snapshot::task_line& each : now.tasks) {
        report += "\n  " + task_sentence(now, each);
    }
    return report + circle_text(now);
}

}  // namespace giambio
