// The command that tells a trace while it is being written: from a file that grows, or a socket.
//
// It ends with the footer, or when the program that is followed has ended. Not here: what the lines
// tell (tracer/model/following.cpp), the other end of the socket (tracer/live_outlet.cpp).
// Kept true: what has come is printed before it waits for more.
// Internal to tracer/.
#include "tracer/commands/commands.hpp"
#include "tracer/model/following.hpp"
#include "tracer/model/reader.hpp"
#include "tracer/model/unpacker.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace giambio::trace::commands {
namespace {

constexpr std::chrono::milliseconds pause{20};
constexpr std::string_view socket_prefix = "unix:";

struct options {
    std::string from;
    bool json = false;
};

void say(const std::string& text) {
    std::fprintf(stderr, "giambio trace: %s\n", text.c_str());
}

// What has come is told, in words or as it is.
class teller {
public:
    explicit teller(bool json) : json_(json) {}

    void tell(std::string_view bytes) {
        const std::string words = lines_.feed(bytes);
        print(json_ ? bytes : std::string_view(words));
        finish_printing();
    }
    bool has_ended() const { return lines_.has_ended(); }
    bool has_begun() const { return lines_.has_begun(); }

private:
    bool json_;
    following lines_;
};

// --- a file

class growing_file {
public:
    explicit growing_file(std::string path) : path_(std::move(path)) {}
    ~growing_file() { close(); }
    growing_file(const growing_file&) = delete;
    growing_file& operator=(const growing_file&) = delete;

    // True when the file is another one than before, or was emptied: it begins again.
    bool begins_again() {
        struct stat there {};
        if (::stat(path_.c_str(), &there) != 0) return false;
        struct stat open {};
        const bool same = fd_ >= 0 && ::fstat(fd_, &open) == 0 && open.st_ino == there.st_ino &&
                          open.st_dev == there.st_dev && there.st_size >= read_;
        if (same) return false;
        close();
        fd_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd_ < 0)
            throw unreadable(path_ + " cannot be opened (" + std::strerror(errno) +
                             "). Check its permissions.");
        read_ = 0;
        unpacking_.reset();
        return true;
    }

    // What has been added since; empty when nothing was. Of a damage is spoken when all that stands
    // before it was told.
    std::string_view next() {
        if (unpacking_ && !unpacking_->fault().empty())
            throw unreadable(path_ + ": " + unpacking_->fault());
        const ssize_t count = fd_ < 0 ? 0 : ::read(fd_, bytes_.data(), bytes_.size());
        if (count < 0 && errno != EINTR) refuse(errno);
        if (count <= 0) return {};
        std::string_view came(bytes_.data(), static_cast<std::size_t>(count));
        if (read_ == 0 && is_packed(came)) unpacking_.emplace();
        read_ += count;
        if (!unpacking_) return came;
        text_.clear();
        while (const std::size_t more = unpacking_->step(came, room_)) text_.append(room_, 0, more);
        return text_;
    }

private:
    [[noreturn]] void refuse(int why) const {
        if (why == EISDIR)
            throw unreadable(path_ + " is a directory. Name the trace file inside it.");
        throw unreadable(path_ + " cannot be read (" + std::strerror(why) +
                         "). Copy it to another disk and try again.");
    }

    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

    std::string path_;
    int fd_ = -1;
    off_t read_ = 0;
    std::vector<char> bytes_ = std::vector<char>(1 << 18);
    std::optional<unpacker> unpacking_;
    std::string room_ = std::string(1 << 18, ' ');
    std::string text_;
};

void follow_file(const options& wanted) {
    growing_file file(wanted.from);
    std::unique_ptr<teller> told;
    for (;;) {
        std::string_view more = file.next();
        if (more.empty()) {
            if (told != nullptr && told->has_ended()) return;
            if (!file.begins_again()) {
                if (told == nullptr) say(wanted.from + " is not there yet; waiting for it");
                if (told == nullptr) told = std::make_unique<teller>(wanted.json);
                std::this_thread::sleep_for(pause);
                continue;
            }
            if (told != nullptr && told->has_begun()) say(wanted.from + " begins again");
            told = std::make_unique<teller>(wanted.json);
            continue;
        }
        told->tell(more);
    }
}

// --- a socket

// Connected, or -1 while nobody is there.
int connect_to(const std::string& path) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof at.sun_path)
        throw unreadable("The path of a socket must have 1 to 107 bytes: " + path);
    std::memcpy(at.sun_path, path.c_str(), path.size() + 1);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0) return fd;
    const int why = errno;
    ::close(fd);
    if (why == ENOENT || why == ECONNREFUSED || why == EAGAIN) return -1;
    throw unreadable("unix:" + path + " cannot be followed (" + std::strerror(why) + ").");
}

void follow_socket(const options& wanted) {
    const std::string path = wanted.from.substr(socket_prefix.size());
    int fd = connect_to(path);
    if (fd < 0) say(wanted.from + " is not there yet; waiting for it");
    for (; fd < 0; fd = connect_to(path)) std::this_thread::sleep_for(pause);
    teller told(wanted.json);
    std::vector<char> bytes(1 << 18);
    for (bool first = true;; first = false) {
        const ssize_t count = ::recv(fd, bytes.data(), bytes.size(), 0);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        const std::string_view came(bytes.data(), static_cast<std::size_t>(count));
        if (first && came.starts_with("{\"busy\":"))
            throw unreadable(wanted.from + " is followed by another already; one at a time can.");
        told.tell(came);
    }
    ::close(fd);
    if (told.has_ended()) return;
    say("the program has ended without a footer: it was killed, or this follower was too slow");
    throw CLI::RuntimeError(1);
}

}  // namespace

void add_follow(CLI::App& app) {
    CLI::App& command = *app.add_subcommand("follow", "Tells a trace while it is being written");
    const auto wanted = std::make_shared<options>();
    command
        .add_option("FROM", wanted->from,
                    "The trace file, or unix:PATH as in the program's GIAMBIO_TRACE; it may come "
                    "later")
        ->required();
    command.add_flag("--json", wanted->json, "The lines as they are, not in words");
    command.footer(
        "Ends with the run, with 0; with 1 when the program was killed. Ctrl-C ends it sooner.");
    command.callback([wanted] {
        wanted->from.starts_with(socket_prefix) ? follow_socket(*wanted) : follow_file(*wanted);
    });
}

}  // namespace giambio::trace::commands
