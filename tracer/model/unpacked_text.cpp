// The thread that unpacks, and those who wait for it. See unpacked_text.hpp.
// Internal to tracer/model/.
#include "tracer/model/unpacked_text.hpp"

#include <algorithm>
#include <cstdint>

namespace giambio::trace {
namespace {

// So much is unpacked before the reader hears of it: little enough to be in a cache still when he
// comes to it, and enough that telling costs nothing beside it.
constexpr std::size_t piece = std::size_t{256} << 10;

std::size_t most_text(std::string_view packed) {
    return std::max(unpacker::always_allowed, unpacker::most_times * packed.size()) + 1;
}

}  // namespace

unpacked_text::unpacked_text(std::string_view packed)
    : packed_(packed),
      text_(most_text(packed)),
      thread_([this](const std::stop_token& unwanted) { unpack(unwanted); }) {}

std::string_view unpacked_text::so_far() {
    const std::lock_guard held(mutex_);
    return {text_.begin(), there_};
}

std::string_view unpacked_text::longer_than(std::size_t known) {
    std::unique_lock held(mutex_);
    grown_.wait(held, [&] { return there_ > known || ended_; });
    if (error_ != nullptr) std::rethrow_exception(error_);
    return {text_.begin(), there_};
}

std::string unpacked_text::finish() {
    {
        std::unique_lock held(mutex_);
        grown_.wait(held, [this] { return ended_; });
        if (error_ != nullptr) std::rethrow_exception(error_);
    }
    return unpacking_.fault_at_end();
}

void unpacked_text::unpack(const std::stop_token& unwanted) {
    std::exception_ptr error;
    try {
        unpack_all(unwanted);
    } catch (...) {
        error = std::current_exception();
    }
    const std::lock_guard held(mutex_);
    error_ = error;
    ended_ = true;
    grown_.notify_all();
}

void unpacked_text::unpack_all(const std::stop_token& unwanted) {
    while (!unwanted.stop_requested()) {
        const std::span<char> room = text_.room();
        const std::size_t more = unpacking_.step(packed_, room.first(std::min(piece, room.size())));
        if (more == 0) return;
        text_.grow(more);
        const std::lock_guard held(mutex_);
        there_ += more;
        grown_.notify_all();
    }
}

}  // namespace giambio::trace
