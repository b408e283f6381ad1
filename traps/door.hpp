// The plain door to the kernel: what a task asks for that cannot block.
//
// Waking, spawning, cancelling, reading the clock, opening and closing: the caller goes on at once,
// so these are ordinary calls, not traps (rule R5). The kernel implements the door
// (kernel/kernel.hpp); this side knows nothing of it but this page. Objects and calls.hpp knock
// here.
// Not here: anything that may have to wait; that is a request (request.hpp).
// Kept true: nobody is resumed inside a call. Waking puts a task into the ready queue, no more.
// Public, for those who build objects of their own.
#pragma once

#include "traps/frame.hpp"
#include "traps/site.hpp"
#include "traps/socket_kinds.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace giambio {

struct promise_base;
struct scope_record;
class post_box;

// How a spawned task is to be made: its outermost coroutine, and how to keep its result.
struct newcomer {
    promise_base* outermost = nullptr;
    const value_keeper* keeper = nullptr;  // null: it returns nothing
    std::string_view name{};               // empty: after its function
    task_owner* owner = nullptr;           // null: the run
    bool daemon = false;                   // the run does not wait for it
};

// How a scope was left.
enum class leaving : std::uint8_t {
    thrown,    // by an error, or a `cancelled` that goes further out
    returned,  // its body came to its end
    caught,    // by the `cancelled` that began here
};

enum class said : std::uint8_t { log, mark };

class kernel_door {
public:
    // The running task. Throws misuse when the loop itself is running, not a task.
    virtual frame& current() = 0;
    virtual moment now() = 0;
    virtual bool time_is_virtual() = 0;
    virtual void busy(duration length, site at) = 0;

    // Makes a task and puts it at the back of the ready queue; it does not run yet (rule R1).
    virtual frame& spawn(const newcomer& who, site at) = 0;
    // Moves a task from an object's line to the back of the ready queue.
    virtual void wake(frame& waiting, site at) = 0;
    // The same when what it waits for cannot come any more, so its `co_await` throws: misuse where
    // the object is going away, owner_gone (abandoned) where the object's holder has ended.
    virtual void wake_in_vain(frame& waiting, refusal why, const char* sentence) = 0;
    // Moves a task from its line to the back of another object's. It goes on waiting.
    virtual void move(frame& waiting, wait_list& to, site at) = 0;
    virtual void cancel(frame& target, std::string reason, site at) = 0;

    // Gives a task to another owner, whose scope is then around it.
    virtual void adopt(frame& child, task_owner* to, site at) = 0;
    // Somebody let the last handle go without ever asking for the task's value.
    virtual void never_joined(const frame& ended) noexcept = 0;

    // Scopes (scope.hpp). A scope may be cancelled before it is entered.
    virtual void enter_scope(scope_record& entered, site at) = 0;
    virtual void leave_scope(scope_record& left, leaving how, site at) = 0;
    virtual void change_scope(scope_record& changed, std::optional<moment> due, bool shielded,
                              site at) = 0;
    virtual void cancel_scope(scope_record& target, cancel_source source, std::string reason,
                              site at) = 0;

    // Where other threads leave calls for this loop.
    virtual const std::shared_ptr<post_box>& posts() = 0;
    // A signal has reached this loop through a posted call: what it wakes comes from it.
    virtual void signal_came(int signo) = 0;

    // The line of those who wait until nobody else has anything to do.
    virtual wait_list& idle_line() = 0;

    // Objects tell their life, so that the trace can.
    virtual object_id new_object(const char* type, site at) = 0;
    virtual void end_object(object_id gone) = 0;
    virtual void object_did(object_id which, const char* operation, task_id holder,
                            std::int64_t length, site at) = 0;

    // Descriptors. Each throws io_error when the system refuses.
    virtual int open_socket(address_family family, socket_type type, site at) = 0;
    // Two sockets that are connected to each other.
    virtual std::array<int, 2> open_pair(socket_type type, site at) = 0;
    // The end to read from, and the end to write to.
    virtual std::array<int, 2> open_pipe(site at) = 0;
    // Takes over a descriptor that was made elsewhere: a socket, a pipe, a terminal. From now on it
    // does not block, and only the kernel closes it.
    virtual void adopt_descriptor(int fd, site at) = 0;
    virtual void bind(int fd, const address& where, site at) = 0;
    virtual void listen(int fd, int backlog, site at) = 0;
    virtual address local_address(int fd) = 0;
    virtual address peer_address(int fd) = 0;
    // Nothing more will be sent: the other side reads the end. Receiving goes on.
    virtual void shut_down_sending(int fd, site at) = 0;
    virtual void set_option(int fd, socket_option option, int value, site at) = 0;
    virtual int option(int fd, socket_option option) = 0;
    // The names of a world that has its own (a simulated one); none: they are the machine's, and
    // asking for them may block, so it belongs into a thread.
    virtual std::optional<name_answer> look_up(std::string_view name) = 0;
    // Wakes whoever waits on it with resource_closed, forgets it, closes it: in this order.
    virtual void close(int fd, site at) noexcept = 0;

    virtual void say(said how, std::string_view text, site at) = 0;
    virtual void dropped(site written_at) noexcept = 0;

protected:
    ~kernel_door() = default;
};

extern constinit thread_local kernel_door* open_door;  // only set_door changes it
[[noreturn]] void throw_nobody_runs();

// The kernel that runs on this thread; throws misuse when there is none.
inline kernel_door& door() {
    if (open_door == nullptr) [[unlikely]]
        throw_nobody_runs();
    return *open_door;
}
// The same without the throw.
inline kernel_door* door_if_open() {
    return open_door;
}
// Opens the door of a run to the calling thread (itself), or closes it (null). A run that is hosted
// by another loop opens and closes it for each turn; its number stays.
void set_door(kernel_door* opened, std::uint64_t number);
// A number for a new run.
std::uint64_t next_run_number();
// The number of the run that goes on on this thread, never the same for two; 0 when there is none.
// What a run gave a number to means nothing to another run.
extern constinit thread_local std::uint64_t this_run;  // only set_door changes it
inline std::uint64_t run_number() {
    return this_run;
}

// Called by a coroutine that is destroyed without having been awaited.
void report_dropped(site written_at) noexcept;

}  // namespace giambio
