// Makes text of records and passes it on. See writer.hpp.
// Internal to tracer/.
#include "tracer/writer.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <system_error>
#include <utility>

namespace giambio {

std::string trace_file_of_next_run(std::string path) {
    static std::atomic<int> runs{0};
    const int run = ++runs;
    const std::size_t mark = path.find("%p");
    if (mark != std::string::npos) path.replace(mark, 2, std::to_string(getpid()));
    // A device serves all of them; beside it, in /dev, no file belongs.
    std::error_code ignored;
    if (run == 1 || std::filesystem::is_character_file(path, ignored)) return path;
    const std::size_t dot = path.find('.', path.rfind('/') + 1);
    return path.insert(std::min(dot, path.size()), "." + std::to_string(run));
}

trace_writer::trace_writer(const std::string& path, std::function<void()> begin_again)
    : outlet_(outlet_to(path, std::move(begin_again))) {}

trace_writer::~trace_writer() {
    flush();
}

// Not always for the first time: a follower that comes late gets a trace of its own.
void trace_writer::begin(const run_facts& facts) {
    lines_ = {};
    buffer_.clear();
    last_seq_ = lost_ = 0;
    left_out_ = {};
    outlet_->restart();
    lines_.header(facts, buffer_);
}

// A batch is left out before its text is made, so the definitions in it come with the next line
// that needs them.
void trace_writer::watch(const record_batch& batch) {
    if (!is_open() || batch.records.empty()) return;
    if (!outlet_->has_room()) {
        left_out_ = batch.records.back();
        return;
    }
    tell_loss(batch.records.front());
    lines_.batch(batch, buffer_);
    last_seq_ = batch.records.back().seq;
    while (buffer_.size() >= outlet_->wanted()) flush_what_is_wanted();
}

// Puts the lines that have room in what the outlet wants, or all when the first is too long for it.
void trace_writer::flush_what_is_wanted() {
    const std::size_t last_end = buffer_.rfind('\n', outlet_->wanted() - 1);
    const std::size_t size = last_end == std::string::npos ? buffer_.size() : last_end + 1;
    if (is_open()) outlet_->put(std::string_view(buffer_).substr(0, size));
    buffer_.erase(0, size);
}

// What is missing before this record. A trace that begins with run_begin has missed nothing.
void trace_writer::tell_loss(const record& next) {
    const bool begins = last_seq_ == 0 && next.kind == happening::run_begin;
    const std::uint64_t missing = begins ? 0 : next.seq - 1 - last_seq_;
    if (missing == 0) return;
    record lost = left_out_.seq + 1 == next.seq ? left_out_ : next;
    lost.seq = next.seq - 1;
    lines_.loss(lost, missing, buffer_);
    lost_ += missing;
}

void trace_writer::settle() {
    flush();
    outlet_->settle();
}

void trace_writer::end(const run_totals& totals) {
    record after_all;
    after_all.seq = totals.records + 1;
    after_all.turn = totals.turns;
    after_all.t = totals.t;
    tell_loss(after_all);
    lines_.footer(totals, buffer_, lost_);
    flush();
    outlet_->finish();
}

void trace_writer::flush() {
    if (is_open()) outlet_->put(buffer_);
    buffer_.clear();
}

}  // namespace giambio
