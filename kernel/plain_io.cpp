// Opening, naming and closing sockets: operations that never wait.
//
// Sockets of the program (traps/objects/socket.hpp) call in through the plain door. A refusal of
// the system is thrown at once, with a sentence that says what to do, because there is no reply.
// Not here: accept, connect, receive and send; they may wait (io.cpp).
// Kept true: closing marks the descriptor, wakes who waits on it, and only then gives it back to
// the system. The other way round the number could belong to somebody else before they know.
// Internal to kernel/.
#include "kernel/kernel.hpp"

#include <cerrno>
#include <cstring>

namespace giambio {

namespace {

// What a person can do about it, where that is known.
std::string advice_for(int code) {
    switch (code) {
        case EADDRINUSE:
            return "; stop the other program or choose another port (a path: remove the file)";
        case EMFILE:
            return "; raise the limit of descriptors (ulimit -n)";
        case EACCES:
            return "; ports below 1024 belong to the administrator";
        default:
            return "";
    }
}

// `what` is the beginning of the sentence: what the program wanted.
void throw_if_failed(io_result result, const std::string& what) {
    if (result.status == io_status::done) return;
    const int code = static_cast<int>(result.value);
    throw io_error(code, what + ": " + std::strerror(code) + advice_for(code));
}

// -1 is what a socket has after it was closed, or before it was opened.
void refuse_closed(int fd) {
    if (fd < 0) throw resource_closed("the socket is closed");
}

}  // namespace

int kernel::open_socket(address_family family, socket_type type, site at) {
    const io_result opened = io_.open(family, type);
    throw_if_failed(opened, "cannot open a socket");
    const int fd = static_cast<int>(opened.value);
    return take_in(fd, told_.did_io("open", fd, opened, "", who_runs(), who_acts().step, at));
}

// Both ends are told in one trace event: they begin to exist together.
std::array<int, 2> kernel::open_pair(socket_type type, site at) {
    std::array<int, 2> ends{-1, -1};
    throw_if_failed(io_.open_pair(type, ends), "cannot open a pair of sockets");
    take_in_both("pair", ends, at);
    return ends;
}

std::array<int, 2> kernel::open_pipe(site at) {
    std::array<int, 2> ends{-1, -1};
    throw_if_failed(io_.open_pipe(ends), "cannot open a pipe");
    take_in_both("pipe", ends, at);
    return ends;
}

void kernel::take_in_both(const char* operation, const std::array<int, 2>& ends, site at) {
    const seq told = told_.did_io(operation, ends[0], io_result::done(ends[1]), "", who_runs(),
                                  who_acts().step, at);
    for (const int fd : ends) take_in(fd, told);
}

// From here on the descriptor is like one that the kernel opened, and is closed with the run at the
// latest. Whoever made it must not close it: the number could then be somebody else's.
void kernel::adopt_descriptor(int fd, site at) {
    if (fd < 0) throw misuse("there is no descriptor with a negative number");
    if (fd < waits_.end() && waits_.entry(fd).open)
        throw misuse("this descriptor is the loop's already");
    const io_result adopted = io_.adopt(fd);
    const seq told = told_.did_io("adopt", fd, adopted, "", who_runs(), who_acts().step, at);
    throw_if_failed(adopted, "cannot adopt descriptor " + std::to_string(fd));
    take_in(fd, told);
}

void kernel::bind(int fd, const address& where, site at) {
    refuse_closed(fd);
    const io_result bound = io_.bind(fd, where);
    told_.did_io("bind", fd, bound, where.to_string(), who_runs(), who_acts().step, at);
    throw_if_failed(bound, "cannot bind to " + where.to_string());
}

void kernel::listen(int fd, int backlog, site at) {
    refuse_closed(fd);
    const io_result heard = io_.listen(fd, backlog);
    told_.did_io("listen", fd, heard, "", who_runs(), who_acts().step, at);
    throw_if_failed(heard, "cannot listen");
}

// Questions change nothing, so they are not in the trace.
address kernel::local_address(int fd) {
    refuse_closed(fd);
    address mine;
    throw_if_failed(io_.local_address(fd, mine), "cannot tell the address of the socket");
    return mine;
}

address kernel::peer_address(int fd) {
    refuse_closed(fd);
    address theirs;
    throw_if_failed(io_.peer_address(fd, theirs), "cannot tell the address of the other side");
    return theirs;
}

// Never blocks: the system sends what it still has, and then the farewell.
void kernel::shut_down_sending(int fd, site at) {
    refuse_closed(fd);
    if (waits_.entry(fd).writer != nullptr)
        throw resource_busy("another task is sending on this socket; wait for its end");
    const io_result ended = io_.shut_down_sending(fd);
    told_.did_io("shut_down", fd, ended, "", who_runs(), who_acts().step, at);
    throw_if_failed(ended, "cannot end the sending");
}

// A refusal names the option, because the system's own words ("Invalid argument") do not.
void kernel::set_option(int fd, socket_option option, int value, site at) {
    refuse_closed(fd);
    const io_result set = io_.set_option(fd, option, value);
    told_.set_option(fd, word_of(option), value, set, who_runs(), who_acts().step, at);
    throw_if_failed(set, std::string("cannot set the option ") + word_of(option));
}

int kernel::option(int fd, socket_option option) {
    refuse_closed(fd);
    const io_result asked = io_.option(fd, option);
    throw_if_failed(asked, std::string("cannot tell the option ") + word_of(option));
    return static_cast<int>(asked.value);
}

// Called by destructors too, so nothing is thrown.
void kernel::close(int fd, site at) noexcept {
    if (!waits_.knows(fd)) return;  // it was never the kernel's
    fd_entry& entry = waits_.entry(fd);
    // Closed already, by the end of the run that opened it: the number may be somebody else's now.
    if (!entry.open) return;
    entry.open = false;
    const seq closed =
        told_.did_io("close", fd, io_result::done(), "", who_runs(), who_acts().step, at);
    for (task_record* waiting : {entry.reader, entry.writer}) {
        if (waiting == nullptr) continue;
        waiting->refuse(refusal::closed);
        make_ready(*waiting, "closed", who_runs(), closed, at);
    }
    if (entry.is_watched()) {
        io_.watch(fd, false, false);
        forget(fd, closed, at);
    }
    io_.close(fd);
}

// Sockets whose owners live longer than the run. Their destructors find no kernel any more.
void kernel::close_what_is_left() {
    for (int fd = 0; fd < waits_.end(); ++fd) {
        if (waits_.entry(fd).open) close(fd, {});
    }
}

}  // namespace giambio
