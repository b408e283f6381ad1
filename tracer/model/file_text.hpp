// The bytes of a trace file, at one place in memory for as long as a recording needs them.
//
// The reader makes one; the recording finds the own keys of a trace event in it. A file is mapped,
// so that a large one costs no copy; a text that came another way is kept as it is. Not here: what
// the bytes mean (reader.cpp).
// Kept true: the bytes do not move or change. A file that somebody else shortens while it is mapped
// is the exception that no reader of mapped files can avoid.
// Internal to tracer/model/.
#pragma once

#include <string>
#include <string_view>

namespace giambio::trace {

class file_text {
public:
    explicit file_text(std::string text) : text_(std::move(text)), bytes_(text_) {}
    ~file_text();
    file_text(const file_text&) = delete;
    file_text& operator=(const file_text&) = delete;

    // Throws `unreadable`, with a sentence that names the file. What cannot be mapped (a pipe, a
    // device) is read to its end.
    explicit file_text(const char* path);

    std::string_view bytes() const { return bytes_; }

private:
    bool map(int descriptor);

    std::string text_;
    std::string_view bytes_;
    void* mapped_ = nullptr;
};

}  // namespace giambio::trace
