// A program that the lesson runner started: its environment, its output, its end.
//
// running.cpp, demo.cpp and viewer.cpp start children. Not here: which program, what it prints.
// Kept true: a child does not outlive its object, nor this process, however that ends; it is killed
// when nobody has waited for it.
// Internal to lessons/.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace giambio::lessons {

// The folder that this program was started from: the other programs of the project stand beside it.
std::filesystem::path own_folder();

// What the child's standard output and standard error become.
enum class output { inherited, read_by_us };

class child {
public:
    // `command` is a program beside this one, and its arguments; `settings` are "NAME=value".
    // Throws fault when the program is not there.
    child(const std::vector<std::string>& command, const std::vector<std::string>& settings,
          output where);
    ~child();
    child(const child&) = delete;
    child& operator=(const child&) = delete;

    // The next line of its output (both streams as one), without the newline; absent when it ended.
    std::optional<std::string> read_line();

    void interrupt();  // what Ctrl-C does; for one whose output we read
    int wait();        // its exit code; 128 + n when signal n ended it

private:
    pid_t id_ = -1;
    int from_ = -1;
    std::string unread_;
};

}  // namespace giambio::lessons
