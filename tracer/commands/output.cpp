// Opens, writes and closes; removes what was not finished.
//
// Internal to tracer/.
#include "tracer/commands/output.hpp"

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <sys/stat.h>

namespace giambio::trace::commands {

output::output(std::string path)
    : path_(std::move(path)), file_(path_ == "-" ? stdout : std::fopen(path_.c_str(), "wbe")) {
    if (file_ == nullptr) fail();
}

// A device, such as /dev/null, is not ours to remove.
output::~output() {
    if (is_done_ || file_ == stdout) return;
    struct stat about {};
    const bool is_file = ::fstat(::fileno(file_), &about) == 0 && S_ISREG(about.st_mode);
    std::fclose(file_);
    if (is_file) std::remove(path_.c_str());
}

void output::fail() const {
    throw std::runtime_error("cannot write " + path_ + ": " + std::strerror(errno));
}

void output::write(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail();
}

void output::finish() {
    if (std::fflush(file_) != 0) fail();
    is_done_ = true;
    if (file_ != stdout && std::fclose(file_) != 0) fail();
}

}  // namespace giambio::trace::commands
