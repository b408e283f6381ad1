// Waiting for processes and stopping them. See process.hpp.
//
// The system tells through a descriptor (pidfd) that a process has ended, and one task at a time
// can wait for a descriptor. So one of the waiters waits there, and the others for it.
// Not here: how a process is started (process_start.cpp).
// Internal to traps/objects/.
#include "traps/objects/process.hpp"

#include "traps/objects/pool.hpp"
#include "traps/objects/process_start.hpp"
#include "traps/objects/raw_descriptor.hpp"
#include "traps/timeout.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

namespace giambio {

std::string exit_status::to_string() const {
    if (signal == 0) return "exit code " + std::to_string(code);
    const char* name = sigabbrev_np(signal);
    return "ended by signal " + std::to_string(signal) +
           (name != nullptr ? " (SIG" + std::string(name) + ")" : "");
}

namespace {

// Waits until it has ended, by the descriptor where there is one (see ask_for_end). First for the
// descriptor itself: the loop has made it one that does not block.
void reap(int watch, pid_t id) noexcept {
    pollfd end{watch, POLLIN, 0};
    while (watch >= 0 && poll(&end, 1, -1) < 0 && errno == EINTR) {
    }
    siginfo_t told{};
    const bool asked = waitid(P_PIDFD, static_cast<id_t>(watch), &told, WEXITED) == 0;
    if (asked || errno != EINVAL) return;
    while (waitpid(id, nullptr, 0) < 0 && errno == EINTR) {
    }
}

// A program that may not be killed, such as one that runs as another user, ends when it likes. The
// thread that waits for it is no worker: it may have to stay as long as the program. It has a
// descriptor of its own, because the loop closes the other one.
void reap_beside(int watch, pid_t id) noexcept {
    try {
        raw_descriptor own(watch < 0 ? -1 : fcntl(watch, F_DUPFD_CLOEXEC, 0));
        std::thread([own = std::move(own), id] { reap(own.number(), id); }).detach();
    } catch (const std::exception&) {
        // There are no more threads. A zombie is better than a loop that stands still.
    }
}

}  // namespace

class process::state {
public:
    state(const command& program, const process_options& options, site at)
        : made(spawn_program(program, options)), line("process", at), lost(made.gone) {}
    // Without the wait a zombie would be left.
    ~state() {
        if (ended()) return;
        const int refused = send(SIGKILL);
        if (refused == ESRCH) return;  // it is gone, and the number may be a stranger's
        if (refused == 0) {
            reap(end_watch.number(), made.id);  // killed, so the wait is short
        } else {
            reap_beside(end_watch.number(), made.id);
        }
    }
    state(const state&) = delete;
    state& operator=(const state&) = delete;

    bool ended() const { return status.has_value() || lost; }
    int ask_for_end(siginfo_t& told, int options) const noexcept;
    void tell(const char* operation, int value, site at);
    void look(site at);
    void kill(int signo, site at);
    int send(int signo) const noexcept;
    coroutine<void> watch(site at);
    // These keep the state, whatever becomes of the process object.
    static coroutine<exit_status> wait(std::shared_ptr<state> of, site at);
    static coroutine<exit_status> stop(std::shared_ptr<state> of, duration grace, site at);

