// Files, read and written beside the loop: the system has no way to wait for a disk without
// standing still, so each operation is a function in a thread (thread.hpp).
//
//     std::string text = co_await read_file("notes.txt");
//     async_file log = co_await async_file::open("log.txt", file_mode::append);
//     co_await log.write_all("one more line\n");
//
// They work in the simulated world too, where they take no time.
// Not here: pipes and terminals, which can make a thread wait for ever (pipe.hpp).
// Kept true: one task at a time uses a file. A task that is cancelled waits for the end of the
// operation, so what it reads into and writes from is safe.
// Public.
#pragma once

#include "traps/objects/descriptor.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace giambio {

enum class file_mode : std::uint8_t {
    read,        // it must be there
    write,       // made, or emptied
    append,      // made when it is not there; every write goes to its end
    update,      // it must be there; read and written
    create_new,  // it must not be there; read and written
};

// From where `seek` counts.
enum class seek_from : std::uint8_t { start, here, end };

class async_file {
public:
    // Throws io_error with the file's name.
    static coroutine<async_file> open(std::string path, file_mode mode = file_mode::read,
                                      site at = site::current());
    // No file yet.
    async_file() = default;

    // At most `most` bytes from where the file stands; empty: it is at its end.
    coroutine<std::string> read_some(std::size_t most, site at = site::current());
    // Everything from where it stands.
    coroutine<std::string> read_all(site at = site::current());
    // `bytes` must live until it returns. Cancelled in the middle it may have written a part.
    coroutine<void> write_all(std::string_view bytes, site at = site::current());
    // Returns the new place, counted from the start.
    coroutine<std::size_t> seek(std::int64_t by, seek_from from = seek_from::start,
                                site at = site::current());
    coroutine<std::size_t> size(site at = site::current());
    // What was written is on the disk when it returns.
    coroutine<void> sync(site at = site::current());
    // Throws when the system says at the very end that something could not be written. Without it
    // the file is closed when this goes away.
    coroutine<void> close(site at = site::current());

    bool is_open() const { return opened_ != nullptr; }
    const std::string& path() const { return path_; }

    class on_disk;

private:
    std::shared_ptr<on_disk> use() const;

    std::shared_ptr<on_disk> opened_;  // shared with the thread that works on it
    std::string path_;
    one_at_a_time using_;
};

// The whole file. Throws io_error with its name.
coroutine<std::string> read_file(std::string path, site at = site::current());
// Makes the file, or replaces what is in it.
coroutine<void> write_file(std::string path, std::string bytes, site at = site::current());

}  // namespace giambio
