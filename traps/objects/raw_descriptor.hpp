// A descriptor of the system that no loop knows: closed when its owner goes away, and that is all.
//
// Files and processes hold theirs in it until a loop takes over.
// Not here: descriptors that tasks wait for (descriptor.hpp).
// Internal to traps/objects/.
#pragma once

#include <unistd.h>

#include <utility>

namespace giambio {

// -1: none.
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

}  // namespace giambio
