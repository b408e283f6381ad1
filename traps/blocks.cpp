// Takes blocks from the allocator. See blocks.hpp.
// Internal to traps/.
#include "traps/blocks.hpp"

#include <linux/mman.h>
#include <sys/mman.h>

#include <atomic>
#include <fstream>
#include <new>
#include <string>

namespace giambio {
namespace {

constexpr std::size_t most_in_large_pages = 16;

std::atomic<std::size_t> large_blocks{0};  // that exist now, in all threads

// How a block ends.
struct block_end {
    std::size_t size;
    std::align_val_t alignment;
    bool is_large = false;  // it counts among the large ones

    void operator()(std::byte* memory) const {
        ::operator delete(memory, alignment);
        if (is_large) --large_blocks;
    }
};

// What is asked for below is done even where whoever runs the machine wants no large pages.
bool are_large_pages_forbidden() {
    std::ifstream setting("/sys/kernel/mm/transparent_hugepage/enabled");
    std::string words;
    std::getline(setting, words);
    return words.find("[never]") != std::string::npos;
}

}  // namespace

memory_block make_block(std::size_t size, std::size_t alignment) {
    const std::align_val_t at{alignment};
    auto* const place = static_cast<std::byte*>(::operator new(size, at));
    // Some systems give a large page to whoever has room for one.
    if (size == large_page) ::madvise(place, size, MADV_NOHUGEPAGE);
    return {place, block_end{size, at}};
}

void put_into_large_page(const memory_block& full) {
    static const bool forbidden = are_large_pages_forbidden();
    block_end& end = *std::get_deleter<block_end>(full);
    if (forbidden || end.is_large || end.size != large_page) return;
    if (large_blocks++ >= most_in_large_pages) {
        --large_blocks;
        return;
    }
    end.is_large = true;
    // A system that cannot do it at once may do it later, or never; nothing else depends on it.
    ::madvise(full.get(), large_page, MADV_HUGEPAGE);
    ::madvise(full.get(), large_page, MADV_COLLAPSE);
}

}  // namespace giambio
