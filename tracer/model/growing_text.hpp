// Text that grows at its end and never moves, however long it becomes.
//
// A packed trace is unpacked into one, and a trace that is followed grows in one, so that a
// recording may keep places in it. Not here: what the text means.
// Kept true: bytes that were added stay where they are; only what was filled takes memory.
// Internal to tracer/model/.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace giambio::trace {

class growing_text {
public:
    // Sets addresses aside for this many bytes. Throws std::bad_alloc when there are not so many.
    explicit growing_text(std::size_t most);
    ~growing_text();
    growing_text(const growing_text&) = delete;
    growing_text& operator=(const growing_text&) = delete;

    std::string_view bytes() const { return {place_, size_}; }
    const char* begin() const { return place_; }

    // Room behind the text, empty when all is used up; what was written there becomes text by
    // `grow`.
    std::span<char> room();
    void grow(std::size_t by) { size_ += by; }

    // Adds what fits and returns how much that was.
    std::size_t add(std::string_view text);

private:
    char* place_ = nullptr;
    std::size_t size_ = 0;
    std::size_t usable_ = 0;
    std::size_t most_ = 0;
};

}  // namespace giambio::trace
