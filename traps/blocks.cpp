// Takes blocks from the allocator. See blocks.hpp.
// Internal to traps/.
#include "traps/blocks.hpp"

#include <sys/mman.h>

#include <atomic>
#include <new>

namespace giambio {
namespace {

constexpr std::size_t most_in_large_pages = 16;

std::atomic<std::size_t> large_blocks{0};  // that exist now, in all threads

}  // namespace

memory_block make_block(std::size_t size, std::size_t alignment) {
    const std::align_val_t at{alignment};
    const bool large = size == large_page;
    auto* const place = static_cast<std::byte*>(::operator new(size, at));
    // A system that has no large pages says no, and then the block has small ones.
    if (large && large_blocks++ < most_in_large_pages) ::madvise(place, size, MADV_HUGEPAGE);
    return {place, [at, large](std::byte* memory) {
                ::operator delete(memory, at);
                if (large) --large_blocks;
            }};
}

}  // namespace giambio
