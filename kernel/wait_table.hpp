// Who waits on which descriptor: at most one reader and one writer each.
//
// `wait_for_fd` (io.cpp) enters tasks, `serve` there takes out those whose operation is done, and
// schedule.cpp all others. Indexed by descriptor, because the system hands out the smallest free
// number.
// Not here: system calls (io_driver.hpp), the tasks' state (schedule.cpp).
// Kept true: a task that stands here is parked.
// Internal to kernel/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace giambio {

struct task_record;

// What a task wants of a descriptor.
enum class direction : bool { read, write };

// Of 32 bytes, so that where the next one lies is found without a multiplication.
struct alignas(32) fd_entry {
    bool is_watched() const { return watched_read || watched_write; }
    task_record*& waiting(direction way) { return way == direction::write ? writer : reader; }

    task_record* reader = nullptr;
    task_record* writer = nullptr;
    bool open = false;          // opened through the kernel, and not closed
    bool watched_read = false;  // what the driver listens to
    bool watched_write = false;
    bool more = false;              // the last read left something, so the next need not wait
    bool try_first = false;         // each read is tried before it waits
    std::uint32_t accepted_in = 0;  // the turn in which it last took a connection
};

class wait_table {
public:
    // The entry of a descriptor, made when it is new.
    fd_entry& entry(int fd) {
        const auto index = static_cast<std::size_t>(fd);
        if (index >= entries_.size()) make_room(index);
        return entries_[index];
    }
    const fd_entry& entry(int fd) const { return entries_[static_cast<std::size_t>(fd)]; }

    // Before: a task waits for that. It stands here no longer.
    void remove(int fd, direction way) {
        entry(fd).waiting(way) = nullptr;
        --waiting;
    }

    // Has it an entry? Each descriptor that is open has one; asked first, no made-up number makes
    // the table longer.
    bool knows(int fd) const { return fd >= 0 && fd < end(); }
    // One past the highest descriptor ever seen.
    int end() const { return static_cast<int>(entries_.size()); }

    std::size_t waiting = 0;  // tasks that stand here
    std::size_t watched = 0;  // descriptors that the driver listens to

private:
    // Apart, so that the way which is nearly always taken is short.
    [[gnu::cold]] void make_room(std::size_t index);

    std::vector<fd_entry> entries_;
};

}  // namespace giambio
