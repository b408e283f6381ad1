// The pieces that lines are made of, each as it is written fastest.
//
// The line maker (lines.cpp) keeps them, the pen (line_pen.hpp) writes them.
// Discussion: the numbers of one line are little more than those of the line before, and often the
// same, so their digits are kept; and each piece has a place of one size, which is copied whole. A
// line takes 20 ns so, and 60 with std::to_chars and copies of just as many letters as there are.
// Not here: what a line says.
// Kept true: a copy of fixed size may write more than was meant, and the text goes on behind what
// was meant; whoever writes has room for the whole copy.
// Internal to tracer/.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace giambio {

// A text of up to 24 letters.
struct short_text {
    template <std::size_t length>
    constexpr short_text(const char (&text)[length]) : size(length - 1) {
        std::copy(text, text + size, letters);
    }
    // Before: it is not longer than that.
    constexpr explicit short_text(std::string_view text) : size(text.size()) {
        std::copy(text.begin(), text.end(), letters);
    }

    static constexpr std::size_t most = 24;
    char letters[most] = {};
    std::size_t size = 0;
};

// The digits of all numbers below a hundred, two for each.
constexpr std::array<char, 200> digit_pairs = [] {
    std::array<char, 200> all{};
    for (std::size_t number = 0; number < 100; ++number) {
        all[2 * number] = static_cast<char>('0' + number / 10);
        all[2 * number + 1] = static_cast<char>('0' + number % 10);
    }
    return all;
}();
inline char* write_pair(char* at, std::uint32_t below_hundred) {
    std::memcpy(at, &digit_pairs[2 * below_hundred], 2);
    return at + 2;
}

// More than the longest number has.
constexpr std::size_t most_digits = 24;

// The numbers below a thousand, each with how many digits it has.
// Discussion: most numbers of a line are among them. Looking one up takes five instructions, making
// its digits twenty, and std::to_chars, which serves all numbers, sixty.
struct few_digits {
    char letters[3] = {};
    std::uint8_t size = 0;
};
constexpr std::array<few_digits, 1000> small_numbers = [] {
    std::array<few_digits, 1000> all{};
    for (std::size_t number = 0; number < all.size(); ++number) {
        few_digits& made = all[number];
        for (std::size_t unit = number < 10 ? 1 : number < 100 ? 10 : 100; unit > 0; unit /= 10)
            made.letters[made.size++] = static_cast<char>('0' + number / unit % 10);
    }
    return all;
}();
// Apart, so that the way which is nearly always taken is short.
char* write_large(char* at, std::uint64_t number);
inline char* write_number(char* at, std::uint64_t number) {
    if (number >= small_numbers.size()) return write_large(at, number);
    const few_digits& known = small_numbers[number];
    std::memcpy(at, &known, sizeof known);
    return at + known.size;
}

// A number that each line has. Mostly it differs from that of the line before in its last four
// digits only, so the others are kept: making all of them takes 8 ns, and a line has two or three
// such numbers.
class running_number {
public:
    // The number, for one line. Before: it is written before the next one is asked for.
    struct one {
        running_number& kept;
        std::uint64_t number;
    };
    one operator()(std::uint64_t number) { return {*this, number}; }

    // Writes the digits, and returns where they end.
    char* write(char* at, std::uint64_t number) {
        if (number < step) return write_number(at, number);
        if (number - base_ >= step) keep(number);
        std::memcpy(at, first_, sizeof first_);
        const auto last_four = static_cast<std::uint32_t>(number - base_);
        return write_pair(write_pair(at + length_, last_four / 100), last_four % 100);
    }

private:
    static constexpr std::uint64_t step = 10'000;

    void keep(std::uint64_t number) {
        base_ = number - number % step;
        length_ = static_cast<std::size_t>(
            std::to_chars(first_, first_ + sizeof first_, number / step).ptr - first_);
    }

    char first_[16] = {};  // all digits but the last four; no number has more of them
    std::size_t length_ = 0;
    std::uint64_t base_ = 0;  // the number with zeros for the last four
};

// With what each line begins: its number, its time, its turn, up to its kind. Mostly the number is
// one more than that of the line before, every second line has the time of the one before, and a
// turn has many lines. So three texts are kept, of which one digit is counted up.
// Discussion: a copy that reads what was written just before waits for it. So what is new is
// written into the line after the copy, and into the kept text besides, for the line that follows.
class line_head {
public:
    struct one {
        line_head& kept;
        std::uint64_t number;
        std::uint64_t t;
        std::uint64_t turn;
    };
    one operator()(std::uint64_t number, std::uint64_t t, std::uint64_t turn) {
        return {*this, number, t, turn};
    }
    // Three texts, each copied whole.
    static constexpr std::size_t most = 3 * 32;

    // Writes the beginning of the line, and returns where it ends.
    char* write(char* at, const one& wanted) {
        at = write_seq(at, wanted.number);
        at = write_time(at, wanted.t);
        if (wanted.turn != turn_) keep_turn(wanted.turn);
        return copy(at, turn_text_);
    }

private:
    struct text {
        char letters[32] = {};
        std::size_t size = 0;
    };
    static char* copy(char* at, const text& kept) {
        std::memcpy(at, kept.letters, sizeof kept.letters);
        return at + kept.size;
    }
    char* write_seq(char* at, std::uint64_t number) {
        if (number != number_ + 1 || digit_ == '9') {
            keep_number(number);
        } else {
            ++digit_;
        }
        number_ = number;
        char* const end = copy(at, number_text_);
        at[digit_at_] = number_text_.letters[digit_at_] = digit_;
        return end;
    }
    char* write_time(char* at, std::uint64_t t) {
        if (t == t_) return copy(at, t_text_);
        t_ = t;
        t_text_.size =
            static_cast<std::size_t>(t_digits_.write(t_text_.letters, t) - t_text_.letters);
        return t_digits_.write(at, t);
    }
    void keep_number(std::uint64_t number);
    void keep_turn(std::uint64_t turn);

    text number_text_;          // {"seq":N,"t":
    std::size_t digit_at_ = 0;  // where in it the number's last digit stands
    char digit_ = '9';          // which is that
    std::uint64_t number_ = 0;
    text t_text_;
    std::uint64_t t_ = UINT64_MAX;     // no line has this time
    text turn_text_;                   // ,"turn":N,"kind":"
    std::uint64_t turn_ = UINT64_MAX;  // no turn has this number
    running_number t_digits_;
};

}  // namespace giambio
