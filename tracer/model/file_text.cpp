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
    if (is_packed(bytes_)) unpack();
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
    if (is_packed(bytes_)) unpack();
}

bool file_text::map(int descriptor) {
    struct stat facts {};
    if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_size == 0)
        return false;
    const auto size = static_cast<std::size_t>(facts.st_size);
    void* const place = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (place == MAP_FAILED) return false;
    mapped_ = place;
    bytes_ = {static_cast<const char*>(place), size};
    return true;
}

// The packed bytes are not needed afterwards.
void file_text::unpack() {
    unpacker unpacking;
    std::string_view packed = bytes_;
    const std::uint64_t most =
        std::max(unpacker::always_allowed, unpacker::most_times * packed.size());
    auto text = std::make_unique<growing_text>(most + 1);
    while (const std::size_t more = unpacking.step(packed, text->room())) text->grow(more);
    fault_ = unpacking.fault_at_end();
    unmap();
    text_ = {};
    unpacked_ = std::move(text);
    bytes_ = unpacked_->bytes();
}

void file_text::unmap() {
    if (mapped_ != nullptr) ::munmap(mapped_, bytes_.size());
    mapped_ = nullptr;
}

file_text::~file_text() {
    unmap();
}

}  // namespace giambio::trace
