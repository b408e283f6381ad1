// Looks at a word of the kernel. See kernel_words.hpp.
// Internal to tracer/.
#include "tracer/kernel_words.hpp"

#include <string_view>

namespace giambio {

namespace {

struct sorted_word {
    std::string_view word;
    word_sort sort;
};
// Traps, operations on descriptors, and what tasks wait on. All others are plain.
constexpr sorted_word sorted_words[] = {
    {"sleep", word_sort::sleep},      {"sleep_until", word_sort::sleep_until},
    {"park", word_sort::object},      {"join", word_sort::task},
    {"object", word_sort::object},    {"task", word_sort::task},
    {"timer", word_sort::timer},      {"fd", word_sort::fd},
    {"receive", word_sort::bytes},    {"send", word_sort::bytes},
    {"send_all", word_sort::bytes},   {"receive_from", word_sort::datagram},
    {"send_to", word_sort::datagram}, {"set_option", word_sort::option},
    {"connect", word_sort::connect},  {"accept", word_sort::opening},
    {"pair", word_sort::opening},     {"pipe", word_sort::opening}};

}  // namespace

// The kernel has some sixty words. Should there be more than half of the places, all are forgotten.
const known_word& kernel_words::learn(const char* literal) {
    if (++learned_ > known_.size() / 2) {
        known_ = {};
        learned_ = 1;
    }
    const std::string_view word = literal;
    known_word found{literal, short_text(word.substr(0, short_text::most)), word_sort::plain};
    for (const sorted_word& each : sorted_words) {
        if (each.word == word) found.sort = each.sort;
    }
    return place_of(literal) = found;
}

}  // namespace giambio
