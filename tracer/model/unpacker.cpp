// Unpacks with libzstd, and tells what is wrong with a packed file. See unpacker.hpp.
// Internal to tracer/.
#include "tracer/model/unpacker.hpp"

#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>

namespace giambio::trace {
namespace {

// A packed file tells how much of the text before must be kept; this much at most.
constexpr int most_kept = 27;  // as a power of two
// The shortest beginning of packed text; zstd asks for the rest itself.
constexpr std::size_t frame_head = 5;
// Between two blocks zstd asks for the head of the next one, which is this long.
constexpr std::size_t block_head = 3;

std::string sentence_of(ZSTD_ErrorCode code) {
    switch (code) {
        case ZSTD_error_checksum_wrong:
            return "its checksum is wrong, so lines before it may be too. Copy the file again from "
                   "where it was written, or trust only what you can check";
        case ZSTD_error_prefix_unknown:
            return "what follows is not packed text. Every whole line before it was kept; cut the "
                   "file at this byte to be rid of this complaint";
        case ZSTD_error_frameParameter_windowTooLarge:
            return "it was packed with a window above 128 MB. Unpack it by hand: zstd -d --long=31 "
                   "FILE";
        default:
            return "it is damaged (zstd: " + std::string(ZSTD_getErrorString(code)) +
                   "). Every whole line before it was kept; copy the file again from where it was "
                   "written to have the rest";
    }
}

// The first byte of a frame, or of one that may be skipped. The library would also take those
// of formats from before 2016, which begin otherwise.
bool begins_a_frame(char first) {
    return first == '\x28' || (first & '\xf0') == '\x50';
}

}  // namespace

bool is_packed(std::string_view bytes) {
    return bytes.starts_with("\x28\xb5\x2f\xfd");
}

unpacker::unpacker() : unpacking_(ZSTD_createDCtx(), ZSTD_freeDCtx) {
    ZSTD_DCtx_setParameter(unpacking_.get(), ZSTD_d_windowLogMax, most_kept);
}

std::size_t unpacker::step(std::string_view& packed, std::span<char> room) {
    if (!fault_.empty()) return 0;
    const std::uint64_t limit =
        std::max(always_allowed, most_times * (taken_ + std::uint64_t{packed.size()}));
    if (!room.empty() && made_ >= limit) {
        refuse(taken_, "it unpacks to more than " + std::to_string(most_times) +
                           " times its size, which no trace does. If you trust it, unpack it by "
                           "hand: zstd -d FILE");
        return 0;
    }
    const auto allowed =
        static_cast<std::size_t>(std::min<std::uint64_t>(room.size(), limit - made_));
    ZSTD_outBuffer out{room.data(), allowed, 0};
    while (fault_.empty() && step_of_a_block(packed, out)) {
    }
    made_ += out.pos;
    return out.pos;
}

// zstd is given no more than it asks for, which ends where a block does: of a call that finds a
// damage it does not tell what it had unpacked before.
bool unpacker::step_of_a_block(std::string_view& packed, ZSTD_outBuffer_s& out) {
    const std::size_t asked = wanted_ == 0 ? frame_head : wanted_;
    ZSTD_inBuffer in{packed.data(), std::min(asked, packed.size()), 0};
    const std::size_t before = out.pos;
    if (in.size == 0 && out.pos == out.size) return false;
    if (in.size == 0 && wanted_ == 0) return false;
    if (wanted_ == 0 && !begins_a_frame(packed.front())) {
        refuse(taken_, sentence_of(ZSTD_error_prefix_unknown));
        return false;
    }
    const std::size_t wanted = ZSTD_decompressStream(unpacking_.get(), &out, &in);
    if (ZSTD_isError(wanted) != 0U) {
        refuse(taken_, sentence_of(ZSTD_getErrorCode(wanted)));
        return false;
    }
    wanted_ = wanted;
    taken_ += in.pos;
    packed.remove_prefix(in.pos);
    return in.pos > 0 || out.pos > before;
}

void unpacker::refuse(std::uint64_t at, const std::string& why) {
    fault_ = "Byte " + std::to_string(at) + " of the packed file: " + why + ".";
}

// Cut at the edge of a block it is what a program leaves that was killed in its sleep: all lines up
// to then, as in a file that is not packed.
std::string unpacker::fault_at_end() const {
    if (!fault_.empty() || wanted_ == 0 || wanted_ == block_head) return fault_;
    return "Byte " + std::to_string(taken_) +
           " of the packed file: it is cut here. The program was killed, is still writing, or the "
           "file was not copied to its end. Every whole line before was kept.";
}

}  // namespace giambio::trace
