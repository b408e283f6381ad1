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

// Whom this task waits for: the task that it joins, or the holder of what it wants; 0 for nobody.
std::uint32_t waits_for(const snapshot::task_line& who) {
    return who.waits == wait_kind::task ? who.wait_id : who.wait_holder;
}

// The circle in which this task stands, its oldest one first.
std::vector<std::uint32_t> circle_through(const snapshot& now, std::uint32_t first) {
    std::vector<std::uint32_t> circle;
    std::uint32_t next = first;
    do {
        circle.push_back(next);
        next = waits_for(*now.find(next));
    } while (next != first);
    std::rotate(circle.begin(), std::min_element(circle.begin(), circle.end()), circle.end());
    return circle;
}

// Follows the waits from each task until they end or lead to one that was passed before: on the
// same way that is a circle. So each task is passed once, and many take no longer for each.
// The first circle is enough: who breaks it can run the program again and see the next.
std::vector<std::uint32_t> first_circle(const snapshot& now) {
    std::map<std::uint32_t, std::uint32_t> passed;  // a task, and the one whose way led there
    for (const snapshot::task_line& each : now.tasks) {
        std::uint32_t next = each.id;
        const snapshot::task_line* who = &each;
        while (who != nullptr && passed.emplace(next, each.id).second) {
            next = waits_for(*who);
            who = now.find(next);
        }
        if (who != nullptr && passed.at(next) == each.id) return circle_through(now, next);
    }
    return {};
}

std::string circle_text(const snapshot& now) {
    const std::vector<std::uint32_t> circle = first_circle(now);
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
