// Unpacks what zstd has packed, piece by piece.
//
// file_text and the commands `unpack` and `follow` feed it the bytes of a file in order and take
// text. Whatever was unpacked before a damage stays good. Not here: files, lines.
// Kept true: whatever the bytes are, the text is at most `most_times` times as long as what was fed
// (or `always_allowed`, when that is more), and unpacking takes a bounded amount of memory.
// Internal to tracer/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ZSTD_DCtx_s;
struct ZSTD_outBuffer_s;

namespace giambio::trace {

// Do these bytes begin as zstd's do, whatever the file is called?
bool is_packed(std::string_view bytes);

class unpacker {
public:
    static constexpr std::uint64_t most_times = 256;
    static constexpr std::uint64_t always_allowed = std::uint64_t{64} << 20;

    unpacker();

    // Unpacks from the front of `packed`, which becomes what is left of it, and returns how much of
    // `room` is text now. Nothing, although there was room: more bytes are wanted, or it is broken.
    std::size_t step(std::string_view& packed, std::span<char> room);

    // What is wrong, as a sentence that names the byte and what to do; empty: nothing so far.
    const std::string& fault() const { return fault_; }

    // The same for bytes that end here.
    std::string fault_at_end() const;

    std::uint64_t taken() const { return taken_; }
    std::uint64_t made() const { return made_; }

private:
    bool begin_frame(std::string_view& packed, ZSTD_outBuffer_s& out);
    bool step_of_a_block(std::string_view& packed, ZSTD_outBuffer_s& out);
    void refuse(std::uint64_t at, const std::string& why);

    std::unique_ptr<ZSTD_DCtx_s, std::size_t (*)(ZSTD_DCtx_s*)> unpacking_;
    std::uint64_t taken_ = 0;
    std::uint64_t made_ = 0;
    std::string head_;        // of a frame, not whole yet
    std::size_t wanted_ = 0;  // bytes until the next edge, as zstd sees it; 0: a frame has ended
    std::string fault_;
};

}  // namespace giambio::trace
