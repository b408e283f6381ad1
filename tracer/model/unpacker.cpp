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

// Could these bytes be the first of a frame, or of one that may be skipped? The library would also
// take those of formats from before 2016, which begin otherwise.
bool may_begin_a_frame(std::string_view head) {
    constexpr std::string_view frame = "\x28\xb5\x2f\xfd";
    constexpr std::string_view skipped = "\x2a\x4d\x18";
    const std::string_view magic = head.substr(0, frame.size());
    if (frame.starts_with(magic)) return true;
    return (head.front() & '\xf0') == '\x50' && skipped.starts_with(magic.substr(1));
}

// How long the head of the frame is that begins with these bytes (RFC 8878, 3.1.1.1), or how many
// of them it takes to know that.
std::size_t head_size(std::string_view head) {
    constexpr std::size_t skipped_head = 8;
    if (head.empty() || (head.front() & '\xf0') == '\x50') return skipped_head;
    if (head.size() < frame_head) return frame_head;
    const auto descriptor = static_cast<unsigned char>(head[4]);
    const bool has_window = (descriptor & 0x20U) == 0;
    constexpr std::size_t dictionary[] = {0, 1, 2, 4};
    constexpr std::size_t content[] = {0, 2, 4, 8};
    const unsigned size_flag = descriptor >> 6U;
    const std::size_t of_content = size_flag == 0 && !has_window ? 1 : content[size_flag];
    return frame_head + (has_window ? 1 : 0) + dictionary[descriptor & 3U] + of_content;
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
    if (wanted_ == 0) return begin_frame(packed, out);
    ZSTD_inBuffer in{packed.data(), std::min(wanted_, packed.size()), 0};
    const std::size_t before = out.pos;
    if (in.size == 0 && out.pos == out.size) return false;
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

// The head of a frame is handed over whole: of one that comes in two parts zstd looks at the second
// as if it were the first.
bool unpacker::begin_frame(std::string_view& packed, ZSTD_outBuffer_s& out) {
    while (head_.size() < head_size(head_) && !packed.empty()) {
        head_ += packed.front();
        packed.remove_prefix(1);
    }
    if (head_.empty()) return false;
    if (!may_begin_a_frame(head_)) {
        refuse(taken_, sentence_of(ZSTD_error_prefix_unknown));
        return false;
    }
    if (head_.size() < head_size(head_)) return false;
    ZSTD_inBuffer in{head_.data(), head_.size(), 0};
    const std::size_t wanted = ZSTD_decompressStream(unpacking_.get(), &out, &in);
    if (ZSTD_isError(wanted) != 0U) {
        refuse(taken_, sentence_of(ZSTD_getErrorCode(wanted)));
        return false;
    }
    wanted_ = wanted;
    taken_ += head_.size();
    head_.clear();
    return true;
}

void unpacker::refuse(std::uint64_t at, const std::string& why) {
    fault_ = "Byte " + std::to_string(at) + " of the packed file: " + why + ".";
}

// Cut at the edge of a block it is what a program leaves that was killed in its sleep: all lines up
// to then, as in a file that is not packed.
std::string unpacker::fault_at_end() const {
    if (!fault_.empty() || wanted_ == block_head) return fault_;
    if (wanted_ == 0 && head_.empty()) return fault_;
    return "Byte " + std::to_string(taken_ + head_.size()) +
           " of the packed file: it is cut here. The program was killed, is still writing, or the "
           "file was not copied to its end. Every whole line before was kept.";
}

}  // namespace giambio::trace
