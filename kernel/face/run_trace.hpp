// The trace that one run writes of itself: begun with the run, or later, or again.
//
// The scheduler makes one for each run. GIAMBIO_TRACE names where it goes from the beginning; the
// monitor can begin and end it in the middle; to a socket it is begun again for each follower that
// comes. Not here: what is written (tracer/writer.hpp), how late watchers are told what is there
// (kernel/prologue.cpp).
// Kept true: all of it happens in the loop's thread, between steps.
// Internal to kernel/face/.
#pragma once

#include "kernel/kernel.hpp"
#include "tracer/writer.hpp"

#include <memory>
#include <string>

namespace giambio {

class run_trace {
public:
    explicit run_trace(std::shared_ptr<post_box> posts) : posts_(std::move(posts)) {}

    // Before the kernel is there: whoever is to be told of the run from its beginning.
    observer& open(const std::string& path);
    void attach(giambio::kernel& told_by) { kernel_ = &told_by; }

    // In the middle of the run: to this file, or no longer (empty). The answer is a sentence.
    std::string switch_to(const std::string& path);

private:
    std::unique_ptr<trace_writer> writer_to(const std::string& path);
    void begin_again();

    std::shared_ptr<post_box> posts_;
    giambio::kernel* kernel_ = nullptr;
    std::unique_ptr<trace_writer> writer_;
};

}  // namespace giambio
