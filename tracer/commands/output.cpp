// Opens, writes and closes; removes what was not finished, also when a signal ends the program.
//
// Kept true: no signal comes between making or naming a file and noting it, so that a file of
// somebody else is never removed. One output is open at a time.
// Internal to tracer/.
#include "tracer/commands/output.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace giambio::trace::commands {
namespace {

// Where the links of this path lead at last, also when nothing is there.
std::string behind_links(std::filesystem::path path) {
    constexpr int most = 40;  // as many as the system follows
    std::error_code ignored;
    for (int i = 0; i < most && std::filesystem::is_symlink(path, ignored); ++i)
        path = path.parent_path() / std::filesystem::read_symlink(path, ignored);
    return path;
}

// The name of the file that is not finished yet; nullptr: there is none.
std::atomic<const char*> unfinished = nullptr;

// What a user or the system ends a command by: Ctrl-C, kill, a closed terminal, `ulimit -f`.
constexpr int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGXFSZ};

// The system gave the signal its usual meaning back before it called us: raised again, it ends the
// program as if nobody had listened. Only calls that a signal may make at any time stand here.
void remove_unfinished(int signal) {
    if (const char* name = unfinished) ::unlink(name);
    std::raise(signal);
}

// A signal that is ignored, as Ctrl-C is behind `&` or SIGHUP under nohup, stays ignored.
void listen_for_the_end() {
    for (const int each : ends) {
        struct sigaction now {};
        if (::sigaction(each, nullptr, &now) != 0 || now.sa_handler != SIG_DFL) continue;
        now.sa_handler = remove_unfinished;
        now.sa_flags = static_cast<int>(SA_RESETHAND);
        ::sigaction(each, &now, nullptr);
    }
}

// The signals wait while this lives.
class without_signals {
public:
    without_signals() {
        sigset_t all;
        sigemptyset(&all);
        for (const int each : ends) sigaddset(&all, each);
        pthread_sigmask(SIG_BLOCK, &all, &before_);
    }
    ~without_signals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    without_signals(const without_signals&) = delete;
    without_signals& operator=(const without_signals&) = delete;

private:
    sigset_t before_{};
};

}  // namespace

output::output(std::string path) : path_(std::move(path)), file_(stdout) {
    // Behind /dev/stdout may be a file of the shell's, in which more stands than what we write.
    if (path_ == "-" || path_ == "/dev/stdout") return;
    struct stat old {};
    const bool is_there = ::stat(path_.c_str(), &old) == 0;
    if (!is_there && errno != ENOENT) fail(path_);
    // A device, a pipe, and a file that has lost its name, are written as they are.
    if (is_there && (!S_ISREG(old.st_mode) || old.st_nlink == 0)) {
        file_ = std::fopen(path_.c_str(), "wbe");
        if (file_ == nullptr) fail(path_);
        return;
    }
    path_ = behind_links(path_);
    if (is_there && ::access(path_.c_str(), W_OK) != 0) fail(path_);
    open_part();
    if (is_there) take_after(old);
}

output::~output() {
    if (file_ != nullptr && file_ != stdout) std::fclose(file_);
    if (part_.empty()) return;
    const without_signals held;
    std::remove(part_.c_str());
    unfinished = nullptr;
}

// Under a name that nobody has, in the same folder, so that it can take the other's name.
void output::open_part() {
    listen_for_the_end();
    const without_signals held;
    std::string name;
    for (int number = 0;; ++number) {
        name = path_ + ".part" + std::to_string(number);
        file_ = std::fopen(name.c_str(), "wbxe");
        if (file_ != nullptr || errno != EEXIST) break;
    }
    if (file_ == nullptr) fail(name);
    part_ = name;
    unfinished = part_.c_str();
}

// Owner and rights of the old file, as far as the system lets us: only root can give a file away.
void output::take_after(const struct stat& old) {
    [[maybe_unused]] const int given = ::fchown(::fileno(file_), old.st_uid, old.st_gid);
    [[maybe_unused]] const int ruled = ::fchmod(::fileno(file_), old.st_mode & 07777U);
}

void output::fail(const std::string& what) {
    throw std::runtime_error("cannot write " + what + ": " + std::strerror(errno));
}

void output::write(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail(path_);
}

void output::finish() {
    if (std::fflush(file_) != 0) fail(path_);
    if (file_ == stdout) return;
    if (std::fclose(std::exchange(file_, nullptr)) != 0) fail(path_);
    if (part_.empty()) return;
    const without_signals held;
    if (std::rename(part_.c_str(), path_.c_str()) != 0) fail(path_);
    unfinished = nullptr;
    part_.clear();
}

}  // namespace giambio::trace::commands
