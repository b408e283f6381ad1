// A stream in memory whose bytes can be cut, changed or held up: what hostile networks do.
//
// It has the three calls that TLS asks of a stream and nothing else.
// Internal to tests/tls/.
#pragma once

#include <giambio.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tls_test {

// One direction.
struct pipe {
    explicit pipe(std::size_t capacity) : pieces(capacity) {}
    giambio::queue<std::string> pieces;  // an empty one is the end
    std::size_t passed = 0;              // bytes so far
    std::optional<std::size_t> cut_at;   // the end comes after so many
    std::size_t piece = 0;               // sends go out in so many bytes, others run in between
    std::optional<std::size_t> flip_at;  // this byte is changed
};

class memory_end {
public:
    memory_end(std::shared_ptr<pipe> in, std::shared_ptr<pipe> out)
        : in_(std::move(in)), out_(std::move(out)) {}
    memory_end(memory_end&&) = default;
    memory_end& operator=(memory_end&&) = delete;
    ~memory_end() { close(); }

    giambio::coroutine<std::string> receive(std::size_t size) {
        if (left_.empty() && !ended_) left_ = co_await in_->pieces.get();
        ended_ = left_.empty();
        const std::string got = left_.substr(0, size);
        left_.erase(0, got.size());
        co_return got;
    }

    giambio::coroutine<void> send_all(std::string_view bytes) {
        std::string sent(bytes);
        const std::size_t before = out_->passed;
        out_->passed += sent.size();
        if (out_->flip_at && *out_->flip_at >= before && *out_->flip_at < out_->passed) {
            char& hit = sent[*out_->flip_at - before];
            hit = static_cast<char>(hit ^ 0x41);
        }
        const bool cut = out_->cut_at && *out_->cut_at < out_->passed;
        if (cut) sent.resize(*out_->cut_at > before ? *out_->cut_at - before : 0);
        while (out_->piece > 0 && sent.size() > out_->piece) {
            co_await out_->pieces.put(sent.substr(0, out_->piece));
            sent.erase(0, out_->piece);
            co_await giambio::yield();
        }
        if (!sent.empty()) co_await out_->pieces.put(sent);
        if (cut) close();
    }

    void close() {
        if (out_ && !closed_) out_->pieces.try_put("");
        closed_ = true;
    }

private:
    std::shared_ptr<pipe> in_;
    std::shared_ptr<pipe> out_;
    std::string left_;
    bool ended_ = false;
    bool closed_ = false;
};

struct memory_pair {
    explicit memory_pair(std::size_t capacity = giambio::queue<std::string>::unbounded)
        : to_server(std::make_shared<pipe>(capacity)),
          to_client(std::make_shared<pipe>(capacity)) {}
    memory_end client() const { return {to_client, to_server}; }
    memory_end server() const { return {to_server, to_client}; }
    std::shared_ptr<pipe> to_server;
    std::shared_ptr<pipe> to_client;
};

}  // namespace tls_test
