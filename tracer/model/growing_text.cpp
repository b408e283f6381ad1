// Sets addresses aside and makes memory of them step by step. See growing_text.hpp.
//
// Discussion: pages of 2 MB, asked for by madvise, would save thousands of page faults. But a
// virtual machine may have given those back to its host, which makes each anew in milliseconds: a
// packed trace of 92 MB was read in 0.32 s with them, and is in 0.18 s without.
// Internal to tracer/model/.
#include "tracer/model/growing_text.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace giambio::trace {
namespace {

constexpr std::size_t step = std::size_t{2} << 20;

std::size_t whole_steps(std::size_t bytes) {
    return (bytes + step - 1) / step * step;
}

}  // namespace

growing_text::growing_text(std::size_t most) : most_(whole_steps(std::max<std::size_t>(most, 1))) {
    constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void* const place = ::mmap(nullptr, most_, PROT_NONE, flags, -1, 0);
    if (place == MAP_FAILED) throw std::bad_alloc();
    place_ = static_cast<char*>(place);
}

growing_text::~growing_text() {
    ::munmap(place_, most_);
}

std::span<char> growing_text::room() {
    if (size_ == usable_ && usable_ < most_) {
        const std::size_t more =
            std::min(most_ - usable_, std::max(step, whole_steps(usable_ / 8)));
        if (::mprotect(place_ + usable_, more, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
        usable_ += more;
    }
    return {place_ + size_, usable_ - size_};
}

std::size_t growing_text::add(std::string_view text) {
    std::size_t added = 0;
    while (added < text.size()) {
        const std::span<char> free = room();
        if (free.empty()) break;
        const std::size_t part = std::min(free.size(), text.size() - added);
        std::memcpy(free.data(), text.data() + added, part);
        grow(part);
        added += part;
    }
    return added;
}

}  // namespace giambio::trace
