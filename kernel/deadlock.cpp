// Tells who waits for whom. See deadlock.hpp.
// Internal to kernel/.
#include "kernel/deadlock.hpp"

#include "kernel/words.hpp"

#include <algorithm>

namespace giambio {

namespace {

// Null when the task has ended.
const snapshot::task_line* find(const snapshot& now, std::uint32_t id) {
    for (const snapshot::task_line& each : now.tasks) {
        if (each.id == id) return &each;
    }
    return nullptr;
}

std::string name_of(const snapshot& now, std::uint32_t id) {
    const snapshot::task_line* who = find(now, id);
    return "#" + std::to_string(id) + " " + (who != nullptr ? who->name : "(ended)");
}

// Whom this task waits for: the task that it joins, or the holder of what it wants; 0 for nobody.
std::uint32_t waits_for(const snapshot::task_line& who) {
    return who.waits == wait_kind::task ? who.wait_id : who.wait_holder;
}

// Follows the waits from `first`; a circle when they lead back to it.
std::vector<std::uint32_t> circle_through(const snapshot& now, std::uint32_t first) {
    std::vector<std::uint32_t> way;
    std::uint32_t next = first;
    while (std::find(way.begin(), way.end(), next) == way.end()) {
        const snapshot::task_line* who = find(now, next);
        if (who == nullptr) return {};
        way.push_back(next);
        next = waits_for(*who);
    }
    return next == first ? way : std::vector<std::uint32_t>{};
}

// The first circle is enough: who breaks it can run the program again and see the next.
std::string circle_text(const snapshot& now) {
    for (const snapshot::task_line& each : now.tasks) {
        const std::vector<std::uint32_t> circle = circle_through(now, each.id);
        if (circle.empty()) continue;
        std::string text = "\n  the circle: ";
        for (const std::uint32_t id : circle) text += name_of(now, id) + " -> ";
        return text + name_of(now, circle.front());
    }
    return "";
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
