// Maps a file, or reads what cannot be mapped, and unpacks what is packed.
//
// Not here: lines (reader.cpp).
// Internal to tracer/model/.
#include "tracer/model/file_text.hpp"

#include "tracer/model/reader.hpp"
#include "tracer/model/unpacker.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

namespace giambio::trace {
namespace {

class descriptor {
public:
    explicit descriptor(const char* path) : number_(::open(path, O_RDONLY | O_CLOEXEC)) {}
    ~descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    int number() const { return number_; }

private:
    int number_;
};

std::string all_of(int from, const char* path) {
    constexpr std::size_t block = 1 << 20;
    std::string text;
    for (std::size_t used = 0;;) {
        text.resize(used + block);
        const ssize_t count = ::read(from, text.data() + used, block);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0)
            throw unreadable(std::string(path) + " cannot be read to its end (" +
                             std::strerror(errno) + "). Copy it to another disk and try again.");
        used += static_cast<std::size_t>(count);
        text.resize(used);
        if (count == 0) return text;
    }
}

}  // namespace

file_text::file_text(std::string text) : text_(std::move(text)), bytes_(text_) {
    begin_unpacking();
}

file_text::file_text(const char* path) {
    const descriptor from(path);
    if (from.number() < 0)
        throw unreadable(std::string(path) + " cannot be opened (" + std::strerror(errno) +
                         "). Check the path and its permissions.");
    if (!map(from.number())) {
        text_ = all_of(from.number(), path);
        bytes_ = text_;
    }
    begin_unpacking();
}

bool file_text::map(int descriptor) {
    struct stat facts {};
    if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_size == 0)
        return false;
    const auto size = static_cast<std::size_t>(facts.st_size);
    void* const place = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (place == MAP_FAILED) return false;
    mapped_ = {static_cast<char*>(place), size};
    bytes_ = {mapped_.data(), mapped_.size()};
    return true;
}

// A trace is packed to between an eighth and a sixteenth of its text.
void file_text::begin_unpacking() {
    constexpr std::size_t mostly = 16;
    expected_size_ = bytes_.size();
    if (!is_packed(bytes_)) return;
    expected_size_ *= mostly;
    unpacked_ = std::make_unique<unpacked_text>(bytes_);
    bytes_ = unpacked_->so_far();
}

std::string_view file_text::longer_than(std::size_t known) {
    return unpacked_ != nullptr ? unpacked_->longer_than(known) : bytes_;
}

// The packed bytes are not needed afterwards.
std::string file_text::finish() {
    if (unpacked_ == nullptr) return {};
    std::string fault = unpacked_->finish();
    bytes_ = unpacked_->so_far();
    unmap();
    text_ = {};
    return fault;
}

void file_text::unmap() {
    if (!mapped_.empty()) ::munmap(mapped_.data(), mapped_.size());
    mapped_ = {};
}

file_text::~file_text() {
    unpacked_.reset();  // its thread may still be at work on the file
    unmap();
}

}  // namespace giambio::trace
