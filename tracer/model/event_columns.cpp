// Appends to the columns, and puts a trace event together from them.
//
// Not here: parsing (quick_line.cpp, event_line.cpp).
// Kept true: a cause is kept as its distance, which is small; one further away than 32 bits can
// tell does not exist in a file of any size that can be read.
// Internal to tracer/model/.
#include "tracer/model/event_columns.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace giambio::trace {
namespace {

constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();

// The last row that begins at this position or before it.
template <typename row>
const row& row_at(const std::vector<row>& rows, std::size_t index) {
    const auto later =
        std::upper_bound(rows.begin(), rows.end(), index,
                         [](std::size_t wanted, const row& each) { return wanted < each.begins; });
    return *std::prev(later);
}

}  // namespace

bool event_columns::add(const event& made, std::uint64_t keys_at) {
    const std::size_t index = size();
    if (index >= most) return false;
    const auto position = static_cast<std::uint32_t>(index);
    const bool begins_block = index % block == 0;
    const std::uint64_t offset = begins_block ? 0 : keys_at - offset_bases_.back();
    if (offset > most) return false;
    if (seqs_.empty() || seqs_.back().seq + (index - seqs_.back().begins) != made.seq)
        seqs_.push_back({position, made.seq});
    if (turns_.empty() || turns_.back().turn != made.turn) turns_.push_back({position, made.turn});
    if (begins_block) {
        offset_bases_.push_back(keys_at);
        turn_of_block_.push_back(static_cast<std::uint32_t>(turns_.size() - 1));
    }
    kinds_.push_back(made.kind);
    times_.push_back(made.t);
    tasks_.push_back(made.task);
    const std::uint64_t ago = made.cause == 0 ? 0 : made.seq - made.cause;
    causes_.push_back(ago > most ? 0 : static_cast<std::uint32_t>(ago));
    sites_.push_back(made.at);
    offsets_.push_back(static_cast<std::uint32_t>(offset));
    return true;
}

std::uint64_t event_columns::seq(std::size_t index) const {
    // Nearly every file has one row: no trace event is missing.
    const seq_row& row = seqs_.size() == 1 ? seqs_.front() : row_at(seqs_, index);
    return row.seq + (index - row.begins);
}

std::uint64_t event_columns::cause(std::size_t index) const {
    return causes_[index] == 0 ? 0 : seq(index) - causes_[index];
}

std::uint32_t event_columns::turn(std::size_t index) const {
    const std::size_t next = index / block + 1;
    const auto first = turns_.begin() + turn_of_block_[index / block];
    const auto last =
        next < turn_of_block_.size() ? turns_.begin() + turn_of_block_[next] + 1 : turns_.end();
    const auto later = std::upper_bound(
        first, last, index,
        [](std::size_t wanted, const turn_row& each) { return wanted < each.begins; });
    return std::prev(later)->turn;
}

event event_columns::put_together(std::size_t index, std::uint32_t turn) const {
    event made;
    made.seq = seq(index);
    made.t = times_[index];
    made.cause = causes_[index] == 0 ? 0 : made.seq - causes_[index];
    made.turn = turn;
    made.task = tasks_[index];
    made.at = sites_[index];
    made.index = static_cast<std::uint32_t>(index);
    made.kind = kinds_[index];
    return made;
}

event event_columns::operator[](std::size_t index) const {
    return put_together(index, turn(index));
}

event event_columns::at(std::size_t index) const {
    if (index >= size()) throw std::out_of_range("a recording has no such trace event");
    return (*this)[index];
}

std::size_t event_columns::find(std::uint64_t seq) const {
    const auto later = std::upper_bound(
        seqs_.begin(), seqs_.end(), seq,
        [](std::uint64_t wanted, const seq_row& each) { return wanted < each.seq; });
    if (later == seqs_.begin()) return 0;
    const seq_row& row = *std::prev(later);
    const std::size_t end = later == seqs_.end() ? size() : later->begins;
    // Behind the last of its row, where seqs are missing, it is the first of the next row.
    return seq - row.seq < end - row.begins ? row.begins + static_cast<std::size_t>(seq - row.seq)
                                            : end;
}

void event_columns::reserve(std::size_t events) {
    kinds_.reserve(events);
    times_.reserve(events);
    tasks_.reserve(events);
    causes_.reserve(events);
    sites_.reserve(events);
    offsets_.reserve(events);
}

std::size_t event_columns::bytes() const {
    const auto taken = [](const auto& column) { return column.size() * sizeof(column[0]); };
    return taken(kinds_) + taken(times_) + taken(tasks_) + taken(causes_) + taken(sites_) +
           taken(offsets_) + taken(offset_bases_) + taken(seqs_) + taken(turns_) +
           taken(turn_of_block_);
}

}  // namespace giambio::trace
