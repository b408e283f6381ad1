// Writes the pieces of one line: texts and numbers, one behind the other.
//
// The line maker (lines.cpp) has one for each line.
// Discussion: a line has some twenty pieces, and a string asks at each of them whether it has room.
// Here a line is put together in a place of its own, in which all but the longest have room, and
// copied once: 60 ns instead of 180.
// Not here: what a line says.
// Kept true: what was put is in the string when the pen is gone.
// Internal to tracer/.
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace giambio {

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
    void put(std::same_as<const char*> auto word) { put(std::string_view(word)); }
    void put(std::same_as<bool> auto value) { put(std::string_view(value ? "true" : "false")); }
    template <std::integral Number>
    requires(!std::same_as<Number, bool>) void put(Number value) {
        constexpr std::size_t digits = 24;  // more than the longest number has
        if (left() < digits) copy();
        end_ = std::to_chars(end_, end_ + digits, value).ptr;
    }

private:
    std::size_t left() const { return static_cast<std::size_t>(room_ + sizeof room_ - end_); }
    void copy() {
        out_.append(room_, static_cast<std::size_t>(end_ - room_));
        end_ = room_;
    }

    std::string& out_;
    char room_[512];
    char* end_ = room_;
};

}  // namespace giambio
