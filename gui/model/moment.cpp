// Understands moments, sizes and tasks written by hand.
//
// Called by gui/window/. std::from_chars is used because it knows no locale: a comma in the user's
// language must not change what 12.5ms means. Not here: what is done with the values.
// Internal to gui/; public to it through moment.hpp.
#include "gui/model/moment.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace giambio::gui {
namespace {

template <typename number>
const char* read_number(std::string_view text, number& into) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
    return error == std::errc() ? end : nullptr;
}

[[noreturn]] void refuse_moment(const std::string& text) {
    throw bad_argument("\"" + text +
                       "\" is no moment of a run. Write the number of a trace event (seq:120) or a "
                       "time since the run began (900us, 12.5ms, 1.2s).");
}

std::int64_t read_time(const std::string& text) {
    struct unit {
        std::string_view name;
        double length;
    };
    constexpr std::array<unit, 4> units{{{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}}};
    double value = 0;
    const char* end = read_number(text, value);
    if (end == nullptr || !std::isfinite(value) || value < 0) refuse_moment(text);
    const std::string_view name(end, text.data() + text.size());
    for (const unit& each : units)
        if (each.name == name && value * each.length < 9e18)
            return std::llround(value * each.length);
    refuse_moment(text);
}

}  // namespace

moment read_moment(const std::string& text) {
    constexpr std::string_view mark = "seq:";
    if (text.rfind(mark, 0) != 0) return {true, 0, read_time(text)};
    const std::string_view digits = std::string_view(text).substr(mark.size());
    moment made;
    if (read_number(digits, made.seq) != digits.data() + digits.size() || digits.empty())
        refuse_moment(text);
    return made;
}

std::size_t index_of(const trace::recording& of, const moment& wanted) {
    return wanted.is_time ? of.index_at(wanted.t) : of.index_of(wanted.seq);
}

size read_size(const std::string& text) {
    constexpr int least = 320;
    constexpr int most = 8192;
    size made;
    const char* middle = read_number(text, made.width);
    const char* const end = text.data() + text.size();
    const bool two = middle != nullptr && middle != end && *middle == 'x';
    const bool whole = two && read_number({middle + 1, end}, made.height) == end;
    if (!whole || made.width < least || made.height < least || made.width > most ||
        made.height > most)
        throw bad_argument("\"" + text +
                           "\" is no size. Write width and height in pixels, each from " +
                           std::to_string(least) + " to " + std::to_string(most) + ": 1600x1000.");
    return made;
}

std::uint32_t read_task(const trace::recording& of, const std::string& text) {
    std::string names;
    for (const trace::life* each : of.tasks().in_order()) {
        const std::uint32_t id = each->id;
        const std::string full = of.task_name(id);  // "#2 serve"
        const std::size_t space = std::min(full.find(' '), full.size() - 1);
        if (text == full || text == std::to_string(id) || "#" + text == full.substr(0, space) ||
            text == full.substr(0, space) || text == full.substr(space + 1))
            return id;
        if (names.size() < 200) names += (names.empty() ? "" : ", ") + full;
    }
    throw bad_argument("There is no task \"" + text + "\" in this trace. Its tasks are: " + names +
                       ".");
}

}  // namespace giambio::gui
