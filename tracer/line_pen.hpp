// Writes the pieces of lines: texts and numbers, one behind the other.
//
// The line maker (lines.cpp) has one for each batch, and adds some pieces at a time.
// Discussion: a line has some twenty pieces. A string asks at each of them whether it has room, and
// remembers where it ends: 180 ns a line. Here the pieces of one call are asked together how much
// room they may take, and the place to write at stays in a register from piece to piece: 60 ns.
// Two more things make it 25 ns. The numbers of one line are little more than those of the line
// before, so their first digits are kept. And what has a place of one size is copied whole: a copy
// whose size is known to the compiler is a few instructions, one of unknown size is a call.
// Not here: what a line says.
// Kept true: what was added is in the string when the pen is gone.
// Internal to tracer/.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace giambio {

// A text of up to 24 letters.
struct short_text {
    template <std::size_t length>
    constexpr short_text(const char (&text)[length]) : size(length - 1) {
        std::copy(text, text + size, letters);
    }

    char letters[24] = {};
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
inline char* write_pair(char* at, std::size_t below_hundred) {
    std::memcpy(at, &digit_pairs[2 * below_hundred], 2);
    return at + 2;
}

// More than the longest number has.
constexpr std::size_t most_digits = 24;

// A number that each line has. Mostly it differs from that of the line before in its last four
// digits only, so the others are kept: making all of them takes 8 ns, and each line has four such
// numbers.
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
        if (number < step) return std::to_chars(at, at + most_digits, number).ptr;
        if (number - base_ >= step) keep(number);
        std::memcpy(at, first_, sizeof first_);
        const std::size_t last_four = number - base_;
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

class line_pen {
public:
    explicit line_pen(std::string& out) : out_(out) {}
    ~line_pen() { copy(); }
    line_pen(const line_pen&) = delete;
    line_pen& operator=(const line_pen&) = delete;

    // The pieces, one behind the other.
    template <class... Pieces>
    void add(const Pieces&... pieces) {
        const std::size_t needed = (room_for(pieces) + ...);
        if (needed > static_cast<std::size_t>(room_ + sizeof room_ - end_)) copy();
        if (needed > sizeof room_) {
            std::string apart(needed, '\0');
            char* end = apart.data();
            ((end = write(end, pieces)), ...);
            out_.append(apart.data(), end);
            return;
        }
        char* end = end_;
        ((end = write(end, pieces)), ...);
        end_ = end;
    }

private:
    // A piece that is always the same: its size is known before the program runs.
    template <std::size_t size>
    static constexpr std::size_t room_for(const char (&)[size]) {
        return size - 1;
    }
    template <std::size_t size>
    static char* write(char* at, const char (&piece)[size]) {
        std::memcpy(at, piece, size - 1);
        return at + size - 1;
    }

    static std::size_t room_for(std::string_view text) { return text.size(); }
    static char* write(char* at, std::string_view text) {
        std::memcpy(at, text.data(), text.size());
        return at + text.size();
    }

    static constexpr std::size_t room_for(const short_text& text) { return sizeof text.letters; }
    static char* write(char* at, const short_text& text) {
        std::memcpy(at, text.letters, sizeof text.letters);
        return at + text.size;
    }

    static constexpr std::size_t room_for(const running_number::one&) { return most_digits; }
    static char* write(char* at, const running_number::one& of) {
        return of.kept.write(at, of.number);
    }

    static constexpr std::size_t room_for(std::same_as<bool> auto) { return sizeof "false"; }
    static char* write(char* at, std::same_as<bool> auto value) {
        return value ? write(at, "true") : write(at, "false");
    }

    template <std::integral Number>
    requires(!std::same_as<Number, bool>) static constexpr std::size_t room_for(Number) {
        return most_digits;
    }
    template <std::integral Number>
    requires(!std::same_as<Number, bool>) static char* write(char* at, Number value) {
        if (value < 0 || value >= 100) return std::to_chars(at, at + most_digits, value).ptr;
        // Most are tasks, sites, descriptors, or nothing.
        if (value >= 10) return write_pair(at, static_cast<std::size_t>(value));
        *at = static_cast<char>('0' + value);
        return at + 1;
    }

    void copy() {
        out_.append(room_, static_cast<std::size_t>(end_ - room_));
        end_ = room_;
    }

    std::string& out_;
    char room_[4096];
    char* end_ = room_;
};

}  // namespace giambio
