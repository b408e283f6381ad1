// A line of tasks that wait, oldest first: the waiters of every object, and those of a task's end.
//
// The links are part of the task's own record, so standing in line costs no memory and leaving from
// the middle costs no search. The kernel puts tasks in and takes them out; objects only look.
// Not here: what the tasks wait for and who wakes them (objects/, kernel/schedule.cpp).
// Kept true: a task stands in at most one line, so it cannot be woken while an object still holds
// it (rule R8).
// Public.
#pragma once

#include "traps/check.hpp"
#include "traps/ids.hpp"
#include "traps/site.hpp"

#include <cstddef>
#include <cstdint>

namespace giambio {

struct frame;
class wait_list;

// The part of a task's record that stands in a line.
struct place_in_line {
    frame* ahead = nullptr;   // nearer to the front; of the oldest it is the youngest
    frame* behind = nullptr;  // younger; of the youngest null
    wait_list* standing_in = nullptr;
};

class line {
public:
    line() = default;
    line(const line&) = delete;  // the tasks in it point to it
    line& operator=(const line&) = delete;

    bool empty() const { return oldest_ == nullptr; }
    frame* oldest() const { return oldest_; }

    void join_at_back(frame& newcomer);
    void leave(frame& member);
    // Before: the line is not empty.
    frame& take_oldest();

private:
    frame* oldest_ = nullptr;
};

// The line of one object, with what a trace and a deadlock report tell of it. Each task in it
// points back to it (`standing_in`).
class wait_list : public line {
public:
    // `type` lives for ever: a literal. An object made outside the run that uses it gets its number
    // at its first use.
    explicit wait_list(const char* type, site at);
    // Whoever still waits is woken with misuse: nobody else could ever wake it.
    ~wait_list();

    std::size_t size() const { return size_; }
    void join_at_back(frame& newcomer);
    void leave(frame& member);
    frame& take_oldest() = delete;  // the object's number of waiters would be wrong

    object_id id();
    object_id number() const { return id_; }  // the one that it has, or none
    const char* type() const { return type_; }

    // From now on nobody needs to wait here: who asks to is answered at once.
    void open() { open_ = true; }
    bool is_open() const { return open_; }

    // From now on the waiters wait for this task to let go; null: for nobody. When it ends without
    // doing so, they and all who come later get owner_gone.
    void hold(frame* by);
    // The next of those that the same task holds; for the kernel.
    wait_list* next_held() const { return next_held_; }
    // Throws owner_gone when the holder has ended holding it.
    void refuse_if_abandoned() const;
    // Called by the kernel: the holder has ended. `epitaph` names it and lives as long as the run.
    void abandon(const char* epitaph);

    task_id holder = task_id::none;  // whose release the waiters wait for, if it has one

private:
    std::size_t size_ = 0;
    bool open_ = false;
    object_id id_ = object_id::none;
    std::uint64_t run_ = 0;  // the run that gave the number
    const char* type_;
    const char* epitaph_ = nullptr;  // set: it is abandoned
    frame* held_by_ = nullptr;
    wait_list* next_held_ = nullptr;  // by the same task
    wait_list* previous_held_ = nullptr;
    site made_at_;
};

}  // namespace giambio
