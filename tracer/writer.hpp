// Writes the trace: an observer that makes lines of what the kernel tells.
//
// The public face makes one when GIAMBIO_TRACE names a file. Records come in batches; their text
// goes into one buffer and from there to the outlet, at the latest before the loop sleeps (rule
// R11). Not here: what a line looks like (lines.cpp), where it goes (outlet.hpp).
// Kept true: trouble with the file never reaches the program.
// Public.
#pragma once

#include "kernel/observer.hpp"
#include "tracer/lines.hpp"
#include "tracer/outlet.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace giambio {

// The file for the next run of this process, when GIAMBIO_TRACE says `path`: `%p` becomes the
// process's number; the second run puts a 2 before the ending, the third a 3. A device is the same
// for all of them.
std::string trace_file_of_next_run(std::string path);

class trace_writer final : public observer {
public:
    // Makes the file, or empties it.
    // `begin_again` is what a socket calls, see outlet.hpp.
    explicit trace_writer(const std::string& path, std::function<void()> begin_again = {});
    ~trace_writer() override;
    trace_writer(const trace_writer&) = delete;
    trace_writer& operator=(const trace_writer&) = delete;

    // False: it could not make the file, or could not go on writing.
    bool is_open() const { return outlet_->is_open(); }

    void begin(const run_facts& facts) override;
    void watch(const record_batch& batch) override;
    void settle() override;
    void end(const run_totals& totals) override;

private:
    void flush();
    void flush_what_is_wanted();
    void tell_loss(const record& next);

    std::unique_ptr<outlet> outlet_;
    line_maker lines_;
    std::uint64_t last_seq_ = 0;  // that was written
    record left_out_;             // the last one that was not
    std::uint64_t lost_ = 0;
    std::string buffer_;
};

}  // namespace giambio
