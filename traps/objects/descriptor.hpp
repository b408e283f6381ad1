// Owns a descriptor of the run, whatever it is: a socket, an end of a pipe, a terminal.
//
// Sockets and pipes are built on it. `wrap_descriptor` takes over one that was made elsewhere.
// Also here: the rule that one task at a time is in the middle of a call.
// Not here: what can be done with it (socket.hpp, udp_socket.hpp, pipe.hpp).
// Kept true: a descriptor has one owner, and is closed by its destructor. Closing wakes whoever
// waits on it with resource_closed.
// Public.
#pragma once

#include "traps/calls.hpp"

#include <cstdint>
#include <memory>
#include <utility>

namespace giambio {

// Owns a descriptor. -1: none.
class descriptor {
public:
    descriptor() = default;
    // Before: the kernel knows it, because it opened or adopted it.
    explicit descriptor(int fd) : fd_(fd), run_(run_number()) {}
    descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)), run_(other.run_) {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        std::swap(run_, other.run_);
        return *this;
    }
    ~descriptor() { close(); }

    // -1 also when the run that opened it is over: it was closed then, and in the next run the
    // number may be somebody else's.
    int number() const { return run_ == run_number() ? fd_ : -1; }
    void close(site at = site::current()) noexcept;

private:
    int fd_ = -1;
    std::uint64_t run_ = 0;
};

// Takes over a descriptor that was made elsewhere, by a library or by the system. From now on it
// does not block and the run closes it. Throws io_error when there is no such descriptor.
descriptor wrap_descriptor(int fd, site at = site::current());

// Lets one task at a time be in the middle of a call, from its beginning to its end. Without it two
// tasks that send at once would take turns, and the other side would read both mixed up.
class one_at_a_time {
public:
    // Held during a call. It may outlive the object: a task can be in the middle of a call on a
    // socket that another task destroys.
    class turn {
    public:
        explicit turn(std::shared_ptr<bool> taken) : taken_(std::move(taken)) { *taken_ = true; }
        turn(const turn&) = delete;
        turn& operator=(const turn&) = delete;
        ~turn() { *taken_ = false; }

    private:
        std::shared_ptr<bool> taken_;
    };

    bool taken() const { return taken_ != nullptr && *taken_; }
    // Throws resource_busy with this sentence when another task's call is not over.
    void refuse_second(const char* sentence) const {
        if (taken()) throw resource_busy(sentence);
    }
    turn enter(const char* sentence) {
        refuse_second(sentence);
        if (taken_ == nullptr) taken_ = std::make_shared<bool>(false);
        return turn(taken_);
    }

private:
    std::shared_ptr<bool> taken_;
};

}  // namespace giambio
