// The live monitor: a Unix socket through which people ask a running program what it does.
//
//     GIAMBIO_MONITOR=/tmp/mine.socket ./program &
//     nc -U /tmp/mine.socket
//
// The scheduler makes one for a run when GIAMBIO_MONITOR names a path. It has a thread of its own,
// so it answers while a step does not end, and says which.
// Not here: the answers' text (monitor_text.cpp), looking at the loop (kernel/watch_post.hpp).
// Kept true: only the owner of the socket may talk to it; it never touches a file that is not a
// dead socket; trouble with it never reaches the program, it ends the monitor with a line on
// standard error.
// Internal to kernel/face/.
#pragma once

#include "kernel/watch_post.hpp"
#include "tracer/private_socket.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace giambio {

class monitor {
public:
    // Asks a task to stop, in the loop's thread: false when there is no such task.
    using canceller = std::function<bool(std::uint32_t task, const std::string& reason)>;

    // Begins a trace in the middle of the run, or ends it (an empty path), in the loop's thread;
    // returns what came of it, as a sentence.
    using trace_switch = std::function<std::string(const std::string& path)>;

    // What the loop does for the monitor.
    struct services {
        canceller cancel;
        trace_switch trace;
    };

    monitor(std::string path, watch_post post, std::shared_ptr<post_box> box, services asked);
    ~monitor();
    monitor(const monitor&) = delete;
    monitor& operator=(const monitor&) = delete;

private:
    struct client {
        int fd = -1;
        std::string in;
        std::string out;
        bool leaving = false;  // as soon as it has its answers
    };

    // --- the monitor's thread
    void serve();
    void welcome();
    void read_from(client& asking);
    void write_to(client& asking) const;

    // --- commands
    std::string answer(std::string_view line, client& asking) const;
    std::string with_report(const std::function<std::string(const loop_report&)>& text) const;
    std::string where(std::string_view rest) const;
    std::string cancel(std::string_view rest) const;
    std::string trace(std::string_view rest) const;

    watch_post post_;
    std::weak_ptr<post_box> box_;
    services services_;
    std::vector<client> clients_;
    private_socket socket_;
};

}  // namespace giambio
