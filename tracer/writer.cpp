// Opens, fills and closes the trace file. See writer.hpp.
// Internal to tracer/.
#include "tracer/writer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>

namespace giambio {

namespace {

// Enough text to make a write worth its system call.
constexpr std::size_t full_buffer = 256 * 1024;

// A pipe whose reader is gone must end the tracing, not the program: for the time of a write
// SIGPIPE is held back, and taken away when the write caused it.
class without_broken_pipe {
public:
    without_broken_pipe() {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~without_broken_pipe() {
        const timespec at_once{};
        while (broken && sigtimedwait(&pipe_, nullptr, &at_once) < 0 && errno == EINTR) {
        }
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    bool broken = false;

private:
    sigset_t pipe_{};
    sigset_t before_{};
};

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

trace_writer::trace_writer(std::string path) : path_(std::move(path)) {
    fd_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd_ < 0) give_up(errno);
}

trace_writer::~trace_writer() {
    flush();
    if (fd_ >= 0) close(fd_);
}

void trace_writer::begin(const run_facts& facts) {
    lines_.header(facts, buffer_);
}

void trace_writer::watch(const record_batch& batch) {
    if (fd_ < 0) return;
    lines_.batch(batch, buffer_);
    if (buffer_.size() >= full_buffer) flush();
}

void trace_writer::settle() {
    flush();
}

void trace_writer::end(const run_totals& totals) {
    lines_.footer(totals, buffer_);
    flush();
}

void trace_writer::flush() {
    without_broken_pipe held;
    std::size_t written = 0;
    while (fd_ >= 0 && written < buffer_.size()) {
        const ssize_t count = write(fd_, buffer_.data() + written, buffer_.size() - written);
        if (count >= 0) {
            written += static_cast<std::size_t>(count);
        } else if (errno != EINTR) {
            held.broken = errno == EPIPE;
            give_up(errno);
        }
    }
    buffer_.clear();
}

void trace_writer::give_up(int code) {
    std::fprintf(stderr,
                 "giambio: cannot write the trace %s: %s; the program goes on without it "
                 "(GIAMBIO_TRACE names the file)\n",
                 path_.c_str(), std::strerror(code));
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
}

}  // namespace giambio
