// What the threads do to files, and how tasks ask for it. See file.hpp.
//
// The upper half runs in threads: system calls that block, one after the other. The lower half runs
// in the loop.
// Internal to traps/objects/.
#include "traps/objects/file.hpp"

#include "traps/objects/raw_descriptor.hpp"
#include "traps/objects/thread.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace giambio {

namespace {

constexpr const char* second_user =
    "another task is using this file; let one task use it, or use a lock";

// After so many bytes a long operation asks whether its task shall stop.
constexpr std::size_t chunk = 256 * 1024;

int flags_of(file_mode mode) {
    switch (mode) {
        case file_mode::read:
            return O_RDONLY;
        case file_mode::write:
            return O_WRONLY | O_CREAT | O_TRUNC;
        case file_mode::append:
            return O_WRONLY | O_CREAT | O_APPEND;
        case file_mode::update:
            return O_RDWR;
        case file_mode::create_new:
            return O_RDWR | O_CREAT | O_EXCL;
    }
    return O_RDONLY;
}

}  // namespace

// --- in a thread

class async_file::on_disk {
public:
    on_disk(const std::string& path, file_mode mode) : path_(path) {
        constexpr mode_t usual_rights = 0666;  // less what the user's mask takes away
        fd_ = raw_descriptor(::open(path.c_str(), flags_of(mode) | O_CLOEXEC, usual_rights));
        if (fd_.number() < 0) fail("open");
    }

    std::string read_some(std::size_t most) const {
        std::string bytes(most, '\0');
        bytes.resize(read_into(bytes.data(), most));
        return bytes;
    }

    std::string read_all() const {
        std::string bytes;
        std::size_t got = 0;
        do {
            stop_if_cancelled();
            const std::size_t before = bytes.size();
            bytes.resize(before + chunk);
            got = read_into(bytes.data() + before, chunk);
            bytes.resize(before + got);
        } while (got > 0);
        return bytes;
    }

    void write_all(std::string_view bytes) const {
        while (!bytes.empty()) {
            stop_if_cancelled();
            const ssize_t put = ::write(fd_.number(), bytes.data(), std::min(bytes.size(), chunk));
            if (put < 0 && errno != EINTR) fail("write to");
            if (put > 0) bytes.remove_prefix(static_cast<std::size_t>(put));
        }
    }

    std::size_t seek(std::int64_t by, seek_from from) const {
        constexpr int origins[] = {SEEK_SET, SEEK_CUR, SEEK_END};
        const off_t reached = lseek(fd_.number(), by, origins[static_cast<std::size_t>(from)]);
        if (reached < 0) fail("move in");
        return static_cast<std::size_t>(reached);
    }

    std::size_t size() const {
        struct stat told {};
        if (fstat(fd_.number(), &told) != 0) fail("ask for the size of");
        return static_cast<std::size_t>(told.st_size);
    }

    void sync() const {
        if (fsync(fd_.number()) != 0) fail("bring to the disk");
    }

    // Linux has closed it, whatever it answers.
    void close() {
        if (::close(fd_.release()) != 0 && errno != EINTR) fail("close");
    }

private:
    [[noreturn]] void fail(const char* what) const {
        const int code = errno;
        throw io_error(code,
                       std::string("cannot ") + what + " '" + path_ + "': " + std::strerror(code));
    }

    std::size_t read_into(char* room, std::size_t most) const {
        while (true) {
            const ssize_t got = ::read(fd_.number(), room, most);
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) fail("read");
        }
    }

    std::string path_;
    raw_descriptor fd_;
};

// --- in the loop

std::shared_ptr<async_file::on_disk> async_file::use() const {
    if (opened_ == nullptr) throw resource_closed("the file is closed");
    return opened_;
}

coroutine<async_file> async_file::open(std::string path, file_mode mode, site at) {
    async_file made;
    made.path_ = std::move(path);
    auto work = [name = made.path_, mode] { return std::make_shared<on_disk>(name, mode); };
    made.opened_ = co_await run_in_thread(std::move(work), {}, at);
    co_return made;
}

coroutine<std::string> async_file::read_some(std::size_t most, site at) {
    const one_at_a_time::turn mine = using_.enter(second_user);
    auto work = [file = use(), most] { return file->read_some(most); };
    co_return co_await run_in_thread(std::move(work), {}, at);
}

coroutine<std::string> async_file::read_all(site at) {
    const one_at_a_time::turn mine = using_.enter(second_user);
    auto work = [file = use()] { return file->read_all(); };
    co_return co_await run_in_thread(std::move(work), {}, at);
}

coroutine<void> async_file::write_all(std::string_view bytes, site at) {
    const one_at_a_time::turn mine = using_.enter(second_user);
    auto work = [file = use(), bytes] { file->write_all(bytes); };
    co_await run_in_thread(std::move(work), {}, at);
}

coroutine<std::size_t> async_file::seek(std::int64_t by, seek_from from, site at) {
    const one_at_a_time::turn mine = using_.enter(second_user);
    auto work = [file = use(), by, from] { return file->seek(by, from); };
    co_return co_await run_in_thread(std::move(work), {}, at);
}

coroutine<std::size_t> async_file::size(site at) {
    const one_at_a_time::turn mine = using_.enter(second_user);
    auto work = [file = use()] { return file->size(); };
    co_return co_await run_in_thread(std::move(work), {}, at);
}

coroutine<void> async_file::sync(site at) {
    const one_at_a_time::turn mine = using_.enter(second_user);
    auto work = [file = use()] { file->sync(); };
    co_await run_in_thread(std::move(work), {}, at);
}

// A second time changes nothing.
coroutine<void> async_file::close(site at) {
    const one_at_a_time::turn mine = using_.enter(second_user);
    if (opened_ == nullptr) {
        co_await checkpoint(at);
        co_return;
    }
    auto work = [file = std::exchange(opened_, nullptr)] { file->close(); };
    co_await run_in_thread(std::move(work), {}, at);
}

coroutine<std::string> read_file(std::string path, site at) {
    auto work = [path] { return async_file::on_disk(path, file_mode::read).read_all(); };
    co_return co_await run_in_thread(std::move(work), {}, at);
}

coroutine<void> write_file(std::string path, std::string bytes, site at) {
    auto work = [path, bytes = std::move(bytes)] {
        async_file::on_disk file(path, file_mode::write);
        file.write_all(bytes);
        file.close();
    };
    co_await run_in_thread(std::move(work), {}, at);
}

}  // namespace giambio
