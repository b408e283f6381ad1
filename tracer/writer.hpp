// Writes the trace file: an observer that makes lines of what the kernel tells.
//
// The public face makes one when GIAMBIO_TRACE names a file. Records come in batches; their text
// goes into one buffer and from there to the file, at the latest before the loop sleeps (rule R11).
// Not here: what a line looks like (lines.cpp).
// Kept true: trouble with the file never reaches the program. It ends the tracing, with one line on
// standard error.
// Public.
#pragma once

#include "kernel/observer.hpp"
#include "tracer/lines.hpp"

#include <string>

namespace giambio {

// The file for the next run of this process, when GIAMBIO_TRACE says `path`: `%p` becomes the
// process's number; the second run puts a 2 before the ending, the third a 3.
std::string trace_file_of_next_run(std::string path);

class trace_writer final : public observer {
public:
    // Makes the file, or empties it.
    explicit trace_writer(std::string path);
    ~trace_writer() override;
    trace_writer(const trace_writer&) = delete;
    trace_writer& operator=(const trace_writer&) = delete;

    // False: it could not make the file, or could not go on writing.
    bool is_open() const { return fd_ >= 0; }

    void begin(const run_facts& facts) override;
    void watch(const record_batch& batch) override;
    void settle() override;
    void end(const run_totals& totals) override;

private:
    void flush();
    void give_up(int code);

    std::string path_;
    int fd_ = -1;  // -1: the tracing has ended
    line_maker lines_;
    std::string buffer_;
};

}  // namespace giambio
