// Files off the loop: what is written is read again, and errors name the file.
//
// Each test has a folder of its own below the system's temporary one.
#include "tests/catch.hpp"

#include <giambio.hpp>

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

class own_folder {
public:
    own_folder()
        : path_(std::filesystem::temp_directory_path() /
                ("giambio-files-" + std::to_string(getpid()))) {
        std::filesystem::create_directory(path_);
    }
    ~own_folder() { std::filesystem::remove_all(path_); }
    own_folder(const own_folder&) = delete;
    own_folder& operator=(const own_folder&) = delete;
    std::string file(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

template <class Program>
void run_in_both_worlds(Program program) {
    {
        const own_folder here;
        async_scheduler{}.start(program(here));
    }
    const own_folder here;
    async_scheduler{simulated{}}.start(program(here));
}

// The number and sentence of the io_error that ends a body.
struct failure_seen {
    int code = 0;
    std::string sentence;
};
template <class T>
coroutine<failure_seen> failure_of(coroutine<T> body) {
    try {
        co_await std::move(body);
    } catch (const io_error& error) {
        co_return failure_seen{error.code(), error.what()};
    }
    co_return failure_seen{};
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("row 120: a whole file is written, replaced and read") {
    run_in_both_worlds([](const own_folder& here) -> coroutine<> {
        const std::string name = here.file("whole");
        const std::string much(3'000'000, 'x');
        co_await write_file(name, much);
        const std::string read = co_await read_file(name);
        CHECK(read == much);
        co_await write_file(name, "short");
        const std::string again = co_await read_file(name);
        CHECK(again == "short");
        co_await write_file(name, "");
        const std::string nothing = co_await read_file(name);
        CHECK(nothing.empty());
    });
}

TEST_CASE("row 120: a file is read in parts, moved in, measured and added to") {
    run_in_both_worlds([](const own_folder& here) -> coroutine<> {
        const std::string name = here.file("parts");
        async_file made = co_await async_file::open(name, file_mode::create_new);
        co_await made.write_all("0123456789");
        const std::size_t place = co_await made.seek(-4, seek_from::end);
        const std::string part = co_await made.read_some(2);
        const std::string rest = co_await made.read_all();
        const std::string end = co_await made.read_some(2);
        CHECK(place == 6);
        CHECK(part == "67");
        CHECK(rest == "89");
        CHECK(end.empty());
        co_await made.sync();
        co_await made.close();
        co_await made.close();
        CHECK(!made.is_open());

        async_file more = co_await async_file::open(name, file_mode::append);
        co_await more.write_all("ab");
        const std::size_t size = co_await more.size();
        CHECK(size == 12);
        async_file changed = co_await async_file::open(name, file_mode::update);
        co_await changed.seek(2);
        co_await changed.write_all("--");
        const std::string all = co_await read_file(name);
        CHECK(all == "01--456789ab");
    });
}

TEST_CASE("row 120: an error has its number and names the file") {
    run_in_both_worlds([](const own_folder& here) -> coroutine<> {
        const std::string name = here.file("missing");
        const failure_seen missing = co_await failure_of(read_file(name));
        CHECK(missing.code == ENOENT);
        CHECK(contains(missing.sentence, name));
        co_await write_file(name, "there");
        const failure_seen there =
            co_await failure_of(async_file::open(name, file_mode::create_new));
        CHECK(there.code == EEXIST);
        async_file to_read = co_await async_file::open(name);
        const failure_seen not_for_writing = co_await failure_of(to_read.write_all("x"));
        CHECK(not_for_writing.code == EBADF);
        co_await to_read.close();
        bool closed = false;
        try {
            co_await to_read.read_all();
        } catch (const resource_closed&) {
            closed = true;
        }
        CHECK(closed);
    });
}

TEST_CASE("row 120: one task at a time uses a file, the loop goes on, a cancel finds it whole") {
    run_in_both_worlds([](const own_folder& here) -> coroutine<> {
        const std::string name = here.file("shared");
        async_file shared = co_await async_file::open(name, file_mode::write);
        const std::string much(1'000'000, 'x');
        const task<> writing = spawn(shared.write_all(much));
        co_await yield();
        bool busy = false;
        try {
            co_await shared.size();
        } catch (const resource_busy&) {
            busy = true;
        }
        CHECK(busy);
        co_await writing.join();

        const task<> cancelled_one = spawn(shared.write_all(much));
        co_await yield();
        co_await cancelled_one.cancel_and_wait();
        const std::size_t size = co_await shared.size();  // nobody writes any more
        CHECK(size >= much.size());
        CHECK(now() < 60s);
    });
}

TEST_CASE("a file that goes away while a task uses it is closed when the operation is over") {
    run_in_both_worlds([](const own_folder& here) -> coroutine<> {
        const std::string name = here.file("gone");
        const std::string much(1'000'000, 'x');
        auto shared = std::make_unique<async_file>();
        *shared = co_await async_file::open(name, file_mode::write);
        const task<> writing = spawn(shared->write_all(much));
        co_await yield();
        shared.reset();
        co_await writing.join();
        const std::string read = co_await read_file(name);
        CHECK(read.size() == much.size());
    });
}
