// The kernel's own words, ready to be written, and what the trace tells of each.
//
// The line maker (lines.cpp) asks for the words of most records. A word is a literal of the kernel,
// so its address tells which it is: it is looked at letter by letter only once.
// Discussion: finding out how long each word is, and comparing it with those that have keys of
// their own, took a tenth of a line.
// Not here: words of programs (the operations of their objects): their addresses may mean something
// else tomorrow.
// Internal to tracer/.
#pragma once

#include "tracer/line_pieces.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace giambio {

// What a word asks to be told with it.
enum class word_sort : std::uint8_t {
    plain,        // nothing
    sleep,        // how long, until when
    sleep_until,  // until when
    object,       // a trap `park`, a wait for an object: which
    task,         // a trap `join`, a wait for a task: which
    timer,        // which
    fd,           // which, and to read or to write
    bytes,        // a size; once it is done, how many, and payload
    datagram,     // the same, and an address
    option,       // its name and value
    connect,      // both ends
    opening,      // a descriptor
};

struct known_word {
    const char* literal = nullptr;
    short_text text{""};
    word_sort sort = word_sort::plain;
};

class kernel_words {
public:
    // Before: the word is a literal of the kernel.
    const known_word& operator[](const char* literal) {
        const known_word& known = place_of(literal);
        return known.literal != nullptr ? known : learn(literal);
    }

private:
    // Where the word is, or an empty place where it may stand.
    known_word& place_of(const char* literal) {
        std::size_t place = std::bit_cast<std::uintptr_t>(literal) % known_.size();
        while (known_[place].literal != nullptr && known_[place].literal != literal) {
            place = (place + 1) % known_.size();
        }
        return known_[place];
    }
    const known_word& learn(const char* literal);

    // Each word stands where its address leads to, or in the next free place.
    std::array<known_word, 256> known_{};
    std::size_t learned_ = 0;
};

}  // namespace giambio
