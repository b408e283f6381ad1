// Opening, naming and closing sockets: operations that never wait.
//
// Sockets of the program (traps/objects/socket.hpp) call in through the plain door.
// Not here: accept, connect, receive and send; they may wait (io.cpp).
// Kept true: closing marks the descriptor, wakes who waits on it, and only then gives it back to the
// system. The other way round the number could belong to somebody else before they know.
// Internal to kernel/.
#include "kernel/kernel.hpp"

#include <cerrno>
#include <cstring>

namespace giambio {

namespace {

record plain_io(const char* operation, int fd, task_id who, std::uint64_t cause, site at) {
    return {
        .kind = happening::io, .cause = cause, .task = who, .fd = fd, .word = operation, .at = at};
}

[[noreturn]] void throw_failed(const std::string& what, int code) {
    std::string sentence = what + ": " + std::strerror(code);
    if (code == EADDRINUSE) sentence += "; stop the other program or choose another port";
    if (code == EMFILE) sentence += "; raise the limit of descriptors (ulimit -n)";
    if (code == EACCES) sentence += "; ports below 1024 belong to the administrator";
    throw io_error(code, sentence);
}

}  // namespace

int kernel::open_tcp(bool v6, site at) {
    const io_result opened = io_.open(v6);
    if (opened.status != io_status::done) {
        throw_failed("cannot open a socket", static_cast<int>(opened.value));
    }
    const int fd = adopt(static_cast<int>(opened.value));
    tape_.write(plain_io("open", fd, who_runs(), this_step(), at));
    return fd;
}

void kernel::bind(int fd, const address& where, site at) {
    if (fd < 0) throw resource_closed("the socket is closed");
    const io_result bound = io_.bind(fd, where);
    record told = plain_io("bind", fd, who_runs(), this_step(), at);
    told.has_error = bound.status != io_status::done;
    const int code = static_cast<int>(bound.value);
    tape_.write(told, told.has_error ? std::string(std::strerror(code)) : where.to_string());
    if (told.has_error) throw_failed("cannot bind to " + where.to_string(), code);
}

void kernel::listen(int fd, int backlog, site at) {
    if (fd < 0) throw resource_closed("the socket is closed");
    const io_result heard = io_.listen(fd, backlog);
    record told = plain_io("listen", fd, who_runs(), this_step(), at);
    told.has_error = heard.status != io_status::done;
    const int code = static_cast<int>(heard.value);
    tape_.write(told, told.has_error ? std::string(std::strerror(code)) : std::string());
    if (told.has_error) throw_failed("cannot listen", code);
}

address kernel::local_address(int fd) {
    if (fd < 0) throw resource_closed("the socket is closed");
    address mine;
    const io_result asked = io_.local_address(fd, mine);
    if (asked.status != io_status::done) {
        throw_failed("cannot tell the address of the socket", static_cast<int>(asked.value));
    }
    return mine;
}

void kernel::close(int fd, site at) noexcept {
    fd_entry& entry = waits_.entry(fd);
    // Closed already, by the end of the run that opened it: the number may be somebody else's now.
    if (!entry.open) return;
    entry.open = false;
    const std::uint64_t closed = tape_.write(plain_io("close", fd, who_runs(), this_step(), at));
    for (task_record* waiting : {entry.reader, entry.writer}) {
        if (waiting == nullptr) continue;
        waiting->answer = {refusal::closed, 0};
        make_ready(*waiting, "closed", who_runs(), closed, at);
    }
    if (entry.watched_read || entry.watched_write) {
        io_.watch(fd, false, false);
        entry.watched_read = entry.watched_write = false;
        --waits_.watched;
        tape_.write({.kind = happening::fd_forget,
                     .cause = closed,
                     .task = who_runs(),
                     .fd = fd,
                     .at = at});
    }
    io_.close(fd);
}

// Sockets whose owners live longer than the run.
void kernel::close_what_is_left() {
    for (int fd = 0; fd < waits_.end(); ++fd) {
        if (waits_.entry(fd).open) close(fd, {});
    }
}

}  // namespace giambio
