// Looks through the trace event's words, one after the other from where the playhead stands.
//
// A sentence is made when it is looked at, as the list does it: nothing is kept for the search.
// Internal to gui/; public to it through search.hpp.
#include "gui/model/search.hpp"

#include "gui/model/look.hpp"

#include "tracer/model/words.hpp"

#include <algorithm>

namespace giambio::gui {
namespace {

char small_letter(char each) {
    return each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each;
}

bool contains(std::string_view text, std::string_view words) {
    const auto same = [](char one, char other) { return small_letter(one) == small_letter(other); };
    return std::search(text.begin(), text.end(), words.begin(), words.end(), same) != text.end();
}

std::string utf8(char32_t sign) {
    const auto byte = [](char32_t bits) { return static_cast<char>(bits); };
    const auto later = [&](int shift) { return byte(0x80U | (sign >> shift & 0x3fU)); };
    if (sign < 0x80) return {byte(sign)};
    if (sign < 0x800) return {byte(0xc0U | sign >> 6), later(0)};
    if (sign < 0x10000) return {byte(0xe0U | sign >> 12), later(6), later(0)};
    return {byte(0xf0U | sign >> 18), later(12), later(6), later(0)};
}

}  // namespace

bool has_words(const trace::recording& of, std::size_t index, std::string_view words) {
    const trace::event that = of.events[index];
    return contains(trace::sentence(of, that), words) || contains(name_of(of, that.task), words) ||
           contains(trace::word_of(that.kind), words);
}

void search::open() {
    open_ = true;
    text_.clear();
    note_ = {};
}

void search::type(char32_t sign) {
    text_ += utf8(sign);
    note_ = {};
}

void search::erase() {
    // The second and later bytes of a character begin with the bits 10.
    while (!text_.empty() && (static_cast<unsigned char>(text_.back()) & 0xc0U) == 0x80U)
        text_.pop_back();
    if (!text_.empty()) text_.pop_back();
    note_ = {};
}

std::optional<std::size_t> search::next(const trace::recording& of, std::size_t from) {
    const std::size_t count = text_.empty() ? 0 : of.events.size();
    for (std::size_t far = 1; far <= count; ++far) {
        const std::size_t index = (from + far) % count;
        if (!has_words(of, index, text_)) continue;
        note_ = index > from ? "" : "from the start again";
        return index;
    }
    note_ = text_.empty() ? "" : "no trace event has it";
    return std::nullopt;
}

std::optional<std::size_t> search::previous(const trace::recording& of, std::size_t from) {
    const std::size_t count = text_.empty() ? 0 : of.events.size();
    for (std::size_t far = 1; far <= count; ++far) {
        const std::size_t index = (from + count - far) % count;
        if (!has_words(of, index, text_)) continue;
        note_ = index < from ? "" : "from the end again";
        return index;
    }
    note_ = text_.empty() ? "" : "no trace event has it";
    return std::nullopt;
}

}  // namespace giambio::gui