    spawned_program made;
    descriptor end_watch;  // readable when the process has ended
    wait_list line;        // those who wait for the one who watches
    bool watched = false;
    std::optional<exit_status> status;
    bool lost = false;  // somebody else has taken the status
    pipe_writer input;
    pipe_reader output;
    pipe_reader errors;
};

namespace {

// Whoever watches lets the next one watch when it is cancelled, and tells all when the end is
// there.
class watching {
public:
    explicit watching(process::state& shared) : state_(shared) { state_.watched = true; }
    ~watching() {
        state_.watched = false;
        while (wake_oldest(state_.line) && state_.ended()) {
        }
    }
    watching(const watching&) = delete;
    watching& operator=(const watching&) = delete;

private:
    process::state& state_;
};

}  // namespace

void process::state::tell(const char* operation, int value, site at) {
    door().object_did(line.id(), operation, task_id::none, value, at);
}

// Has it ended, and how? Returns the system's error, or 0; nothing is told while it runs.
// Discussion: the number may be a stranger's. Where this program ignores SIGCHLD, or another part
// of it waits for its children, the number is free as soon as the process ends. The descriptor
// stands for this process and no other. The run closes it at its end, and before Linux 5.4 nobody
// can be waited for by it; then the process is asked for by number, as a child of ours.
int process::state::ask_for_end(siginfo_t& told, int options) const noexcept {
    const int watch = end_watch.number();
    if (watch >= 0) {
        if (waitid(P_PIDFD, static_cast<id_t>(watch), &told, WEXITED | WNOHANG | options) == 0)
            return 0;
        if (errno != EINVAL) return errno;
    }
    const auto id = static_cast<id_t>(made.id);
    return waitid(P_PID, id, &told, WEXITED | WNOHANG | options) == 0 ? 0 : errno;
}

// Takes the status from the system, if there is one. After that the number may be another
// process's.
void process::state::look(site at) {
    if (ended()) return;
    siginfo_t told{};
    const int failed = ask_for_end(told, 0);
    if (failed == EINTR || (failed == 0 && told.si_pid == 0)) return;
    if (failed != 0) {
        lost = true;
        return tell("end", -1, at);
    }
    const bool by_itself = told.si_code == CLD_EXITED;
    status = by_itself ? exit_status{told.si_status, 0} : exit_status{0, told.si_status};
    tell("end", by_itself ? told.si_status : 128 + told.si_status, at);
}

coroutine<void> process::state::watch(site at) {
    const watching mine(*this);
    co_await readable(end_watch.number(), at);
    look(at);
}

// The status is looked for again after each wait, because another task may have found it.
coroutine<exit_status> process::state::wait(std::shared_ptr<state> of, site at) {
    co_await checkpoint(at);
    while (!of->ended()) {
        if (of->watched) {
            co_await park(of->line, at);
        } else {
            co_await of->watch(at);
        }
    }
    if (of->status) co_return *of->status;
    throw io_error(ECHILD,
                   "the system has kept no exit status: this program ignores SIGCHLD, or another "
                   "part of it has waited for the process");
}

// Returns the system's error, or 0. By the descriptor as long as there is one (ask_for_end).
int process::state::send(int signo) const noexcept {
    const int watch = end_watch.number();
    if (watch >= 0) {
        if (syscall(SYS_pidfd_send_signal, watch, signo, nullptr, 0) == 0) return 0;
        if (errno != ENOSYS) return errno;
    }
    siginfo_t told{};
    if (ask_for_end(told, WNOWAIT) != 0) return ESRCH;
    return ::kill(made.id, signo) == 0 ? 0 : errno;
}

void process::state::kill(int signo, site at) {
    if (ended()) return;
    tell("kill", signo, at);
    const int code = send(signo);
    if (code == 0 || code == ESRCH) return;
    throw io_error(code, std::string("cannot send a signal to a process: ") + std::strerror(code));
}

coroutine<exit_status> process::state::stop(std::shared_ptr<state> of, duration grace, site at) {
    of->kill(SIGTERM, at);
    const std::optional<exit_status> gently = co_await skip_after(grace, wait(of, at), at);
    if (gently) co_return *gently;
    of->kill(SIGKILL, at);
    co_return co_await wait(of, at);
}

// --- the process as a program holds it

process start_process(const command& program, const process_options& options, site at) {
    if (door().time_is_virtual()) {
        throw misuse("a process runs on the machine's clock; there is none in the simulated world");
    }
    const auto started = std::make_shared<process::state>(program, options, at);
    const auto take_over = [at](raw_descriptor& end) {
        if (end.number() < 0) return descriptor();
        descriptor taken = wrap_descriptor(end.number(), at);
        end.release();
        return taken;
    };
    spawned_program& made = started->made;
    started->end_watch = take_over(made.watch);
    started->input = pipe_writer(take_over(made.ours[0]));
    started->output = pipe_reader(take_over(made.ours[1]));
    started->errors = pipe_reader(take_over(made.ours[2]));
    started->tell("start", 0, at);
    if (made.gone) started->tell("end", -1, at);
    return process(started);
}

// A task that waits goes on with the status; when nobody does, the state looks after the rest.
process::~process() {
    if (state_ != nullptr && !state_->ended()) state_->send(SIGKILL);
}

const std::shared_ptr<process::state>& process::started() const {
    if (state_ == nullptr) throw misuse("this process was moved away; use the one it went to");
    return state_;
}

coroutine<exit_status> process::wait(site at) {
    return state::wait(started(), at);
}

coroutine<exit_status> process::stop(duration grace, site at) {
    return shielded(state::stop(started(), grace, at), at);
}

std::optional<exit_status> process::status(site at) {
    started()->look(at);
    return state_->status;
}

void process::kill(int signo, site at) {
    started()->kill(signo, at);
}

int process::id() const {
    return started()->made.id;
}

namespace {

template <class End>
End& end_of(End& end, const char* sentence) {
    if (end.number() < 0) throw misuse(sentence);
    return end;
}

}  // namespace

pipe_writer& process::input() {
    return end_of(started()->input, "this process's input is no pipe, or is closed");
}
pipe_reader& process::output() {
    return end_of(started()->output, "this process's output is no pipe, or is closed");
}
pipe_reader& process::errors() {
    return end_of(started()->errors, "this process's errors are no pipe, or are closed");
}

}  // namespace giambio
