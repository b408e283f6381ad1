// Operations on descriptors: try, wait, try again.
//
// The handlers call in when a task asks, the loop when a poll says that a descriptor is ready. The
// operation is done here, by the kernel, so that a task that is woken has its bytes already: made
// ready means succeeded (rule R4).
// Not here: system calls (the driver), the tasks' state (schedule.cpp).
// Kept true: a descriptor is listened to only while that can wake somebody, or until it first
// reports in vain; most are told again by each poll, which would otherwise come back at once for
// ever.
// Internal to kernel/.
#include "kernel/kernel.hpp"

#include <algorithm>
#include <cerrno>

namespace giambio {

namespace {

// Whoever knocked is gone again, or the network was: an error of that one connection, which says
// nothing about the next. What is wrong with this process (no descriptor left) is not among them.
bool is_about_one_connection(std::int64_t code) {
    constexpr int harmless[] = {ECONNABORTED, EPROTO,     ENETDOWN,     ENOPROTOOPT,
                                EHOSTDOWN,    ENONET,     EHOSTUNREACH, ENETUNREACH,
                                ETIMEDOUT,    ECONNRESET, EPERM,        ENOSR};
    return std::find(std::begin(harmless), std::end(harmless), code) != std::end(harmless);
}

// How many have come, or left.
std::size_t bytes_of(const io_result& transferred) {
    const bool done = transferred.status == io_status::done;
    return done ? static_cast<std::size_t>(transferred.value) : 0;
}

// As many of the bytes as the trace shall show.
std::string_view shown(const void* bytes, std::size_t size, std::size_t most) {
    return {static_cast<const char*>(bytes), std::min(size, most)};
}

}  // namespace

// Answers a task that wants to read or write a socket, or lets it wait for its turn. At most one
// task reads a descriptor and one writes it: with two, nobody could say whose the bytes are.
//
// Discussion: a write is tried at once, because there is nearly always room, and only the attempt
// sets a connect in motion. A read waits first, unless the last one left something: trying first
// costs a system call that mostly says "not yet" (0.44 us), and the poll will tell anyway; but
// after a full buffer, or where a crowd knocks, there is likely more.
verdict kernel::transfer(task_record& who, int fd, direction way, site at) {
    const bool writes = way == direction::write;
    if (!waits_.knows(fd)) return refuse(who, refusal::closed);
    fd_entry& entry = waits_.entry(fd);
    if (!entry.open) return refuse(who, refusal::closed);
    if (entry.waiting(way) != nullptr) return refuse(who, refusal::busy);
    if ((writes || entry.more || entry.try_first) && try_operation(who, true, told_.trap_of(who)))
        return verdict::answered;
    return wait_for_fd(who, fd, way, at);
}

// One operation for each trap that asks for one; a wait for readiness alone asks for none.
struct kernel::attempt {
    kernel& in;
    task_record& who;
    bool first;
    seq cause;

