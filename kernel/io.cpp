// Operations on descriptors: try, wait, try again.
//
// The handlers call in when a task asks, the loop when a poll says that a descriptor is ready. The
// operation is done here, by the kernel, so that a task that is woken has its bytes already: made
// ready means succeeded (rule R4).
// Not here: system calls (the driver), the tasks' state (schedule.cpp).
// Kept true: a descriptor is listened to only while that can wake somebody, or until it first
// reports in vain; a level-triggered poll would otherwise come back at once for ever.
// Internal to kernel/.
#include "kernel/kernel.hpp"
#include "kernel/overloaded.hpp"

#include <algorithm>

namespace giambio {

// Answers a task that wants to read or write a socket, or lets it wait for its turn. At most one
// task reads a descriptor and one writes it: with two, nobody could say whose the bytes are.
verdict kernel::transfer(task_record& who, int fd, bool writes, bool try_first, site at) {
    if (fd < 0 || !waits_.entry(fd).open) return refuse(who, refusal::closed);
    const fd_entry& entry = waits_.entry(fd);
    if ((writes ? entry.writer : entry.reader) != nullptr) return refuse(who, refusal::busy);
    if (try_first && try_operation(who, true, who.trap)) return verdict::answered;
    return wait_for_fd(who, fd, writes, at);
}

// Does what the task asked for, and puts the outcome into its mailbox. False: it would block.
// `first` is false after a wait.
bool kernel::try_operation(task_record& who, bool first, seq cause) {
    const io_result result = std::visit(
        overloaded{
            [&](const trap::accept& asked) { return perform(who, asked, cause); },
            [&](const trap::connect& asked) { return perform(who, asked, first, cause); },
            [&](const trap::receive& asked) { return perform(who, asked, cause); },
            [&](const trap::send& asked) { return perform(who, asked, cause); },
            // A wait for readiness alone asks for no operation.
            [](const auto&) { return io_result::done(); },
        },
        who.asked);
    if (result.status == io_status::would_block) return false;
    const bool failed = result.status == io_status::failed;
    who.answer = {failed ? refusal::system : refusal::none, result.value};
    return true;
}

io_result kernel::perform(const task_record& who, const trap::accept& asked, seq cause) {
    const io_result taken = io_.accept(asked.fd, *asked.peer);
    const bool done = taken.status == io_status::done;
    waits_.entry(asked.fd).more = done;  // where one knocks, there are often more
    if (done) adopt(static_cast<int>(taken.value));
    const std::string peer = done && told_.on() ? asked.peer->to_string() : "";
    told_.did_io("accept", asked.fd, taken, peer, who.id, cause, asked.at);
    return taken;
}

// A connection takes two visits: one to begin, and one, when the descriptor is writable, to learn
// whether the other side has agreed.
io_result kernel::perform(const task_record& who, const trap::connect& asked, bool first,
                          seq cause) {
    const io_result made = first ? io_.connect(asked.fd, *asked.to) : io_.finish_connect(asked.fd);
    const std::string peer = told_.on() ? asked.to->to_string() : "";
    told_.did_io("connect", asked.fd, made, peer, who.id, cause, asked.at);
    return made;
}

io_result kernel::perform(const task_record& who, const trap::receive& asked, seq cause) {
    const io_result got = io_.receive(asked.fd, asked.buffer, asked.size);
    const bool done = got.status == io_status::done;
    const std::size_t size = done ? static_cast<std::size_t>(got.value) : 0;
    waits_.entry(asked.fd).more = done && size == asked.size;  // a full buffer: likely not all
    const std::string_view bytes(static_cast<const char*>(asked.buffer), size);
    told_.did_io("receive", asked.fd, got, bytes.substr(0, payload_), who.id, cause, asked.at);
    return got;
}

io_result kernel::perform(const task_record& who, const trap::send& asked, seq cause) {
    const io_result sent = io_.send(asked.fd, asked.buffer, asked.size);
    const bool done = sent.status == io_status::done;
    const std::size_t size = done ? static_cast<std::size_t>(sent.value) : 0;
    const std::string_view bytes(static_cast<const char*>(asked.buffer), size);
    told_.did_io("send", asked.fd, sent, bytes.substr(0, payload_), who.id, cause, asked.at);
    return sent;
}

// Enters the task in the wait table and makes sure that the driver listens.
verdict kernel::wait_for_fd(task_record& who, int fd, bool writes, site at) {
    if (fd < 0) return refuse(who, refusal::closed);
    const fd_entry entry = waits_.entry(fd);
    if ((writes ? entry.writer : entry.reader) != nullptr) return refuse(who, refusal::busy);
    // A descriptor that is not ours may have been closed meanwhile, and its number given to another
    // one, of which the driver knows nothing.
    const bool listens = entry.open && (writes ? entry.watched_write : entry.watched_read);
    if (!listens) {
        const io_result heard = listen_to(fd, entry.watched_read || !writes,
                                          entry.watched_write || writes, who.id, who.trap, at);
        if (heard.status == io_status::failed) return refuse(who, refusal::system, heard.value);
    }
    (writes ? waits_.entry(fd).writer : waits_.entry(fd).reader) = &who;
    ++waits_.waiting;
    who.wait_fd = fd;
    who.wait_write = writes;
    return park(who, wait_kind::fd, 0, at);
}

// Changes what the driver listens to. `by` is none when the loop itself does it.
io_result kernel::listen_to(int fd, bool to_read, bool to_write, task_id by, seq cause, site at) {
    const io_result heard = io_.watch(fd, to_read, to_write);
    if (heard.status == io_status::failed) return heard;
    fd_entry& entry = waits_.entry(fd);
    const bool before = entry.watched_read || entry.watched_write;
    const bool after = to_read || to_write;
    if (after && !before) ++waits_.watched;
    if (before && !after) --waits_.watched;
    entry.watched_read = to_read;
    entry.watched_write = to_write;
    told_.watches(fd, to_read, to_write, by, cause, at);
    return heard;
}

// A poll has told that a descriptor is ready: whoever waits for that gets its operation done.
void kernel::fd_became_ready(const readiness& told) {
    const fd_entry before = waits_.entry(told.fd);
    const seq cause = told_.became_ready(told, polled_);
    const bool read_in_vain = told.can_read && !serve(before.reader, cause);
    const bool write_in_vain = told.can_write && !serve(before.writer, cause);
    // A writer that was served wants no more news: there is room nearly always, and the poll would
    // report it for ever. A reader likely asks again before the next poll.
    const fd_entry after = waits_.entry(told.fd);
    const bool to_read = after.watched_read && !read_in_vain;
    const bool to_write = after.watched_write && !write_in_vain && after.writer != nullptr;
    if (to_read != after.watched_read || to_write != after.watched_write) {
        listen_to(told.fd, to_read, to_write, task_id::none, cause, {});
    }
}

// Tries the operation of the task that waited, if one did. False: nobody waits.
bool kernel::serve(task_record* waiting, seq cause) {
    if (waiting == nullptr) return false;
    // It may be a false alarm; then the task goes on waiting.
    if (try_operation(*waiting, false, cause)) {
        make_ready(*waiting, "fd", task_id::none, cause, {});
    }
    return true;
}

// A descriptor that the kernel opened or accepted: from now on tasks may ask for it.
int kernel::adopt(int fd) {
    fd_entry& entry = waits_.entry(fd);
    // The number may have been a foreign descriptor's, which its owner closed without telling us.
    if (entry.watched_read || entry.watched_write) --waits_.watched;
    entry = fd_entry{};
    entry.open = true;
    return fd;
}

}  // namespace giambio
