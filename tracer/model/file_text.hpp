// The bytes of a trace file, at one place in memory for as long as a recording needs them.
//
// The reader makes one; the recording finds the own keys of a trace event in it. A file is mapped,
// so that a large one costs no copy; one that is packed is unpacked while its first lines are read;
// a text that came another way is kept as it is. Not here: what the bytes mean (reader.cpp),
// unpacking (unpacked_text.cpp).
// Kept true: the bytes do not move or change. A file that somebody else shortens while it is mapped
// is the exception that no reader of mapped files can avoid.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/unpacked_text.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace giambio::trace {

class file_text {
public:
    explicit file_text(std::string text);
    ~file_text();
    file_text(const file_text&) = delete;
    file_text& operator=(const file_text&) = delete;

    // Throws `unreadable`, with a sentence that names the file. What cannot be mapped (a pipe, a
    // device) is read to its end.
    explicit file_text(const char* path);

    // How long the text is; of a packed one, about how long it will be.
    std::size_t expected_size() const { return expected_size_; }

    // The text as far as it is there: more than so many bytes, or all of it. Waits for that.
    std::string_view longer_than(std::size_t known);

    // Waits until all of the text is there. Returns why a packed file could not be unpacked to its
    // end, as a sentence; empty: it could.
    std::string finish();

    // All of the text, after `finish`; of a packed file before that only its beginning.
    std::string_view bytes() const { return bytes_; }

private:
    bool map(int descriptor);
    void unmap();
    void begin_unpacking();

    std::string text_;
    std::span<char> mapped_;
    std::string_view bytes_;
    std::size_t expected_size_ = 0;
    std::unique_ptr<unpacked_text> unpacked_;
};

}  // namespace giambio::trace
