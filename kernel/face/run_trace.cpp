// Begins and ends the trace of a run. See run_trace.hpp.
// Internal to kernel/face/.
#include "kernel/face/run_trace.hpp"

namespace giambio {

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
        writer_.reset();
        return "The trace is at its end.";
    }
    if (kernel_->is_observed()) return "A trace is being written already; end it first: trace off";
    writer_ = writer_to(path);
    const bool goes = writer_->is_open() && kernel_->add_late_observer(*writer_);
    if (goes) return "The trace goes to " + path;
    writer_.reset();
    return "Cannot write a trace to " + path + "; what is wrong stands on the program's stderr.";
}

}  // namespace giambio
