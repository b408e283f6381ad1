// How a process is started: the system's part, which knows no tasks.
//
// process.cpp calls in.
// Not here: waiting for the process (process.cpp).
// Kept true: a process that could not be started leaves no descriptor open.
// Internal to traps/objects/.
#pragma once

#include "traps/objects/process.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>
#include <unistd.h>

namespace giambio {

// A descriptor that no loop knows. -1: none.
class raw_descriptor {
public:
    raw_descriptor() = default;
    explicit raw_descriptor(int fd) : fd_(fd) {}
    raw_descriptor(raw_descriptor&& other) noexcept : fd_(other.release()) {}
    raw_descriptor& operator=(raw_descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~raw_descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }

    int number() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }

private:
    int fd_ = -1;
};

struct spawned_program {
    pid_t id = -1;
    raw_descriptor watch;                // readable when the process has ended
    std::array<raw_descriptor, 3> ours;  // our ends of its pipes: input, output, errors
};

// Throws io_error with a sentence that says what is missing.
spawned_program spawn_program(const command& program, const process_options& options);

}  // namespace giambio
