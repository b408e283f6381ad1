// The pieces of English, and how a length of time is written.
//
// Kept true: a key that is missing gives "?" in the text, never an error; damaged traces are told
// too.
// Internal to tracer/model/; duration_text and one_line are public through words.hpp.
#include "tracer/model/phrases.hpp"

#include "tracer/model/words.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace giambio::trace {
namespace {

std::uint32_t id_of(const recording& of, const event& that, key which) {
    return static_cast<std::uint32_t>(of.number(that, which).value_or(0));
}

// The second and later bytes of a character in UTF-8 begin with the bits 10.
bool begins_character(char each) {
    return (static_cast<unsigned char>(each) & 0xc0U) != 0x80U;
}

}  // namespace

std::string duration_text(std::int64_t nanoseconds) {
    struct unit {
        std::uint64_t thousandth;
        const char* name;
    };
    constexpr std::array<unit, 3> units{{{1, "us"}, {1'000, "ms"}, {1'000'000, "s"}}};
    // Zero reads as a moment, which is told in milliseconds everywhere else.
    if (nanoseconds == 0) return "0 ms";
    const bool negative = nanoseconds < 0;
    const auto bits = static_cast<std::uint64_t>(nanoseconds);
    const std::uint64_t length = negative ? 0 - bits : bits;
    if (length < 1000) return std::to_string(nanoseconds) + " ns";
    std::size_t chosen = 0;
    // Rounded before the unit is chosen, so that 999,999,999 ns is 1.000 s and not 1000.000 ms.
    const auto rounded = [&] {
        return (length + units[chosen].thousandth / 2) / units[chosen].thousandth;
    };
    while (chosen + 1 < units.size() && rounded() >= 1'000'000) ++chosen;
    char text[64];
    std::snprintf(text, sizeof text, "%s%llu.%03llu %s", negative ? "-" : "",
                  static_cast<unsigned long long>(rounded() / 1000),
                  static_cast<unsigned long long>(rounded() % 1000), units[chosen].name);
    return text;
}

std::string counted(std::int64_t how_many, const std::string& noun) {
    return std::to_string(how_many) + " " + noun + (how_many == 1 ? "" : "s");
}

std::string in_brackets(const recording& of, std::uint32_t site_id) {
    const std::string place = of.place(site_id);
    return place.empty() ? place : " (" + place + ")";
}

std::string_view mode_text(std::string_view mode) {
    if (mode == "r") return "read";
    if (mode == "w") return "written";
    if (mode == "rw") return "read and written";
    return "used";
}

std::string numbered(const recording& of, const event& that, std::string_view noun, key which) {
    const auto number = of.number(that, which);
    return std::string(noun) + " " + (number ? std::to_string(*number) : std::string("?"));
}

std::string task_in(const recording& of, const event& that, key which) {
    if (!of.number(that, which)) return "task ?";
    return of.task_name(id_of(of, that, which));
}

std::string object_in(const recording& of, const event& that) {
    if (!of.number(that, key::object)) return "object ?";
    return of.object_name(id_of(of, that, key::object));
}

std::string awaited(const recording& of, const event& park) {
    const std::string_view on = of.text(park, key::on);
    if (on == "timer") return numbered(of, park, "for timer", key::timer);
    if (on == "object") return "for " + object_in(of, park);
    if (on == "task") return "for the end of " + task_in(of, park, key::target);
    if (on == "fd")
        return numbered(of, park, "until descriptor", key::fd) + " can be " +
               std::string(mode_text(of.text(park, key::mode)));
    return "for something that the trace does not tell";
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string in_columns(std::string_view text, std::size_t width) {
    const std::size_t used = characters(text);
    if (used <= width) return std::string(text).append(width - used, ' ');
    std::size_t end = 0;  // where the last character that has room begins
    for (std::size_t begun = 0;; ++end)
        if (begins_character(text[end]) && ++begun == width) break;
    return std::string(text.substr(0, end)) + "~";
}

std::string one_line(std::string_view text) {
    std::string shown;
    shown.reserve(text.size());
    for (const char each : text) {
        const auto byte = static_cast<unsigned char>(each);
        if (byte >= 0x20 && byte != 0x7f) {
            shown += each;
        } else if (each == '\n') {
            shown += "\\n";
        } else if (each == '\t') {
            shown += "\\t";
        } else {
            char code[8];
            std::snprintf(code, sizeof code, "\\x%02x", byte);
            shown += code;
        }
    }
    return shown;
}

}  // namespace giambio::trace
