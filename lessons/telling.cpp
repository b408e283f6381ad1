// Formats paragraphs and the moments that they are bound to.
//
// The state at each moment comes from the trace alone, as in the viewer. Not here: printing,
// waiting for a key (main.cpp).
// Kept true: a paragraph without a trace event is only text.
// Internal to lessons/.
#include "lessons/telling.hpp"

#include "tracer/model/words.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace giambio::lessons {
namespace {

constexpr std::size_t text_width = 78;

// Counts characters, not bytes: a dash or an accent is one column.
std::size_t columns(std::string_view text) {
    std::size_t count = 0;
    for (const char each : text) count += (static_cast<unsigned char>(each) & 0xC0u) != 0x80u;
    return count;
}

std::string heading(const trace::lesson_paragraph& told) {
    const char line = told.level <= 1 ? '=' : '-';
    return told.text + "\n" + std::string(columns(told.text), line) + "\n\n";
}

std::string code(std::string_view text) {
    std::string made;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        made += fmt::format("      {}\n", text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return made + "\n";
}

// A stand-in for a space at which no line is to be broken; `wrapped` turns it into a space.
constexpr char fixed_space = '\x1f';

std::string unbroken(std::string text) {
    std::ranges::replace(text, ' ', fixed_space);
    return text;
}

template <class list, class name>
std::string names_of(const list& members, name called) {
    std::string made;
    for (const auto& each : members) made += (made.empty() ? "" : ", ") + unbroken(called(each));
    return made.empty() ? "none" : made;
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t width, std::string_view margin) {
    std::string made(margin);
    std::size_t used = 0;
    while (!text.empty()) {
        const std::size_t end = text.find_first_of(" \n");
        const std::string_view word = text.substr(0, end);
        if (used > 0 && used + 1 + columns(word) > width) {
            made += "\n" + std::string(margin);
            used = 0;
        }
        if (used > 0 && !word.empty()) made += ' ', ++used;
        made += word;
        used += columns(word);
        const bool line_ends = end != std::string_view::npos && text[end] == '\n';
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line_ends) {
            made += "\n" + std::string(margin);
            used = 0;
        }
    }
    std::ranges::replace(made, fixed_space, ' ');
    return made + "\n";
}

std::string situation_line(const trace::recording& of, const trace::state& now) {
    const auto task = [&](std::uint32_t id) { return of.task_name(id); };
    const auto descriptor = [&](const trace::fd_view* each) {
        std::string waiting;
        for (const auto& line : {now.readers(each->fd()), now.writers(each->fd())})
            for (const std::uint32_t id : line) waiting += " " + of.task_name(id);
        return fmt::format("{} for{}", each->fd(), waiting);
    };
    std::vector<const trace::fd_view*> waited_on;
    for (const trace::fd_view* each : now.fds.in_order())
        if (each->waiting > 0) waited_on.push_back(each);
    const auto timer = [&](const trace::timer_view& each) {
        return fmt::format("{} at {}", of.task_name(each.owner), trace::duration_text(each.due));
    };
    const std::string descriptors =
        waited_on.empty() ? "" : " | descriptors " + names_of(waited_on, descriptor);
    return fmt::format("running {} | ready {} | timers {}{}",
                       now.running == 0 ? "nobody" : unbroken(task(now.running)),
                       names_of(now.ready, task), names_of(now.timers_in_order(), timer),
                       descriptors);
}

std::string teller::moment_of(std::uint64_t seq) {
    const std::size_t index = of_->index_of(seq);
    const trace::event that = of_->events[index];
    const trace::state& now = states_.at(index);
    std::string made =
        fmt::format("    > {}  {}\n", trace::duration_text(that.t), trace::sentence(*of_, that));
    if (const auto line = trace::source_line(*of_, that.at); !line.empty())
        made += fmt::format("      {:>16}  {}\n", of_->place(that.at), line);
    return made + wrapped(situation_line(*of_, now), text_width, "      ") + "\n";
}

std::string teller::paragraph(const trace::lesson_paragraph& told) {
    // A list is one block: a blank line comes after its last item only.
    std::string made = in_list_ && told.kind != "list" ? "\n" : "";
    in_list_ = told.kind == "list";
    if (told.kind == "heading") return made + heading(told);
    if (told.kind == "code") return made + code(told.text);
    if (told.kind == "list") {
        const std::string margin(static_cast<std::size_t>(2 * told.level), ' ');
        made = wrapped(told.text, text_width, margin);
        made[margin.size() - 2] = '-';
    } else {
        made += wrapped(told.text, text_width, "") + "\n";
    }
    return told.seq == 0 ? made : made + moment_of(told.seq);
}

std::string told(const trace::lesson_text& text, const trace::recording& of) {
    teller telling(of);
    std::string made;
    for (const auto& each : text.paragraphs) made += telling.paragraph(each);
    for (const auto& each : text.complaints)
        made += fmt::format("(not as it should be: {})\n", each);
    return made;
}

}  // namespace giambio::lessons