    io_result handle(const trap::accept& asked) const { return in.perform(who, asked, cause); }
    io_result handle(const trap::connect& asked) const {
        return in.perform(who, asked, first, cause);
    }
    io_result handle(const trap::receive& asked) const { return in.perform(who, asked, cause); }
    io_result handle(const trap::send& asked) const {
        const std::string_view bytes(static_cast<const char*>(asked.buffer), asked.size);
        return in.send(who, asked.fd, bytes, cause, asked.at);
    }
    io_result handle(const trap::send_all& asked) const { return in.perform(who, asked, cause); }
    io_result handle(const trap::receive_from& asked) const {
        return in.perform(who, asked, cause);
    }
    io_result handle(const trap::send_to& asked) const { return in.perform(who, asked, cause); }
    io_result handle(const auto&) const { return io_result::done(); }
};

// Does what the task asked for, and puts the outcome into its mailbox. False: it would block.
// `first` is false after a wait.
bool kernel::try_operation(task_record& who, bool first, seq cause) {
    const attempt trying{*this, who, first, cause};
    const io_result result = dispatch(trying, who.asked);
    if (result.status == io_status::would_block) return false;
    if (result.status == io_status::failed) {
        who.refuse(refusal::system, result.value);
    } else {
        who.grant(result.value);
    }
    return true;
}

// Where somebody knocked in the turn before, too, there is a crowd, and likely more of it.
//
// Discussion: an accept that finds nobody takes 4 us, because the system makes the socket before it
// looks. So who comes alone is not followed by one.
io_result kernel::perform(const task_record& who, const trap::accept& asked, seq cause) {
    const io_result taken = io_.accept(asked.fd, *asked.peer);
    const bool done = taken.status == io_status::done;
    fd_entry& entry = waits_.entry(asked.fd);
    entry.more = done && told_.turn - entry.accepted_in <= 1;
    if (done) entry.accepted_in = told_.turn;
    const std::string peer = done && told_.on() ? asked.peer->to_string() : "";
    const seq told = told_.did_io("accept", asked.fd, taken, peer, who.id, cause, asked.at);
    if (done) take_in(static_cast<int>(taken.value), told);
    // The poll tells when there is another one. Trying again at once could go on for ever.
    const bool failed = taken.status == io_status::failed;
    return failed && is_about_one_connection(taken.value) ? io_result::would_block() : taken;
}

// A connection takes two visits: one to begin, and one, when the descriptor is writable, to learn
// whether the other side has agreed.
io_result kernel::perform(const task_record& who, const trap::connect& asked, bool first,
                          seq cause) {
    const io_result made = first ? io_.connect(asked.fd, *asked.to) : io_.finish_connect(asked.fd);
    std::string peer = told_.on() ? asked.to->to_string() : "";
    if (told_.on() && made.status == io_status::done && !time_.is_virtual()) {
        // Where this end is, behind a zero: by it two processes' traces are brought together.
        address mine;
        if (io_.local_address(asked.fd, mine).status == io_status::done)
            peer.append(1, '\0').append(mine.to_string());
    }
    told_.did_io("connect", asked.fd, made, peer, who.id, cause, asked.at);
    return made;
}

io_result kernel::perform(const task_record& who, const trap::receive& asked, seq cause) {
    const io_result got = io_.receive(asked.fd, asked.buffer, asked.size);
    const std::size_t size = bytes_of(got);
    const bool done = got.status == io_status::done;
    waits_.entry(asked.fd).more = done && size == asked.size;  // a full buffer: likely not all
    told_.did_io("receive", asked.fd, got, shown(asked.buffer, size, payload_), who.id, cause,
                 asked.at);
    return got;
}

// How much has left so far stands in the answer. When the system takes only a part it has no room
// for more, so the task waits until it has.
io_result kernel::perform(task_record& who, const trap::send_all& asked, seq cause) {
    const auto before = static_cast<std::size_t>(who.answer.value);
    const char* rest = static_cast<const char*>(asked.buffer) + before;
    const io_result sent = send(who, asked.fd, {rest, asked.size - before}, cause, asked.at);
    if (sent.status != io_status::done) return sent;
    who.answer.value += sent.value;
    const auto after = static_cast<std::size_t>(who.answer.value);
    if (asked.sent != nullptr) *asked.sent = after;
    return after == asked.size ? io_result::done(who.answer.value) : io_result::would_block();
}

io_result kernel::send(const task_record& who, int fd, std::string_view bytes, seq cause, site at) {
    const io_result sent = io_.send(fd, bytes.data(), bytes.size());
    told_.did_io("send", fd, sent, shown(bytes.data(), bytes_of(sent), payload_), who.id, cause,
                 at);
    return sent;
}

// More than the buffer has room for is lost, so there is no rest that could be waiting.
io_result kernel::perform(const task_record& who, const trap::receive_from& asked, seq cause) {
    const io_result got = io_.receive_from(asked.fd, asked.buffer, asked.size, *asked.from);
    const bool done = got.status == io_status::done;
    waits_.entry(asked.fd).more = done;  // where one datagram comes, there are often more
    const std::string_view bytes =
        shown(asked.buffer, std::min(bytes_of(got), asked.size), payload_);
    const std::string from = done && told_.on() ? asked.from->to_string() : "";
    told_.did_datagram("receive_from", asked.fd, got, from, bytes, who.id, cause, asked.at);
    return got;
}

io_result kernel::perform(const task_record& who, const trap::send_to& asked, seq cause) {
    const io_result sent = io_.send_to(asked.fd, asked.buffer, asked.size, *asked.to);
    const std::string_view bytes = shown(asked.buffer, asked.size, payload_);
    const std::string to = told_.on() ? asked.to->to_string() : "";
    told_.did_datagram("send_to", asked.fd, sent, to, bytes, who.id, cause, asked.at);
    return sent;
}

// Enters the task in the wait table and makes sure that the driver listens.
//
// Discussion: a descriptor that is not ours may have been closed meanwhile, and its number given to
// another one, of which the driver knows nothing. So the driver is asked again before each wait,
// and before anybody is told that the descriptor is busy. When it says that it did not listen,
// whoever stands here waits for something that is gone.
// So it is for a task that waits for readiness alone (`afresh`): it reads by itself, and nobody
// knows whether it has left anything.
verdict kernel::wait_for_fd(task_record& who, int fd, direction way, site at, bool afresh) {
    const bool writes = way == direction::write;
    if (fd < 0) return refuse(who, refusal::closed);
    if (!waits_.knows(fd) && !io_.exists(fd)) return refuse(who, refusal::system, EBADF);
    fd_entry& entry = waits_.entry(fd);
    const bool listens = writes ? entry.watched_write : entry.watched_read;
    if (afresh) entry.more = true;
    if (afresh || !entry.open || !listens) {
        const io_result heard = listen_to(fd, entry.watched_read || !writes,
                                          entry.watched_write || writes, who.id, who.trap, at);
        // A file on a disk cannot be listened to, but is always ready.
        const bool is_file = heard.status == io_status::failed && heard.value == EPERM;
        if (is_file && entry.open && try_operation(who, true, told_.trap_of(who)))
            return verdict::answered;
        if (heard.status == io_status::failed) return refuse(who, refusal::system, heard.value);
    }
    task_record*& waiting = entry.waiting(way);
    if (waiting != nullptr) return refuse(who, refusal::busy);
    waiting = &who;
    ++waits_.waiting;
    return park(who, wait_kind::fd, 0, at);
}

// Changes what the driver listens to. `by` is none when the loop itself does it.
io_result kernel::listen_to(int fd, bool to_read, bool to_write, task_id by, seq cause, site at) {
    const io_result heard = io_.watch(fd, to_read, to_write);
    fd_entry& entry = waits_.entry(fd);
    // There is no such descriptor, or it is a file of a kind that cannot be listened to.
    const bool is_gone =
        heard.status == io_status::failed && (heard.value == EBADF || heard.value == EPERM);
    const bool is_new = heard.status == io_status::done && heard.value == 1;
    if (entry.is_watched() && (is_gone || is_new)) lose_registration(fd, cause);
    if (heard.status == io_status::failed) return heard;
    const bool before = entry.is_watched();
    const bool after = to_read || to_write;
    if (after && !before) ++waits_.watched;
    plain_ = false;  // turns have it to look at from now on
    if (before && !after) --waits_.watched;
    entry.watched_read = to_read;
    entry.watched_write = to_write;
    told_.watches(fd, to_read, to_write, by, cause, at);
    return heard;
}

// A poll has told that a descriptor is ready: whoever waits for that gets its operation done.
void kernel::fd_became_ready(const readiness& news) {
    if (news.try_first) waits_.entry(news.fd).try_first = true;
    const seq cause = told_.became_ready(news, polled_);
    const bool read_in_vain = news.can_read && !serve(news.fd, direction::read, cause);
    const bool write_in_vain = news.can_write && !serve(news.fd, direction::write, cause);
    // A writer that was served wants no more news: there is room nearly always, and the poll would
    // report it for ever. A reader likely asks again before the next poll.
    const fd_entry& after = waits_.entry(news.fd);
    const bool to_read = after.watched_read && !read_in_vain;
    const bool to_write = after.watched_write && !write_in_vain && after.writer != nullptr;
    if (to_read != after.watched_read || to_write != after.watched_write) {
        listen_to(news.fd, to_read, to_write, task_id::none, cause, {});
    }
}

// Tries the operation of the task that waits, if one does. False: nobody waits.
bool kernel::serve(int fd, direction way, seq cause) {
    task_record* const who = waits_.entry(fd).waiting(way);
    if (who == nullptr) return false;
    // It may be a false alarm; then the task goes on waiting.
    if (try_operation(*who, false, cause)) {
        waits_.remove(fd, way);
        line_up(*who, "fd", task_id::none, cause, {});
    }
    return true;
}

// A descriptor that the kernel opened, accepted or was given: from now on tasks may ask for it.
int kernel::take_in(int fd, seq cause) {
    // The number may have been a foreign descriptor's, which its owner closed without telling us;
    // or it is one that somebody waited for, and that is adopted now.
    if (waits_.entry(fd).is_watched()) io_.watch(fd, false, false);
    lose_registration(fd, cause);
    waits_.entry(fd) = fd_entry{.open = true};
    return fd;
}

// Somebody closed a descriptor behind the kernel's back. Whoever waits on it would wait for ever.
void kernel::lose_registration(int fd, seq cause) {
    const fd_entry lost = waits_.entry(fd);
    for (task_record* waiting : {lost.reader, lost.writer}) {
        if (waiting == nullptr) continue;
        waiting->refuse(refusal::system, EBADF);
        make_ready(*waiting, "closed", who_runs(), cause, {});
    }
    if (lost.is_watched()) forget(fd, cause, {});
}

// The driver does not listen to it any more.
void kernel::forget(int fd, seq cause, site at) {
    fd_entry& entry = waits_.entry(fd);
    entry.watched_read = entry.watched_write = false;
    --waits_.watched;
    told_.forgot(fd, who_runs(), cause, at);
}

}  // namespace giambio
