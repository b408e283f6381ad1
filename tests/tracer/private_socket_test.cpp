// The private socket where the machine has no more to give: no thread.
//
// Not here: what is said through it (tests/live/follow_test.py, tests/stepping/monitor_test.py).
// Kept true: the limits of this process are what they were when a test has ended.
#include "tracer/private_socket.hpp"
#include "tests/catch.hpp"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

using namespace giambio;
namespace fs = std::filesystem;

namespace {

// A name for a socket, in a folder that is gone afterwards.
struct own_name {
    own_name() {
        std::string name = (fs::temp_directory_path() / "giambio-socket-XXXXXX").string();
        folder = mkdtemp(name.data());
        path = (folder / "socket").string();
    }
    ~own_name() { fs::remove_all(folder); }
    own_name(const own_name&) = delete;
    own_name& operator=(const own_name&) = delete;
    fs::path folder;
    std::string path;
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
