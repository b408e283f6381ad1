// Takes blocks from the allocator. See blocks.hpp.
// Internal to traps/.
#include "traps/blocks.hpp"

#include <sys/mman.h>

#include <new>

namespace giambio {

memory_block make_block(std::size_t size, std::size_t alignment) {
    const std::align_val_t at{alignment};
    memory_block made(static_cast<std::byte*>(::operator new(size, at)),
                      [at](std::byte* memory) { ::operator delete(memory, at); });
    // A system that has no large pages says no, and then the block has small ones.
    if (size == large_page) ::madvise(made.get(), size, MADV_HUGEPAGE);
    return made;
}

}  // namespace giambio
