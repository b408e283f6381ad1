// Sets addresses aside and makes memory of them step by step. See growing_text.hpp.
// Internal to tracer/model/.
#include "tracer/model/growing_text.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace giambio::trace {
namespace {

constexpr std::size_t large_page = std::size_t{2} << 20;

std::size_t whole_pages(std::size_t bytes) {
    return (bytes + large_page - 1) / large_page * large_page;
}

}  // namespace

growing_text::growing_text(std::size_t most) : most_(whole_pages(std::max<std::size_t>(most, 1))) {
    constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void* const place = ::mmap(nullptr, most_, PROT_NONE, flags, -1, 0);
    if (place == MAP_FAILED) throw std::bad_alloc();
    place_ = static_cast<char*>(place);
    // Text is filled from its beginning to its end, so large pages waste at most one of them.
    ::madvise(place_, most_, MADV_HUGEPAGE);
}

growing_text::~growing_text() {
    ::munmap(place_, most_);
}

std::span<char> growing_text::room() {
    if (size_ == usable_ && usable_ < most_) {
        const std::size_t more =
            std::min(most_ - usable_, std::max(large_page, whole_pages(usable_ / 8)));
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
