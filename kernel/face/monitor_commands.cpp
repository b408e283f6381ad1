// The monitor's commands: a line in, a text out. See monitor.hpp.
// Internal to kernel/face/.
#include "kernel/face/monitor.hpp"
#include "kernel/face/monitor_text.hpp"

#include <charconv>
#include <future>
#include <memory>

namespace giambio {

namespace {

constexpr std::chrono::milliseconds patience{200};  // with a loop that does not come round

std::string_view without_spaces(std::string_view text) {
    const auto from = text.find_first_not_of(" \t\r");
    if (from == std::string_view::npos) return "";
    return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

// The first word, and the rest.
std::pair<std::string_view, std::string_view> split(std::string_view text) {
    const auto end = text.find_first_of(" \t");
    if (end == std::string_view::npos) return {text, ""};
    return {text.substr(0, end), without_spaces(text.substr(end))};
}

// A task's number, with or without '#'.
std::optional<std::uint32_t> number_in(std::string_view word) {
    if (!word.empty() && word.front() == '#') word.remove_prefix(1);
    std::uint32_t number = 0;
    const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (fault != std::errc{} || end != word.data() + word.size() || number == 0)
        return std::nullopt;
    return number;
}

std::string statistics_of(const loop_report& told) {
    return monitor_text::statistics(told.counts);
}

}  // namespace

std::string monitor::answer(std::string_view line, client& asking) const {
    const auto [command, rest] = split(without_spaces(line));
    if (command.empty() || command == "help") return monitor_text::help();
    if (command == "ps") return with_report(monitor_text::tasks);
    if (command == "tree") return with_report(monitor_text::tree);
    if (command == "stats") return with_report(statistics_of);
    if (command == "where") return where(rest);
    if (command == "cancel") return cancel(rest);
    if (command == "trace") return trace(rest);
    if (command == "quit") {
        asking.leaving = true;
        return "Goodbye; the program goes on.\n";
    }
    return "There is no such command; help tells those that there are.\n";
}

// First the report, so that a step which has just ended is not told as one that goes on.
std::string monitor::with_report(const std::function<std::string(const loop_report&)>& text) const {
    const report_pointer before = post_.latest();
    const report_pointer told = post_.fresh(patience);
    const std::string hog = told == before ? monitor_text::hog(post_.running()) : "";
    if (told == nullptr) return hog + "The loop has not reported yet; ask again.\n";
    return hog + text(*told);
}

std::string monitor::where(std::string_view rest) const {
    const std::optional<std::uint32_t> task = number_in(rest);
    if (!task) return "where takes a task's number: where 3\n";
    return with_report([&](const loop_report& told) { return monitor_text::where(told, *task); });
}

// Only the loop may touch a task, so it is left as a call. While a step does not end the call
// waits, and we say so instead of waiting with it.
std::string monitor::cancel(std::string_view rest) const {
    const auto [word, said] = split(rest);
    const std::optional<std::uint32_t> task = number_in(word);
    if (!task) return "cancel takes a task's number, and a reason if you like: cancel 3 too long\n";
    const std::string reason = said.empty() ? "cancelled by the monitor" : std::string(said);
    const auto done = std::make_shared<std::promise<bool>>();
    std::future<bool> found = done->get_future();
    const std::shared_ptr<post_box> box = box_.lock();
    const bool posted =
        box != nullptr && box->post([done, cancel = services_.cancel, number = *task, reason] {
            done->set_value(cancel(number, reason));
        });
    if (!posted) return "The run is over.\n";
    if (found.wait_for(patience) != std::future_status::ready) {
        return monitor_text::hog(post_.running()) +
               "The loop has not come to it yet; the cancel waits for its next turn.\n";
    }
    if (!found.get()) return monitor_text::no_task(*task);
    return "#" + std::to_string(*task) + " is asked to stop: " + reason + "\n";
}

std::string monitor::trace(std::string_view rest) const {
    const auto [word, said] = split(rest);
    const bool on = word == "on" && !said.empty();
    if (!on && (word != "off" || !said.empty())) {
        return "trace takes \"on\" and a file, or \"off\": trace on /tmp/run.jsonl\n";
    }
    const auto done = std::make_shared<std::promise<std::string>>();
    std::future<std::string> answer = done->get_future();
    const std::shared_ptr<post_box> box = box_.lock();
    const bool posted =
        box != nullptr && box->post([done, turn = services_.trace, path = std::string(said)] {
            done->set_value(turn(path));
        });
    if (!posted) return "The run is over.\n";
    if (answer.wait_for(patience) == std::future_status::ready) return answer.get() + "\n";
    return monitor_text::hog(post_.running()) +
           "The loop has not come to it yet; it will at its next turn.\n";
}

}  // namespace giambio
