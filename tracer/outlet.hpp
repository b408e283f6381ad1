// Where the writer's lines go: a file, a packed file, or a follower at a Unix socket.
//
// The writer makes one by the name that GIAMBIO_TRACE gives, and hands it whole lines. Not here:
// what a line looks like (lines.cpp), when to leave lines out (writer.cpp).
// Kept true: trouble never reaches the program. It closes the outlet, with one line on standard
// error.
// Internal to tracer/.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace giambio {

class outlet {
public:
    virtual ~outlet() = default;

    // False: nothing can be written any more.
    virtual bool is_open() const = 0;
    // False: what is told now is to be left out, and counted.
    virtual bool has_room() = 0;
    // So many bytes make a write worth its system call. At least one.
    virtual std::size_t wanted() const { return std::size_t{128} << 10; }
    // Takes whole lines.
    virtual void put(std::string_view lines) = 0;
    // After: what was put is as safe as it can be, should the program be killed (rule R11).
    virtual void settle() = 0;
    // The last line was put.
    virtual void finish() = 0;
    // What is put from now on is a trace from its header on.
    virtual void restart() {}

protected:
    outlet() = default;
    outlet(const outlet&) = delete;
    outlet& operator=(const outlet&) = delete;
};

// The outlet that a name asks for: "NAME.zst" is packed, "unix:PATH" is a socket, all others are
// plain files. A socket calls `begin_again`, in a thread of its own, when somebody comes who has
// missed the beginning: the trace is to be begun again, in the middle of the run.
std::unique_ptr<outlet> outlet_to(const std::string& name, std::function<void()> begin_again);

}  // namespace giambio
