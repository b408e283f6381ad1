// The report of a deadlock: who waits for what, who holds it, and the circle where there is one.
//
// fate.cpp calls in with a snapshot; nothing else is needed, so it can be tested alone.
// Not here: noticing that nobody can be woken (loop.cpp).
// Internal to kernel/.
#pragma once

#include "kernel/snapshot.hpp"

#include <string>

namespace giambio {

std::string deadlock_report(const snapshot& now);

// One task in a sentence: "#2 painter waits for lock 1, held by #3 helper (program.cpp:14)".
std::string task_sentence(const snapshot& now, const snapshot::task_line& who);

}  // namespace giambio
