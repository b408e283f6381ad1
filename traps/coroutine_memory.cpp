// Where the pieces come from, and where they go when a thread ends. See coroutine_memory.hpp.
// Internal to traps/.
#include "traps/coroutine_memory.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

namespace giambio {
namespace {

constexpr std::size_t first_block = std::size_t{64} << 10;

// The memories of threads that have ended. Whoever destroys a coroutine gets its piece, be it
// another thread, or the program's end; so no block ever goes, and neither does this.
struct left_memories {
    std::mutex guard;
    std::vector<std::unique_ptr<coroutine_memory>> memories;

    static left_memories& all() {
        static left_memories& lasting = *new left_memories;
        return lasting;
    }
    std::unique_ptr<coroutine_memory> take() {
        const std::lock_guard locked(guard);
        if (memories.empty()) return std::make_unique<coroutine_memory>();
        std::unique_ptr<coroutine_memory> found = std::move(memories.back());
        memories.pop_back();
        return found;
    }
    void leave(std::unique_ptr<coroutine_memory> memory) {
        const std::lock_guard locked(guard);
        memories.push_back(std::move(memory));
    }
};

}  // namespace

constinit thread_local coroutine_memory* coroutine_memory::mine = nullptr;

// With its first coroutine a thread goes on with what another one has left. (Who destroys one when
// the thread has left its memory already begins another, which nobody takes over.)
coroutine_memory& coroutine_memory::of_this_thread() {
    struct parting {
        ~parting() {
            std::unique_ptr<coroutine_memory> left(std::exchange(mine, nullptr));
            if (!one_by_one) left_memories::all().leave(std::move(left));
        }
    };
    if (mine == nullptr) mine = left_memories::all().take().release();
    static thread_local const parting at_the_end;
    return *mine;
}

void* coroutine_memory::fresh(std::size_t sort) {
    if (one_by_one || sort >= sorts) return ::operator new(size_of(sort));
    if (uncut_.left < size_of(sort)) begin_block();
    return uncut_.cut(size_of(sort));
}

// Most programs have few coroutines, so the first block is a small one, and each of the next twice
// as large. What is left of the last one is a piece as well.
void coroutine_memory::begin_block() {
    if (uncut_.left > 0) give_back(uncut_.place, uncut_.left);
    uncut_ = {};  // also where there is no memory for a new block
    if (!blocks_.empty()) put_into_large_page(blocks_.back());
    const std::size_t size =
        std::min(first_block << std::min<std::size_t>(blocks_.size(), 16), large_page);
    blocks_.push_back(make_block(size, size));
    uncut_ = {blocks_.back().get(), size};
}

void coroutine_memory::give_up(void* memory) noexcept {
    ::operator delete(memory);
}

void* in_coroutine_memory::new_first(std::size_t size) {
    return coroutine_memory::of_this_thread().take(size);
}

void in_coroutine_memory::delete_first(void* memory, std::size_t size) noexcept {
    coroutine_memory::of_this_thread().give_back(memory, size);
}

coroutine_memory::~coroutine_memory() {
    if (!one_by_one) return;
    for (std::size_t sort = 0; sort < sorts; ++sort) {
        while (free_[sort] != nullptr) {
            piece* const last = free_[sort];
            ASAN_UNPOISON_MEMORY_REGION(last, size_of(sort));
            free_[sort] = last->next;
            give_up(last);
        }
    }
}

}  // namespace giambio
