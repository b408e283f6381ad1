// Memory for coroutines: what one has left, the next one gets.
//
// The promise of every coroutine (coroutine.hpp), and what a task returns when it is larger than a
// pointer (task.hpp), come from here.
// A thread keeps the pieces that it has freed, sorted by size, and hands them out again.
// Discussion: a program makes the same few coroutines again and again, so mostly there is a piece
// that fits. Taking and freeing it costs 2 ns, against 12 by the allocator of the C library, which
// serves all sizes and looks for neighbours that have become free.
// Not here: the memory of a task's record (kernel/task_table.hpp).
// Kept true: a piece lies in one thread's list or belongs to somebody. While it lies in a list the
// address sanitizer reports whoever touches it.
// Internal to traps/.
#pragma once

#include <sanitizer/asan_interface.h>

#include <array>
#include <cstddef>
#include <new>

namespace giambio {

class frame_memory {
public:
    frame_memory() = default;
    ~frame_memory();
    frame_memory(const frame_memory&) = delete;
    frame_memory& operator=(const frame_memory&) = delete;

    // Throws bad_alloc when there is no memory.
    void* take(std::size_t size) {
        const std::size_t sort = sort_of(size);
        if (sort >= sorts || free_[sort] == nullptr) return fresh(size);
        piece* const found = free_[sort];
        ASAN_UNPOISON_MEMORY_REGION(found, size_of(sort));
        free_[sort] = found->next;
        return found;
    }
    void give_back(void* memory, std::size_t size) noexcept {
        const std::size_t sort = sort_of(size);
        if (sort >= sorts) {
            give_up(memory);
            return;
        }
        free_[sort] = new (memory) piece{free_[sort]};
        ASAN_POISON_MEMORY_REGION(memory, size_of(sort));
    }

    static frame_memory& of_this_thread() {
        static thread_local frame_memory kept;
        return kept;
    }

private:
    struct piece {
        piece* next;
    };
    // Sizes that differ by less than the allocator's own step of 16 bytes are one sort; it has 8
    // bytes of each step for itself.
    static constexpr std::size_t sorts = 64;
    static constexpr std::size_t sort_of(std::size_t size) { return (size + 7) / 16; }
    static constexpr std::size_t size_of(std::size_t sort) { return 16 * sort + 8; }
    static void* fresh(std::size_t size);
    static void give_up(void* memory) noexcept;

    std::array<piece*, sorts> free_{};
};

// What derives from this lies in that memory.
struct in_frame_memory {
    static void* operator new(std::size_t size) {
        return frame_memory::of_this_thread().take(size);
    }
    static void operator delete(void* memory, std::size_t size) noexcept {
        frame_memory::of_this_thread().give_back(memory, size);
    }
};

}  // namespace giambio
