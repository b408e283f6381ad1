// Where a command writes what it makes: a file, or standard output when it is called `-`.
//
// Called by the commands that make files. Not here: what they write.
// Kept true: when it cannot be written, a sentence is thrown that names the file and the reason,
// and no file is left that looks whole.
// Internal to tracer/.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

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
    [[noreturn]] void fail() const;
    std::string path_;
    std::FILE* file_;
    bool is_done_ = false;
};

}  // namespace giambio::trace::commands
