// The parts of an object that calls on it still use when the object itself has gone.
//
// A call that is under way keeps a share of them (`share`), so it ends in order, whoever goes
// first. buffered_stream, message_channel and tls_stream are a shell around this.
// Kept true: when their owner goes, or gets others, the parts are told (`let_go`): they close what
// calls wait for. After a move the owner has none.
// Internal to traps/objects/.
#pragma once

#include <memory>
#include <utility>

namespace giambio {

template <class Parts>
class shared_parts {
public:
    explicit shared_parts(std::shared_ptr<Parts> made) : parts_(std::move(made)) {}
    shared_parts(shared_parts&&) noexcept = default;
    shared_parts& operator=(shared_parts&& other) noexcept {
        let_go();
        parts_ = std::move(other.parts_);
        return *this;
    }
    ~shared_parts() { let_go(); }

    // False: they were moved away.
    explicit operator bool() const { return parts_ != nullptr; }
    Parts* operator->() const { return parts_.get(); }
    // For a call; null when they were moved away.
    const std::shared_ptr<Parts>& share() const { return parts_; }

private:
    void let_go() noexcept {
        if (parts_ != nullptr) parts_->let_go();
    }

    std::shared_ptr<Parts> parts_;
};

}  // namespace giambio
