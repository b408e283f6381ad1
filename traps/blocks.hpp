// Memory in large blocks, from which tasks and coroutines get theirs.
//
// The memory of coroutines (coroutine_memory.hpp) and the table of tasks (kernel/task_table.hpp)
// take a block when there are many of them, and cut it up.
// Discussion: the processor finds a page of memory by tables of its own, which have room for some
// thousand pages. 100,000 tasks lie in 8,000 pages of 4 KB, or in 16 of 2 MB: large pages take from
// a fiftieth to a sixth from each of their switches, by the machine. Only 16 blocks have them,
// because a virtual machine may give free large pages back to its host, which makes each of them
// anew: a million sleeps, in 145 of them, took 1,240 ns each after another process had freed its
// memory, and in 16 two thirds of that.
// Not here: who gets which part of a block.
// Internal to traps/ and kernel/.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace giambio {

// The size of a large page. A block that is as large begins where a page can.
constexpr std::size_t large_page = std::size_t{2} << 20;

using memory_block = std::shared_ptr<std::byte>;

// Bare memory, at a multiple of `alignment` (a power of two). It goes with the last who holds it.
// Throws bad_alloc when there is none.
memory_block make_block(std::size_t size, std::size_t alignment);

// Every part of a block is somebody's now, so it may lie in a large page if it has the size of one.
// Said twice of a block it is done once.
// Discussion: asked for when the block was made, a large page is there whole from the first byte
// on. Two that were hardly begun were 12 of the 203 bytes that each of 100,000 sleeping tasks took
// beside its coroutine. Now the block is copied, which whoever fills it waits for: half a
// millisecond for each of the 16.
void put_into_large_page(const memory_block& full);

// What of a block nobody has yet.
struct uncut_memory {
    std::byte* place = nullptr;
    std::size_t left = 0;

    // Before: so much is left.
    std::byte* cut(std::size_t size) {
        left -= size;
        return std::exchange(place, place + size);
    }
};

}  // namespace giambio
