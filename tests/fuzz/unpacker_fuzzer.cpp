// Bytes as a packed file: whatever they are, unpacking ends, and how they are cut makes no
// difference to what is whole.
//
// The preset `sanitize` makes a program of it; libFuzzer calls it. Not here: what is read
// from the text (reader_fuzzer.cpp).
// Kept true: fed in pieces or as a whole, the text is the same, and no longer than what is allowed;
// of a damaged file one may have a little more than the other.
// Internal to tests/fuzz/.
#include "tracer/model/unpacker.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace giambio::trace;

constexpr std::size_t enough = std::size_t{1} << 20;  // more is the same again, and takes long

struct outcome {
    std::string text;
    bool damaged = false;
};

outcome unpacked(std::string_view packed, std::size_t piece, std::size_t room) {
    unpacker unpacking;
    std::string text;
    std::string space(room, ' ');
    while (!packed.empty() && unpacking.fault().empty() && text.size() < enough) {
        std::string_view next = packed.substr(0, piece);
        packed.remove_prefix(next.size());
        while (const std::size_t count = unpacking.step(next, space)) {
            text.append(space, 0, count);
            if (text.size() >= enough) break;
        }
        if (!next.empty() && unpacking.fault().empty() && text.size() < enough) std::abort();
    }
    if (text.size() > unpacker::always_allowed) std::abort();
    return {text.substr(0, enough), !unpacking.fault_at_end().empty()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view packed(reinterpret_cast<const char*>(data), size);
    const outcome whole = unpacked(packed, std::max<std::size_t>(size, 1), 64 << 10);
    const outcome pieces = unpacked(packed, 7, 1000);
    if (whole.damaged != pieces.damaged) std::abort();
    const std::size_t common = std::min(whole.text.size(), pieces.text.size());
    if (whole.text.compare(0, common, pieces.text, 0, common) != 0) std::abort();
    if (!whole.damaged && whole.text.size() != pieces.text.size()) std::abort();
    return 0;
}
