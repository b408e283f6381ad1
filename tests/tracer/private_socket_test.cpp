// The private socket where the machine has no more to give: no thread, no descriptor.
//
// Not here: what is said through it (tests/live/follow_test.py, tests/stepping/monitor_test.py).
// Kept true: the limits of this process are what they were when a test has ended.
#include "tracer/private_socket.hpp"
#include "tests/catch.hpp"
#include "tests/tracer/own_folder.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <string>

using namespace giambio;
namespace fs = std::filesystem;

namespace {

// A name for a socket.
struct own_name {
    own_folder folder;
    std::string path = (folder.path / "socket").string();
};

// No thread can be made meanwhile: its stack would be larger than any memory.
class without_threads {
public:
    without_threads() {
        pthread_getattr_default_np(&before_);
        pthread_attr_t endless;
        pthread_attr_init(&endless);
        pthread_attr_setstacksize(&endless, std::size_t{1} << 60);
        REQUIRE(pthread_setattr_default_np(&endless) == 0);
        pthread_attr_destroy(&endless);
    }
    ~without_threads() {
        pthread_setattr_default_np(&before_);
        pthread_attr_destroy(&before_);
    }
    without_threads(const without_threads&) = delete;
    without_threads& operator=(const without_threads&) = delete;

private:
    pthread_attr_t before_{};
};

// No descriptor can be opened meanwhile.
class without_descriptors {
public:
    without_descriptors() {
        const int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
        close(next);
        getrlimit(RLIMIT_NOFILE, &before_);
        rlimit none_left = before_;
        none_left.rlim_cur = static_cast<rlim_t>(next);
        REQUIRE(setrlimit(RLIMIT_NOFILE, &none_left) == 0);
    }
    ~without_descriptors() { setrlimit(RLIMIT_NOFILE, &before_); }
    without_descriptors(const without_descriptors&) = delete;
    without_descriptors& operator=(const without_descriptors&) = delete;

private:
    rlimit before_{};
};

int knock_at(const std::string& path) {
    const int guest = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::memcpy(at.sun_path, path.c_str(), path.size() + 1);
    REQUIRE(connect(guest, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
    return guest;
}

sigset_t held_back() {
    sigset_t now;
    pthread_sigmask(SIG_SETMASK, nullptr, &now);
    return now;
}

}  // namespace

TEST_CASE("without a thread there is no socket, and the program's signals are what they were") {
    const own_name name;
    private_socket refused(name.path, "no followers", "GIAMBIO_TRACE");
    REQUIRE(refused.is_open());
    {
        const without_threads meanwhile;
        refused.serve([] {});
    }
    CHECK_FALSE(refused.is_open());
    CHECK_FALSE(fs::exists(name.path));
    const sigset_t now = held_back();
    CHECK(sigismember(&now, SIGTERM) == 0);
}

TEST_CASE(
    "where no descriptor is left a guest waits for a while, and is let in when there is one") {
    const own_name name;
    private_socket door(name.path, "no followers", "GIAMBIO_TRACE");
    const int guest = knock_at(name.path);
    std::array<pollfd, 2> seen{};
    {
        const without_descriptors meanwhile;
        REQUIRE(door.poll(seen));
        CHECK(seen[1].revents == POLLIN);
        CHECK(door.welcome() < 0);
        REQUIRE(door.poll(seen));  // a poll that saw the guest would return at once, for ever
        CHECK(seen[1].revents == 0);
        REQUIRE(door.poll(seen));
        CHECK(seen[1].revents == POLLIN);
        CHECK(door.welcome() < 0);
        door.ring();
        REQUIRE(door.poll(seen));
        CHECK(seen[0].revents == POLLIN);
    }
    REQUIRE(door.poll(seen));
    CHECK(seen[1].revents == POLLIN);
    const int let_in = door.welcome();
    CHECK(let_in >= 0);
    close(let_in);
    close(guest);
}
