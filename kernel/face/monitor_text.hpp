// What the monitor answers: tables and sentences made of a report.
//
// monitor_commands.cpp calls in, in the monitor's thread. Not here: commands, sockets
// (monitor.cpp), getting a report (kernel/watch_post.hpp).
// Kept true: what a program has named stays on its line, whatever is in the name.
// Internal to kernel/face/.
#pragma once

#include "kernel/watch_post.hpp"

#include <optional>
#include <string>

namespace giambio::monitor_text {

std::string help();
// A line about the step that goes on, because of which the report is old; empty when there is none.
std::string hog(const std::optional<running_step>& running);
// A table of all living tasks.
std::string tasks(const loop_report& told);
// The await chain of one task.
std::string where(const loop_report& told, std::uint32_t task);
// Who spawned whom.
std::string tree(const loop_report& told);
std::string statistics(const loop_statistics& counts);
// That there is no such task, as a sentence.
std::string no_task(std::uint32_t task);

}  // namespace giambio::monitor_text
