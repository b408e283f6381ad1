// Starting a process with posix_spawn. See process_start.hpp.
//
// Discussion: between fork and exec a program with threads may call almost nothing. posix_spawn
// does that part, without copying our memory, and tells why the program could not be run.
// Internal to traps/objects/.
#include "traps/objects/process_start.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace giambio {

namespace {

[[noreturn]] void refuse(int code, const std::string& what) {
    throw io_error(code, what + ": " + std::strerror(code));
}

// Above the three numbers that the child uses, so that connecting one does not overwrite another.
// Only this process has it: the child gets copies.
raw_descriptor out_of_the_way(raw_descriptor opened) {
    if (opened.number() > STDERR_FILENO) return opened;
    raw_descriptor moved(fcntl(opened.number(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (moved.number() < 0) refuse(errno, "cannot open a pipe to a process");
    return moved;
}

// What the child is to find at its three descriptors, as a list for posix_spawn.
class wiring {
public:
    wiring() { posix_spawn_file_actions_init(&actions_); }
    ~wiring() { posix_spawn_file_actions_destroy(&actions_); }
    wiring(const wiring&) = delete;
    wiring& operator=(const wiring&) = delete;

    void go_to(const std::string& directory) {
        if (!directory.empty()) {
            posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
        }
    }
    // Connects one of the three; returns our end when it is a pipe.
    raw_descriptor connect(int number, stdio to) {
        switch (to) {
            case stdio::inherit:
                return {};
            case stdio::none:
                posix_spawn_file_actions_addopen(&actions_, number, "/dev/null", O_RDWR, 0);
                return {};
            case stdio::to_output:
                posix_spawn_file_actions_adddup2(&actions_, STDOUT_FILENO, number);
                return {};
            case stdio::pipe:
                break;
        }
        return connect_pipe(number);
    }
    const posix_spawn_file_actions_t* actions() const { return &actions_; }

private:
    raw_descriptor connect_pipe(int number) {
        int ends[2] = {-1, -1};
        if (pipe2(ends, O_CLOEXEC) != 0) refuse(errno, "cannot open a pipe to a process");
        raw_descriptor to_read(ends[0]), to_write(ends[1]);
        to_read = out_of_the_way(std::move(to_read));
        to_write = out_of_the_way(std::move(to_write));
        const bool child_reads = number == STDIN_FILENO;
        raw_descriptor& theirs = child_reads ? to_read : to_write;
        posix_spawn_file_actions_adddup2(&actions_, theirs.number(), number);
        theirs_.push_back(std::move(theirs));
        return std::move(child_reads ? to_write : to_read);
    }

    posix_spawn_file_actions_t actions_{};
    std::vector<raw_descriptor> theirs_;  // closed here when the child has its copies
};

// The list that the system wants, ending with a null.
std::vector<char*> as_pointers(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& each : words) pointers.push_back(each.data());
    pointers.push_back(nullptr);
    return pointers;
}

// The system has one number for a program and for a directory that is not there.
[[noreturn]] void refuse_start(int code, const std::string& program, const std::string& directory) {
    struct stat found {};
    const bool no_directory =
        !directory.empty() && (stat(directory.c_str(), &found) != 0 || !S_ISDIR(found.st_mode));
    if (no_directory) refuse(code, "cannot start '" + program + "' in '" + directory + "'");
    if (code == ENOENT) {
        throw io_error(code, "cannot start '" + program +
                                 "': there is no such program; is it installed, and in PATH?");
    }
    refuse(code, "cannot start '" + program + "'");
}

}  // namespace

spawned_program spawn_program(const command& program, const process_options& options) {
    std::vector<std::string> words = program.words();
    if (words.empty()) throw misuse("a process needs the name of a program");
    if (options.input == stdio::to_output || options.output == stdio::to_output) {
        throw misuse("only a process's errors can go to its output");
    }
    wiring wires;
    spawned_program made;
    made.ours[0] = wires.connect(STDIN_FILENO, options.input);
    made.ours[1] = wires.connect(STDOUT_FILENO, options.output);
    made.ours[2] = wires.connect(STDERR_FILENO, options.errors);
    const std::string directory(options.directory);
    wires.go_to(directory);

    std::vector<std::string> variables;
    if (options.environment) variables = *options.environment;
    std::vector<char*> chosen = as_pointers(variables);
    char** const environment = options.environment ? chosen.data() : environ;
    const int failed = posix_spawnp(&made.id, words[0].c_str(), wires.actions(), nullptr,
                                    as_pointers(words).data(), environment);
    if (failed != 0) refuse_start(failed, words[0], directory);
    watch_for_end(made);
    return made;
}

void watch_for_end(spawned_program& made) {
    made.watch = raw_descriptor(static_cast<int>(syscall(SYS_pidfd_open, made.id, 0)));
    const int code = made.watch.number() < 0 ? errno : 0;
    made.gone = code == ESRCH;
    if (code == 0 || made.gone) return;
    ::kill(made.id, SIGKILL);
    waitpid(made.id, nullptr, 0);
    refuse(code, "cannot watch a process (pidfd_open, Linux 5.3 or later)");
}

}  // namespace giambio
