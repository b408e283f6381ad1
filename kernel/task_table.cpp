// Slabs of records. See task_table.hpp.
//
// Discussion: from the allocator a record would cost 8 bytes and some 10 ns more for each task, and
// a list of everyone alive 16 bytes and two writes to other tasks' records at each spawn and end.
// Internal to kernel/.
#include "kernel/task_table.hpp"

#include "traps/check.hpp"

#include <algorithm>
#include <memory>
#include <new>

namespace giambio {

// A slab begins at a multiple of its size, so that the address of a record tells where its slab is.
constexpr std::size_t slab_size = std::size_t{32} << 10;

struct alignas(task_record) task_slab {
    memory_block memory;          // in which it lies, with others or alone
    task_table* table = nullptr;  // null: it is gone
    std::uint32_t first = 0;      // the number of the first record
    std::uint32_t room = 0;       // for so many records
    std::uint32_t made = 0;       // so many records exist; the others are bare memory
    std::uint32_t taken = 0;      // of a table that is gone: so many are somebody's

    task_record* record(std::size_t place) {
        return reinterpret_cast<task_record*>(this + 1) + place;
    }
};

constexpr std::size_t records_in_a_slab = (slab_size - sizeof(task_slab)) / sizeof(task_record);

namespace {

// The first slab of a run is a small one, for most have few tasks; when this many are not enough,
// the next ones are cut from large pages.
constexpr std::size_t room_in_the_first = records_in_a_slab / 4;
constexpr std::size_t slabs_alone = 16;

task_slab& slab_of(frame& record) {
    auto* place = reinterpret_cast<std::byte*>(&record);
    return *reinterpret_cast<task_slab*>(place -
                                         reinterpret_cast<std::uintptr_t>(place) % slab_size);
}

// Discussion: with brackets behind its name, as std::construct_at has them, the whole record is
// cleared before its members are set, and that is a seventh of a spawn and join.
task_record* make_blank(task_record* place) {
    return ::new (place) task_record;
}

// A record that somebody has is that of a task with a number, or of one that was made for a run
// which never began, and then somebody has a handle of it.
std::uint32_t taken_from(task_slab& slab) {
    const task_record* first = slab.record(0);
    const auto is_taken = [](const task_record& each) {
        return each.id != task_id::none || each.handles > 0;
    };
    return static_cast<std::uint32_t>(std::count_if(first, first + slab.made, is_taken));
}

[[gnu::cold]] void end(task_slab& slab) {
    const memory_block memory = std::move(slab.memory);
    std::destroy_n(slab.record(0), slab.made);
    std::destroy_at(&slab);
}

}  // namespace

// Once for all tables, because another thread may be calling it.
task_table::task_table() {
    [[maybe_unused]] static const auto before = std::exchange(take_back, give_back);
}

// Who still has a record is seen from the records.
// Discussion: to follow the list of the free ones would cost a wait for memory for each, because
// they came back in any order: a fifth of the time of a million sleeps.
task_table::~task_table() {
    for (task_slab* each : slabs_) {
        each->table = nullptr;
        each->taken = taken_from(*each);
        if (each->taken == 0) end(*each);
    }
}

// The first slab has room for fewer records, but numbers for as many as the others; the rest of
// them are nobody's.
void task_table::add_slab() {
    const std::size_t room = slabs_.empty() ? room_in_the_first : records_in_a_slab;
    memory_block memory = memory_for_slab(sizeof(task_slab) + room * sizeof(task_record));
    auto* added = ::new (static_cast<void*>(memory.get())) task_slab;
    added->memory = std::move(memory);
    added->table = this;
    added->first = static_cast<std::uint32_t>(slabs_.size() * records_in_a_slab);
    added->room = static_cast<std::uint32_t>(room);
    slabs_.push_back(added);
}

memory_block task_table::memory_for_slab(std::size_t size) {
    if (slabs_.size() < slabs_alone) return make_block(size, slab_size);
    if (uncut_.left == 0) {
        if (page_ != nullptr) put_into_large_page(page_);
        page_ = make_block(large_page, large_page);
        uncut_ = {page_.get(), large_page};
    }
    return {page_, uncut_.cut(slab_size)};
}

task_record& task_table::take() {
    if (free_ != nullptr) {
        auto& again = static_cast<task_record&>(*free_);
        free_ = again.behind;
        again.behind = nullptr;
        return again;
    }
    if (slabs_.empty() || slabs_.back()->made == slabs_.back()->room) add_slab();
    task_slab& last = *slabs_.back();
    return *make_blank(last.record(last.made++));
}

void task_table::give_back(frame& ended) noexcept {
    auto& blank = static_cast<task_record&>(ended);
    task_slab& slab = slab_of(ended);
    blank.wipe();
    if (slab.table != nullptr) {
        blank.behind = std::exchange(slab.table->free_, &blank);
    } else if (--slab.taken == 0) {
        end(slab);
    }
}

std::uint32_t task_table::number(task_record& of) {
    task_slab& slab = slab_of(of);
    return slab.first + static_cast<std::uint32_t>(&of - slab.record(0));
}

task_record& task_table::at(std::uint32_t number) const {
    return *slabs_[number / records_in_a_slab]->record(number % records_in_a_slab);
}

bool task_table::has(const frame& record) const {
    return slab_of(const_cast<frame&>(record)).table == this;
}

std::vector<task_record*> task_table::living() const {
    std::vector<task_record*> found;
    for (task_slab* slab : slabs_) {
        for (std::size_t place = 0; place < slab->made; ++place) {
            task_record* each = slab->record(place);
            if (each->id != task_id::none && !each->ended) found.push_back(each);
        }
    }
    std::sort(found.begin(), found.end(),
              [](const task_record* a, const task_record* b) { return a->id < b->id; });
    return found;
}

}  // namespace giambio
