// A Unix socket at which only the owner of a running program can knock, and the thread behind it.
//
// Followers of a trace (live_outlet.hpp) and the live monitor (kernel/face/monitor.hpp) each have
// one. Not here: what is said to guests.
// Kept true: a file that is not a dead socket is never touched; at the end our own name goes and
// nobody else's; trouble never reaches the program, it is one line on standard error.
// Internal to tracer/ and the public face.
#pragma once

#include <poll.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <thread>

namespace giambio {

class private_socket {
public:
    // `what` is missing when it cannot be opened, "no monitor"; `variable` of the environment has
    // named the path.
    private_socket(std::string path, const char* what, const char* variable);
    ~private_socket();
    private_socket(const private_socket&) = delete;
    private_socket& operator=(const private_socket&) = delete;

    bool is_open() const { return listening_ >= 0; }

    // Serves guests in a thread of its own, which no signal of the program reaches. Closes the
    // socket when there can be no such thread.
    void serve(std::function<void()> service);
    // Rings, and waits until the service has returned. The socket is closed and has no name then.
    void end();

    // --- for the service
    // Waits until there is something to do. The first two places are for the bell and for guests
    // who knock, the others are the service's own. False when poll() fails.
    bool poll(std::span<pollfd> watched);
    // The next guest's descriptor, which does not block; -1 when nobody can be let in.
    int welcome();
    void silence() const;  // what has been rung was heard

    // --- any thread
    void ring() const;

private:
    bool open();
    bool remove_dead_socket() const;
    bool refuse(const std::string& why) const;
    void close();

    std::string path_;
    const char* what_;
    const char* variable_;
    int listening_ = -1;
    int bell_ = -1;
    bool crowded_ = false;  // a guest could not be let in
    std::uint64_t device_ = 0;
    std::uint64_t inode_ = 0;  // of our socket
    std::thread thread_;
};

}  // namespace giambio
