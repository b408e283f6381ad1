// Begins and ends the trace of a run. See run_trace.hpp.
// Internal to kernel/face/.
#include "kernel/face/run_trace.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace giambio {

namespace {

// Opening a pipe that nobody reads waits until somebody does, and the whole loop would wait with
// it. While this lives we are a second writer of a pipe that is read, so that its reader does not
// take it for ended before the trace begins.
class pipe_end {
public:
    explicit pipe_end(const std::string& path) {
        struct stat about {};
        const bool is_pipe = stat(path.c_str(), &about) == 0 && S_ISFIFO(about.st_mode);
        if (!is_pipe) return;
        fd_ = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        is_unread_ = fd_ < 0 && errno == ENXIO;
    }
    ~pipe_end() {
        if (fd_ >= 0) close(fd_);
    }
    pipe_end(const pipe_end&) = delete;
    pipe_end& operator=(const pipe_end&) = delete;

    bool is_unread() const { return is_unread_; }

private:
    int fd_ = -1;
    bool is_unread_ = false;
};

}  // namespace

// A follower may come at any time: the writer learns it in a thread of its own, and asks the loop
// to tell what is there.
std::unique_ptr<trace_writer> run_trace::writer_to(const std::string& path) {
    return std::make_unique<trace_writer>(path, [this, box = std::weak_ptr(posts_)] {
        if (const auto open = box.lock()) open->post([this] { begin_again(); });
    });
}

observer& run_trace::open(const std::string& path) {
    writer_ = writer_to(path);
    return *writer_;
}

// Where somebody else watches, what is there is not told again; then the trace says what it lacks.
void run_trace::begin_again() {
    if (writer_ == nullptr) return;
    kernel_->remove_observer(*writer_);
    if (!kernel_->add_late_observer(*writer_)) kernel_->add_observer(*writer_, false);
}

std::string run_trace::switch_to(const std::string& path) {
    if (path.empty() && writer_ == nullptr) return "No trace is being written.";
    if (path.empty()) {
        kernel_->remove_observer(*writer_);
        writer_->settle();
        const bool is_whole = writer_->is_open();
        writer_.reset();
        if (is_whole) return "The trace is at its end.";
        return "The trace ended before this; what was wrong stands on the program's stderr.";
    }
    if (kernel_->is_observed()) return "A trace is being written already; end it first: trace off";
    const pipe_end held(path);
    if (held.is_unread()) return "Nobody reads the pipe " + path + "; begin to read it first.";
    writer_ = writer_to(path);
    const bool goes = writer_->is_open() && kernel_->add_late_observer(*writer_);
    if (goes) return "The trace goes to " + path;
    writer_.reset();
    return "Cannot write a trace to " + path + "; what is wrong stands on the program's stderr.";
}

}  // namespace giambio
