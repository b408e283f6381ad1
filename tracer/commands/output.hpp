// Where a command writes what it makes: a file, or standard output when it is called `-` or
// /dev/stdout.
//
// Called by the commands that make files. Not here: what they write.
// Kept true: when it cannot be written, a sentence is thrown that names the file and the reason. A
// file that is there stays as it is, and may be read, until `finish` puts the new one in its place;
// nothing else is left, also when a signal ends the program.
// Internal to tracer/.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include <sys/stat.h>

namespace giambio::trace::commands {

class output {
public:
    explicit output(std::string path);
    ~output();
    output(const output&) = delete;
    output& operator=(const output&) = delete;

    void write(std::string_view text);
    void finish();

    // Where a command says what it has made: not in the middle of what it makes.
    std::FILE* beside() const { return file_ == stdout ? stderr : stdout; }

private:
    void open_part();
    void take_after(const struct stat& old);
    [[noreturn]] static void fail(const std::string& what);

    std::string path_;
    std::string part_;  // the name of the new file until it is finished; empty: written directly
    std::FILE* file_;
};

}  // namespace giambio::trace::commands
