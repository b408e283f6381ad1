// A table of small rows by their id: found, added and removed in the time of one look.
//
// The rebuilt state keeps tasks, timers, objects, descriptors and scopes in it, and so does whoever
// goes through a whole recording with a row for each task. Ids come from a file, so nothing may be
// taken for granted about them: memory follows the number of rows, never the largest id.
// Not here: what the rows mean.
// Kept true: a row is a plain value with a member `id`; pointers to rows hold until the next add or
// remove.
// Public to gui/ and lessons/.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

namespace giambio::trace {

// Open addressing with linear probing: all rows in one vector, so that a copy is a copy of memory.
template <typename row>
class id_table {
public:
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

    // For writing: whoever follows the changes of the table learns of it.
    row* change(std::uint32_t id) {
        slot* const found = const_cast<slot*>(slot_of(id));  // the same look
        if (found == nullptr) return nullptr;
        note(*found);
        return &found->value;
    }
    const row* find(std::uint32_t id) const {
        const slot* const found = slot_of(id);
        return found == nullptr ? nullptr : &found->value;
    }

    bool contains(std::uint32_t id) const { return find(id) != nullptr; }
    const row& at(std::uint32_t id) const {  // throws std::out_of_range
        if (const row* found = find(id)) return *found;
        throw std::out_of_range("no row has this id");
    }

    // The row with this id, made if need be with nothing but its id.
    row& operator[](std::uint32_t id) {
        if (row* found = change(id)) return *found;
        if (2 * (size_ + 1) > slots_.size()) grow();
        slot& free = slots_[free_slot(id)];
        free = {.taken = true};
        free.value.id = static_cast<decltype(free.value.id)>(id);
        note(free);
        ++size_;
        return free.value;
    }

    // False when there is no such row.
    bool erase(std::uint32_t id) {
        if (find(id) == nullptr) return false;
        if (followed_) changed_.push_back(id);
        std::size_t hole = home(id);
        while (number(slots_[hole].value) != id) hole = next(hole);
        close_gap(hole);
        --size_;
        return true;
    }

    void clear() {
        slots_.clear();
        size_ = 0;
    }

    // From now on the table keeps the ids of rows that are added, changed or removed;
    // `take_changes` gives them, each once, and begins anew.
    void follow() { followed_ = true; }
    std::vector<std::uint32_t> take_changes() {
        for (const std::uint32_t id : changed_)
            if (const slot* found = slot_of(id)) const_cast<slot*>(found)->noted = false;
        std::sort(changed_.begin(), changed_.end());
        changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
        return std::exchange(changed_, {});
    }

    std::size_t bytes() const { return slots_.capacity() * sizeof(slot); }

    template <typename visitor>
    void each(visitor visit) const {
        for (const slot& at : slots_)
            if (at.taken) visit(at.value);
    }

    // By id, for whoever shows them. The pointers hold until the table changes.
    std::vector<const row*> in_order() const {
        std::vector<const row*> sorted;
        sorted.reserve(size_);
        each([&](const row& of) { sorted.push_back(&of); });
        std::sort(sorted.begin(), sorted.end(),
                  [](const row* a, const row* b) { return number(*a) < number(*b); });
        return sorted;
    }

private:
    struct slot {
        row value{};
        bool taken = false;
        bool noted = false;  // its id is among changed_
    };

    static std::uint32_t number(const row& of) { return static_cast<std::uint32_t>(of.id); }

    // Multiplies by the golden ratio, so that ids in a row do not stand in a row. The upper bits
    // are the well-mixed ones.
    std::size_t home(std::uint32_t id) const {
        return static_cast<std::size_t>((id * 0x9e3779b97f4a7c15ULL) >> 32U) & (slots_.size() - 1);
    }
    std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }

    const slot* slot_of(std::uint32_t id) const {
        if (slots_.empty()) return nullptr;
        for (std::size_t at = home(id);; at = next(at)) {
            if (!slots_[at].taken) return nullptr;
            if (number(slots_[at].value) == id) return &slots_[at];
        }
    }

    // Discussion: most rows change again and again. Noted each time, their ids would be sorted in
    // the twentieth part of the time in which a whole trace is read.
    void note(slot& changed) {
        if (!followed_ || changed.noted) return;
        changed.noted = true;
        changed_.push_back(number(changed.value));
    }

    std::size_t free_slot(std::uint32_t id) const {
        std::size_t at = home(id);
        while (slots_[at].taken) at = next(at);
        return at;
    }

    void grow() {
        std::vector<slot> old(std::max<std::size_t>(16, 2 * slots_.size()));
        old.swap(slots_);
        for (slot& each : old)
            if (each.taken) slots_[free_slot(number(each.value))] = each;
    }

    // A row that was pushed on by the one that goes comes back towards its home, and so on.
    void close_gap(std::size_t hole) {
        for (std::size_t at = next(hole); slots_[at].taken; at = next(at)) {
            const std::size_t wanted = home(number(slots_[at].value));
            const bool stays =
                hole <= at ? hole < wanted && wanted <= at : hole < wanted || wanted <= at;
            if (stays) continue;
            slots_[hole] = slots_[at];
            hole = at;
        }
        slots_[hole].taken = false;
    }

    std::vector<slot> slots_;  // a power of two, at most half full
    std::size_t size_ = 0;
    bool followed_ = false;
    std::vector<std::uint32_t> changed_;
};

}  // namespace giambio::trace
