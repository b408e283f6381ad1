// The outlet for followers: a Unix socket at which one process at a time reads the trace of a run.
//
//     GIAMBIO_TRACE=unix:/tmp/mine.trace ./program &
//     ./giambio trace follow unix:/tmp/mine.trace
//
// The loop's thread hands over lines and sends what the socket takes at once; a thread of its own
// lets followers in and sends the rest. Who comes while the beginning is still kept gets all of it;
// for who comes later `begin_again` asks the loop to tell what is there. Not here: lines, and what
// is left out (writer.cpp).
// Kept true: the loop never waits for a follower, until the run is over and then for moments only;
// what waits to be sent is bounded; only the owner may follow.
// Internal to tracer/ and the public face.
#pragma once

#include "tracer/outlet.hpp"
#include "tracer/private_socket.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace giambio {

class live_outlet final : public outlet {
public:
    live_outlet(std::string path, std::function<void()> begin_again);
    ~live_outlet() override;

    bool is_open() const override { return socket_.is_open(); }
    bool has_room() override;
    void put(std::string_view lines) override;
    void settle() override;
    void finish() override;

    void restart() override;

private:
    enum class follower { none, none_yet, comes, reads };

    void serve();
    void welcome();
    bool send_some();
    void lose_follower();
    bool has_gone() const;

    private_socket socket_;
    std::function<void()> begin_again_;

    std::mutex guard_;  // of what follows
    follower state_ = follower::none_yet;
    int fd_ = -1;
    std::string waiting_;   // to be sent, or kept for who may still come
    std::size_t sent_ = 0;  // of waiting_
    bool ending_ = false;
};

}  // namespace giambio
