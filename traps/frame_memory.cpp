// Where the pieces come from, and where they go when a thread ends. See frame_memory.hpp.
// Internal to traps/.
#include "traps/frame_memory.hpp"

namespace giambio {

void* frame_memory::fresh(std::size_t size) {
    return ::operator new(size_of(sort_of(size)));
}

void frame_memory::give_up(void* memory) noexcept {
    ::operator delete(memory);
}

frame_memory::~frame_memory() {
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
