// The bytes of a trace file, at one place in memory for as long as a recording needs them.
//
// The reader makes one; the recording finds the own keys of a trace event in it. A file is mapped,
// so that a large one costs no copy; one that is packed is unpacked; a text that came another way
// is kept as it is. Not here: what the bytes mean (reader.cpp), unpacking (unpacker.cpp).
// Kept true: the bytes do not move or change. A file that somebody else shortens while it is mapped
// is the exception that no reader of mapped files can avoid.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/growing_text.hpp"

#include <memory>
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

    std::string_view bytes() const { return bytes_; }

    // Why a packed file could not be unpacked to its end, as a sentence; empty: it could.
    const std::string& fault() const { return fault_; }

private:
    bool map(int descriptor);
    void unmap();
    void unpack();

    std::string text_;
    std::string_view bytes_;
    void* mapped_ = nullptr;
    std::unique_ptr<growing_text> unpacked_;
    std::string fault_;
};

}  // namespace giambio::trace
