// Writes the pieces of lines: texts and numbers, one behind the other.
//
// The line maker (lines.cpp) has one for each batch, and adds some pieces at a time.
// Discussion: a line has some twenty pieces. A string asks at each of them whether it has room, and
// remembers where it ends: 180 ns a line. Here the pieces of one call are asked together how much
// room they may take, and the place to write at stays in a register from piece to piece: 60 ns.
// And what has a place of one size is copied whole (line_pieces.hpp): a copy whose size is known to
// the compiler is a few instructions, one of unknown size is a call.
// Not here: what a line says.
// Kept true: what was added is in the string when the pen is gone.
// Internal to tracer/.
#pragma once

#include "tracer/line_pieces.hpp"

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
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

    static constexpr std::size_t room_for(const line_head::one&) { return line_head::most; }
    static char* write(char* at, const line_head::one& of) { return of.kept.write(at, of); }

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
        auto size = static_cast<std::uint64_t>(value);
        if (value < 0) {
            *at++ = '-';
            size = 0 - size;
        }
        return write_number(at, size);
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
