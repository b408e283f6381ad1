// The trace events of a recording as columns: 25 bytes each, and a little for every turn.
//
// The reader appends; everybody else asks for a position and gets an `event` by value. What most
// trace events share is not written down for each of them: seq is the one before plus 1, the turn
// is the one before's, and only where that is not so there is a row about it. A trace event's own
// keys stay in the file; here is where they begin. Not here: those keys (trace.cpp).
// Kept true: seq rises; t does not fall.
// Internal to tracer/model/, but for what `recording::events` lets everybody ask.
#pragma once

#include "tracer/model/event.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

namespace giambio::trace {

class event_columns {
public:
    std::size_t size() const { return kinds_.size(); }
    bool empty() const { return kinds_.empty(); }

    event operator[](std::size_t index) const;
    event at(std::size_t index) const;  // throws std::out_of_range
    event front() const { return (*this)[0]; }
    event back() const { return (*this)[size() - 1]; }

    // One column alone, for those who look at very many trace events.
    trace::kind kind(std::size_t index) const { return kinds_[index]; }
    std::int64_t time(std::size_t index) const { return times_[index]; }
    std::uint32_t task(std::size_t index) const { return tasks_[index]; }
    std::uint64_t seq(std::size_t index) const;
    std::uint64_t cause(std::size_t index) const;
    std::uint32_t turn(std::size_t index) const;

    // Position of the first trace event whose seq is not below this one; size() when there is none.
    std::size_t find(std::uint64_t seq) const;

    // Goes through all of them in order, quicker than one position after the other.
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = event;
        using difference_type = std::ptrdiff_t;
        using pointer = const event*;
        using reference = event;

        iterator(const event_columns& of, std::size_t index) : of_(&of), index_(index) {}
        event operator*() const { return of_->put_together(index_, of_->turns_[row_].turn); }
        trace::kind kind() const { return of_->kinds_[index_]; }
        std::size_t index() const { return index_; }
        iterator& operator++() {
            ++index_;
            const std::vector<turn_row>& turns = of_->turns_;
            if (row_ + 1 < turns.size() && turns[row_ + 1].begins == index_) ++row_;
            return *this;
        }
        bool operator==(const iterator& other) const { return index_ == other.index_; }

    private:
        const event_columns* of_;
        std::size_t index_;
        std::size_t row_ = 0;  // of the turns
    };
    iterator begin() const { return {*this, 0}; }
    iterator end() const { return {*this, size()}; }

    // For the reader. `keys_at` is the offset in the file of the brace or comma before its own
    // keys. False, and nothing is added, when there are as many as a position can count.
    bool add(const event& made, std::uint64_t keys_at);
    std::uint64_t keys_at(std::size_t index) const {
        return offset_bases_[index / block] + offsets_[index];
    }
    void reserve(std::size_t events);
    std::size_t bytes() const;  // that they take, without room that was never used

private:
    // From the trace event at this position on.
    struct seq_row {
        std::uint32_t begins = 0;
        std::uint64_t seq = 0;
    };
    struct turn_row {
        std::uint32_t begins = 0;
        std::uint32_t turn = 0;
    };
    static constexpr std::size_t block = 1024;

    event put_together(std::size_t index, std::uint32_t turn) const;

    std::vector<trace::kind> kinds_;
    std::vector<std::int64_t> times_;
    std::vector<std::uint32_t> tasks_;
    std::vector<std::uint32_t> causes_;  // how many seqs ago; 0 for none
    std::vector<std::uint32_t> sites_;
    std::vector<std::uint32_t> offsets_;  // from the base of their block
    std::vector<std::uint64_t> offset_bases_;
    std::vector<seq_row> seqs_;
    std::vector<turn_row> turns_;
    std::vector<std::uint32_t> turn_of_block_;  // which row of turns_ holds where a block begins
};

}  // namespace giambio::trace
