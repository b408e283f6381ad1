// Values that belong to a task and to everything that it spawns: a request's number, a user's name.
//
// A `task_local<T>` is a key, mostly a global variable. Each task sees the value that was set in
// it, or else the one that its spawner had when it spawned it, or else the key's first value.
// Kept true: setting a value in one task changes nothing for a task that exists already. The values
// are a chain that only grows at its head, so a child shares its parent's until one of them sets.
// Public.
#pragma once

#include "traps/door.hpp"

#include <memory>
#include <utility>

namespace giambio {

// One value of one key, on top of older ones. Held by tasks and by younger links.
struct local_values {
    const void* key = nullptr;
    std::shared_ptr<void> value;
    local_values* older = nullptr;
    std::uint32_t holders = 1;
};

// Lets go of a chain; what nobody holds any more is gone.
void release_locals(local_values* chain) noexcept;
// The newcomer begins with what its spawner has.
void inherit_locals(const frame& from, frame& to);
// The newest value of a key, or null.
void* find_local(const frame& in, const void* key);
void set_local(frame& in, const void* key, std::shared_ptr<void> value);

template <class T>
class task_local {
public:
    explicit task_local(T first = T()) : first_(std::move(first)) {}
    task_local(const task_local&) = delete;  // its address is the key
    task_local& operator=(const task_local&) = delete;

    // The running task's value.
    const T& get() const {
        const void* found = find_local(door().current(), this);
        return found != nullptr ? *static_cast<const T*>(found) : first_;
    }
    // For the running task, and what it spawns from now on.
    void set(T value) { set_local(door().current(), this, std::make_shared<T>(std::move(value))); }

private:
    T first_;
};

}  // namespace giambio
