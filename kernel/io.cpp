// Operations on descriptors: try, wait, try again.
//
// The handlers call in when a task asks, the loop when a poll says that a descriptor is ready. The
// operation is done here, by the kernel, so that a task that is woken has its bytes already: made
// ready means succeeded (rule R4).
// Not here: system calls (the driver), the tasks' state (schedule.cpp).
// Kept true: a descriptor is listened to only while that can wake somebody, or until it first reports
// in vain; a level-triggered poll would otherwise come back at once for ever.
// Internal to kernel/.
#include "kernel/kernel.hpp"
#include "kernel/overloaded.hpp"
#include "kernel/words.hpp"

#include <algorithm>
#include <cstring>

namespace giambio {

namespace {

const char* mode_word(bool read, bool write) {
    if (read && write) return "rw";
    return read ? "r" : write ? "w" : "";
}

}  // namespace

verdict kernel::transfer(task_record& who, int fd, bool writes, bool try_first, site at) {
    if (fd < 0 || !waits_.entry(fd).open) return refuse(who, refusal::closed);
    const fd_entry& entry = waits_.entry(fd);
    if ((writes ? entry.writer : entry.reader) != nullptr) return refuse(who, refusal::busy);
    if (try_first && try_operation(who, true, who.trap)) return verdict::answered;
    return wait_for_fd(who, fd, writes, at);
}

// Does what the task asked for. False: it would block. `first` is false after a wait.
bool kernel::try_operation(task_record& who, bool first, std::uint64_t cause) {
    record told{.kind = happening::io, .cause = cause, .task = who.id};
    std::string text;
    const io_result result = std::visit(
        overloaded{
            [&](const trap::accept& asked) {
                told.fd = asked.fd, told.word = "accept", told.at = asked.at;
                const io_result taken = io_.accept(asked.fd, *asked.peer);
                waits_.entry(asked.fd).more = taken.status == io_status::done;
                if (taken.status == io_status::done) adopt(static_cast<int>(taken.value));
                if (tape_.on()) text = asked.peer->to_string();
                return taken;
            },
            [&](const trap::connect& asked) {
                told.fd = asked.fd, told.word = "connect", told.at = asked.at;
                if (tape_.on()) text = asked.to->to_string();
                return first ? io_.connect(asked.fd, *asked.to) : io_.finish_connect(asked.fd);
            },
            [&](const trap::receive& asked) {
                told.fd = asked.fd, told.word = "receive", told.at = asked.at;
                const io_result got = io_.receive(asked.fd, asked.buffer, asked.size);
                const auto size = static_cast<std::size_t>(std::max<std::int64_t>(got.value, 0));
                const bool done = got.status == io_status::done;
                waits_.entry(asked.fd).more = done && size == asked.size;
                if (done) text.assign(static_cast<char*>(asked.buffer), std::min(size, payload_));
                return got;
            },
            [&](const trap::send& asked) {
                told.fd = asked.fd, told.word = "send", told.at = asked.at;
                const auto* bytes = static_cast<const char*>(asked.buffer);
                text.assign(bytes, std::min(asked.size, payload_));
                return io_.send(asked.fd, asked.buffer, asked.size);
            },
            // A wait for readiness alone asks for no operation.
            [](const auto&) { return io_result::done(); },
        },
        who.asked);
    if (told.word != nullptr && tape_.on()) {
        told.a = result.value;
        told.flag = result.status == io_status::would_block;
        told.has_error = result.status == io_status::failed;
        if (told.has_error) text = std::strerror(static_cast<int>(result.value));
        tape_.write(told, text);
    }
    if (result.status == io_status::would_block) return false;
    const bool failed = result.status == io_status::failed;
    who.answer = {failed ? refusal::system : refusal::none, result.value};
    return true;
}

verdict kernel::wait_for_fd(task_record& who, int fd, bool writes, site at) {
    if (fd < 0) return refuse(who, refusal::closed);
    const fd_entry entry = waits_.entry(fd);
    if ((writes ? entry.writer : entry.reader) != nullptr) return refuse(who, refusal::busy);
    if (writes ? !entry.watched_write : !entry.watched_read) {
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

io_result kernel::listen_to(int fd, bool to_read, bool to_write, task_id who, std::uint64_t cause,
                            site at) {
    const io_result heard = io_.watch(fd, to_read, to_write);
    if (heard.status == io_status::failed) return heard;
    fd_entry& entry = waits_.entry(fd);
    const bool before = entry.watched_read || entry.watched_write;
    const bool after = to_read || to_write;
    if (after && !before) ++waits_.watched;
    if (before && !after) --waits_.watched;
    entry.watched_read = to_read;
    entry.watched_write = to_write;
    tape_.write({.kind = happening::fd_watch,
                 .cause = cause,
                 .task = who,
                 .fd = fd,
                 .mode = mode_word(to_read, to_write),
                 .at = at});
    return heard;
}

// Tries the operation of whoever waited for this. False: nobody did.
bool kernel::serve(task_record* waiting, std::uint64_t cause) {
    if (waiting == nullptr) return false;
    if (!try_operation(*waiting, false, cause)) return true;  // a false alarm: goes on waiting
    make_ready(*waiting, "fd", task_id::none, cause, {});
    return true;
}

void kernel::fd_became_ready(const readiness& told) {
    const fd_entry before = waits_.entry(told.fd);
    const std::uint64_t cause = tape_.write({.kind = happening::fd_ready,
                                             .cause = polled_,
                                             .fd = told.fd,
                                             .mode = mode_word(told.can_read, told.can_write)});
    const bool read_in_vain = told.can_read && !serve(before.reader, cause);
    const bool write_in_vain = told.can_write && !serve(before.writer, cause);
    // A writer that was served wants no more news: there is room nearly always, and the poll would
    // report it for ever. A reader likely asks again before the next poll.
    const fd_entry now = waits_.entry(told.fd);
    const bool to_read = now.watched_read && !read_in_vain;
    const bool to_write = now.watched_write && !write_in_vain && now.writer != nullptr;
    if (to_read != now.watched_read || to_write != now.watched_write) {
        listen_to(told.fd, to_read, to_write, task_id::none, cause, {});
    }
}

int kernel::adopt(int fd) {
    waits_.entry(fd) = fd_entry{};
    waits_.entry(fd).open = true;
    return fd;
}

}  // namespace giambio
