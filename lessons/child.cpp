// Starts children with fork and exec, because both streams go into one pipe.
//
// Called by all who start a program. Not here: what is started and why.
// Kept true: between fork and exec only calls are made that are safe there.
// Internal to lessons/.
#include "lessons/child.hpp"

#include "lessons/fault.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace giambio::lessons {
namespace {

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (std::string& each : texts) pointers.push_back(each.data());
    pointers.push_back(nullptr);
    return pointers;
}

// Our own environment with `settings` in place of what had the same names.
std::vector<std::string> environment_with(const std::vector<std::string>& settings) {
    std::vector<std::string> made = settings;
    for (char** each = environ; *each != nullptr; ++each) {
        const std::string_view old = *each;
        const std::string_view name = old.substr(0, old.find('=') + 1);
        bool replaced = false;
        for (const std::string& setting : settings) replaced |= setting.starts_with(name);
        if (!replaced) made.emplace_back(old);
    }
    return made;
}

// In the child: it is killed when we end, also when we are killed and no destructor runs. Whoever
// has ended before the child could ask for it is no longer its parent.
void end_with(pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
}

}  // namespace

std::filesystem::path own_folder() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

child::child(const std::vector<std::string>& command, const std::vector<std::string>& settings,
             output where) {
    const std::string program = (own_folder() / command.at(0)).string();
    if (access(program.c_str(), X_OK) != 0)
        throw fault("the program " + program +
                    " is not there; build giambio first (./giambio lesson)");
    std::vector<std::string> words = command;
    std::vector<std::string> surroundings = environment_with(settings);
    const std::vector<char*> argv = pointers_to(words), envp = pointers_to(surroundings);
    std::array<int, 2> pipe_ends{-1, -1};
    if (where == output::read_by_us && pipe2(pipe_ends.data(), O_CLOEXEC) != 0)
        throw fault(std::string("no pipe could be made: ") + std::strerror(errno));
    std::fflush(nullptr);
    const pid_t we = getpid();
    id_ = fork();
    if (id_ == 0) {
        end_with(we);
        if (where == output::read_by_us) {
            dup2(pipe_ends[1], STDOUT_FILENO);
            dup2(pipe_ends[1], STDERR_FILENO);
            // We interrupt it, which it would not hear when a shell has us in the background.
            signal(SIGINT, SIG_DFL);
        }
        execve(program.c_str(), argv.data(), envp.data());
        _exit(127);
    }
    if (where == output::read_by_us) close(pipe_ends[1]);
    from_ = pipe_ends[0];
    if (id_ < 0) throw fault(program + " could not be started: " + std::strerror(errno));
}

child::~child() {
    if (from_ >= 0) close(from_);
    if (id_ < 0) return;
    kill(id_, SIGKILL);
    wait();
}

std::optional<std::string> child::read_line() {
    std::array<char, 4096> bytes{};
    for (;;) {
        if (const std::size_t end = unread_.find('\n'); end != std::string::npos) {
            std::string line = unread_.substr(0, end);
            unread_.erase(0, end + 1);
            return line;
        }
        const ssize_t got = read(from_, bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR) continue;
        if (got > 0) {
            unread_.append(bytes.data(), static_cast<std::size_t>(got));
        } else if (unread_.empty()) {
            return std::nullopt;
        } else {
            unread_ += '\n';  // the last line may have no end of its own
        }
    }
}

void child::interrupt() {
    if (id_ > 0) kill(id_, SIGINT);
}

int child::wait() {
    int status = 0;
    while (waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace giambio::lessons
