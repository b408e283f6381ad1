// What is kept anew now and then of a line's beginning. See line_pieces.hpp.
// Internal to tracer/.
#include "tracer/line_pieces.hpp"

namespace giambio {

namespace {

template <std::size_t size>
char* put(char* at, const char (&piece)[size]) {
    std::memcpy(at, piece, size - 1);
    return at + size - 1;
}

}  // namespace

char* write_large(char* at, std::uint64_t number) {
    if (number >= 1'000'000) return std::to_chars(at, at + most_digits, number).ptr;
    const auto last_three = static_cast<std::uint32_t>(number % 1000);
    at = write_number(at, number / 1000);
    *at++ = static_cast<char>('0' + last_three / 100);
    return write_pair(at, last_three % 100);
}

void line_head::keep_number(std::uint64_t number) {
    char* const begin = number_text_.letters;
    char* const end = std::to_chars(put(begin, R"({"seq":)"), begin + 27, number).ptr;
    digit_at_ = static_cast<std::size_t>(end - begin) - 1;
    digit_ = end[-1];
    number_text_.size = static_cast<std::size_t>(put(end, R"(,"t":)") - begin);
}

void line_head::keep_turn(std::uint64_t turn) {
    char* const begin = turn_text_.letters;
    char* const end = std::to_chars(put(begin, R"(,"turn":)"), begin + 23, turn).ptr;
    turn_text_.size = static_cast<std::size_t>(put(end, R"(,"kind":")") - begin);
    turn_ = turn;
}

}  // namespace giambio
