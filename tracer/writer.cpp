// Makes text of records and passes it on. See writer.hpp.
// Internal to tracer/.
#include "tracer/writer.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>

namespace giambio {

namespace {

// Enough text to make a write worth its system call.
constexpr std::size_t full_buffer = 256 * 1024;

}  // namespace

std::string trace_file_of_next_run(std::string path) {
    static std::atomic<int> runs{0};
    const int run = ++runs;
    const std::size_t mark = path.find("%p");
    if (mark != std::string::npos) path.replace(mark, 2, std::to_string(getpid()));
    if (run == 1) return path;
    const std::size_t dot = path.find('.', path.rfind('/') + 1);
    return path.insert(std::min(dot, path.size()), "." + std::to_string(run));
}

trace_writer::trace_writer(const std::string& path) : outlet_(outlet_to(path)) {}

trace_writer::~trace_writer() {
    flush();
}

void trace_writer::begin(const run_facts& facts) {
    lines_.header(facts, buffer_);
}

void trace_writer::watch(const record_batch& batch) {
    if (!is_open()) return;
    lines_.batch(batch, buffer_);
    if (buffer_.size() >= full_buffer) flush();
}

void trace_writer::settle() {
    flush();
    outlet_->settle();
}

void trace_writer::end(const run_totals& totals) {
    lines_.footer(totals, buffer_);
    flush();
    outlet_->finish();
}

void trace_writer::flush() {
    if (is_open()) outlet_->put(buffer_);
    buffer_.clear();
}

}  // namespace giambio
