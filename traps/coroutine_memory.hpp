// Memory for coroutines: what one has left, the next one gets.
//
// The promise of every coroutine (coroutine.hpp), and what a task returns when it is larger than a
// pointer (task.hpp), come from here.
// A thread cuts its pieces from blocks, keeps those that it has freed, sorted by size, and hands
// them out again. When it ends, the next thread that needs memory goes on with what it had.
// Discussion: a program makes the same few coroutines again and again, so mostly there is a piece
// that fits. Taking and freeing it costs 0.4 ns, against 7.5 by the allocator of the C library,
// which serves all sizes and looks for neighbours that have become free.
// Not here: the memory of a task's record (kernel/task_table.hpp).
// Kept true: a piece lies in one thread's list or belongs to somebody. While it lies in a list the
// address sanitizer reports whoever touches it; under that, each piece comes from the allocator on
// its own, so that a coroutine that nobody destroys is reported as well.
// Internal to traps/.
#pragma once

#include "traps/blocks.hpp"

#include <sanitizer/asan_interface.h>

#include <array>
#include <cstddef>
#include <new>
#include <vector>

namespace giambio {

class coroutine_memory {
public:
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
    static constexpr bool one_by_one = true;
#else
    static constexpr bool one_by_one = false;
#endif

    coroutine_memory() = default;
    // Before: nobody has a piece.
    ~coroutine_memory();
    coroutine_memory(const coroutine_memory&) = delete;
    coroutine_memory& operator=(const coroutine_memory&) = delete;

    // Throws bad_alloc when there is no memory.
    void* take(std::size_t size) {
        const std::size_t sort = sort_of(size);
        if (sort >= sorts || free_[sort] == nullptr) return fresh(sort);
        piece* const found = free_[sort];
        ASAN_UNPOISON_MEMORY_REGION(found, size_of(sort));
        free_[sort] = found->next;
        return found;
    }
    // The piece may have been taken by another thread.
    void give_back(void* memory, std::size_t size) noexcept {
        const std::size_t sort = sort_of(size);
        if (sort >= sorts) {
            give_up(memory);
            return;
        }
        free_[sort] = new (memory) piece{free_[sort]};
        ASAN_POISON_MEMORY_REGION(memory, size_of(sort));
    }

    // The thread's own. It lives as long as the thread.
    static coroutine_memory& of_this_thread();

private:
    struct piece {
        piece* next;
    };
    // Sizes that differ by less than the step to which memory is aligned are one sort. What is
    // larger than 2 KB comes from the allocator.
    static constexpr std::size_t step = 16;
    static constexpr std::size_t sorts = 128;
    static constexpr std::size_t sort_of(std::size_t size) {
        return (size + step - 1) / step;
    }
    static constexpr std::size_t size_of(std::size_t sort) {
        return sort * step;
    }
    [[gnu::cold]] void* fresh(std::size_t sort);
    void begin_block();
    static void give_up(void* memory) noexcept;

    friend struct in_coroutine_memory;
    static constinit thread_local coroutine_memory* mine;  // null until the thread asks for it

    std::array<piece*, sorts> free_{};
    std::vector<memory_block> blocks_;
    uncut_memory uncut_;  // of the last one
};

// What derives from this lies in that memory.
// Discussion: a thread's first one is taken and given back by functions of their own, for a call in
// the middle here is a part of every coroutine: four instructions of each switch.
struct in_coroutine_memory {
    static void* operator new(std::size_t size) {
        if (coroutine_memory::mine == nullptr) [[unlikely]]
            return new_first(size);
        return coroutine_memory::mine->take(size);
    }
    static void operator delete(void* memory, std::size_t size) noexcept {
        if (coroutine_memory::mine == nullptr) [[unlikely]]
            return delete_first(memory, size);
        coroutine_memory::mine->give_back(memory, size);
    }

private:
    [[gnu::cold]] static void* new_first(std::size_t size);
    [[gnu::cold]] static void delete_first(void* memory, std::size_t size) noexcept;
};

}  // namespace giambio
