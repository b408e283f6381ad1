// The table of tasks: where their records lie.
//
// `spawn` (calls.cpp) takes a record when a task is made; it comes back when the task has ended and
// no handle is left. Records lie side by side in slabs, so they cost no more than their size,
// taking one costs a few instructions, and everyone who is alive is found without a list.
// Not here: what a record means (task.hpp), any change of a task's state (schedule.cpp).
// Kept true: a record stays where it is until it comes back. A handle may outlive the run: a slab
// goes when neither the table nor a record in it needs it any more.
// Internal to kernel/.
#pragma once

#include "kernel/task.hpp"
#include "traps/blocks.hpp"

#include <cstdint>
#include <vector>

namespace giambio {

struct task_slab;

class task_table {
public:
    task_table();
    ~task_table();
    task_table(const task_table&) = delete;
    task_table& operator=(const task_table&) = delete;

    // A blank record.
    task_record& take();
    // From then on the record is somebody else's. For records of any table, also of one that is
    // gone.
    static void give_back(frame& ended) noexcept;

    // A record has the same number as long as the table exists, also while nobody uses it.
    static std::uint32_t number(task_record& of);
    task_record& at(std::uint32_t number) const;
    // Is the record one of this table's?
    bool has(const frame& record) const;

    // Those who live, the oldest first. Takes time in proportion to all there have ever been at
    // once.
    std::vector<task_record*> living() const;

private:
    void add_slab();
    memory_block memory_for_slab(std::size_t size);

    std::vector<task_slab*> slabs_;
    memory_block page_;      // the last large one
    uncut_memory uncut_;     // of it
    frame* free_ = nullptr;  // records that came back, one behind the other
};

}  // namespace giambio
