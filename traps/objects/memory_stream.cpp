// Streams without sockets. See memory_stream.hpp.
// Internal to traps/objects/.
#include "traps/objects/memory_stream.hpp"

#include "traps/objects/log.hpp"

#include <algorithm>
#include <cerrno>

namespace giambio {

// --- the pair

namespace {

constexpr const char* closed_here =
    "this end of the stream is closed; open a new pair, or close it later";

// The line of the readers stands for the direction in the trace. `length`: the bytes under way.
void tell(memory_pipe& through, const char* operation, site at) {
    door().object_did(through.readers.id(), operation, task_id::none,
                      static_cast<std::int64_t>(through.bytes.size()), at);
}

const std::shared_ptr<memory_pipe>& here(const std::shared_ptr<memory_pipe>& mine) {
    if (mine == nullptr) throw misuse("this stream was moved away; use the one it went to");
    return mine;
}

void end_pipe(memory_pipe& ended, site at) noexcept {
    if (door_if_open() == nullptr) return;  // the run is over
    tell(ended, "close", at);
    wake_oldest(ended.readers, at);
    wake_oldest(ended.writers, at);
}

}  // namespace

coroutine<std::string> memory_stream::receive(std::size_t size, site at) {
    const std::shared_ptr<memory_pipe> from = here(in_);  // should the end be closed meanwhile
    const one_at_a_time::turn mine = from->receiving.enter(
        "another task is receiving from this stream; let one task receive, or use a lock");
    co_await checkpoint(at);
    while (from->bytes.empty() && !from->written_to_the_end && !from->reader_gone && size > 0) {
        co_await park(from->readers, at);
    }
    if (from->reader_gone) throw resource_closed(closed_here);
    const std::size_t taken = std::min({size, from->arrives, from->bytes.size()});
    std::string came = from->bytes.substr(0, taken);
    from->bytes.erase(0, taken);
    tell(*from, "receive", at);
    wake_oldest(from->writers, at);
    co_return came;
}

coroutine<void> memory_stream::send_all(std::string_view bytes, site at) {
    const std::shared_ptr<memory_pipe> into = here(out_);
    const one_at_a_time::turn mine = into->sending.enter(
        "another task is sending on this stream; let one task send, or use a lock");
    co_await checkpoint(at);
    while (true) {
        if (into->written_to_the_end) throw resource_closed(closed_here);
        if (into->reader_gone) throw io_error(EPIPE, "the other side has closed the stream");
        const std::size_t room = into->capacity - into->bytes.size();
        into->bytes += bytes.substr(0, room);
        bytes.remove_prefix(std::min(room, bytes.size()));
        tell(*into, "send", at);
        wake_oldest(into->readers, at);
        if (bytes.empty()) co_return;
        co_await park(into->writers, at);
    }
}

void memory_stream::shut_down_sending(site at) noexcept {
    if (out_ == nullptr || out_->written_to_the_end) return;
    out_->written_to_the_end = true;
    end_pipe(*out_, at);
}

void memory_stream::close(site at) noexcept {
    if (in_ == nullptr) return;  // moved away
    shut_down_sending(at);
    if (in_->reader_gone) return;
    in_->reader_gone = true;
    end_pipe(*in_, at);
}

stream_ends stream_pair(std::size_t capacity, std::size_t arrives, site at) {
    if (capacity == 0 || arrives == 0) throw misuse("a stream needs room for at least one byte");
    auto there = std::make_shared<memory_pipe>(capacity, arrives, at);
    auto back = std::make_shared<memory_pipe>(capacity, arrives, at);
    return {memory_stream(back, there), memory_stream(there, back)};
}

// --- the script

namespace {

std::string told(const script_step& step) {
    switch (step.kind) {
        case script_step::what::expects:
            return "expects \"" + escape(step.bytes) + "\"";
        case script_step::what::sends:
            return "sends \"" + escape(step.bytes) + "\"";
        case script_step::what::waits:
            return "waits";
        case script_step::what::ends:
            return "ends";
        case script_step::what::fails:
            return "fails with \"" + step.bytes + "\"";
    }
    return "?";
}

}  // namespace

// The step that is next, or null at the end of the script.
script_step* scripted_stream::next_step() {
    if (closed_) throw resource_closed("the scripted stream is closed");
    return next_ < script_.size() ? &script_[next_] : nullptr;
}

coroutine<void> scripted_stream::wait_as_told(site at) {
    co_await checkpoint(at);
    while (next_ < script_.size() && script_[next_].kind == script_step::what::waits) {
        // A wait that is given up half-way goes on with the next operation.
        if (!waits_until_) waits_until_ = later(now(), script_[next_].length);
        co_await giambio::sleep_until(*waits_until_, at);
        waits_until_.reset();
        ++next_;
    }
    script_step* step = next_step();
    if (step == nullptr || step->kind != script_step::what::fails) co_return;
    ++next_;
    throw io_error(ECONNRESET, step->bytes);
}

coroutine<std::string> scripted_stream::receive(std::size_t size, site at) {
    co_await wait_as_told(at);
    script_step* step = next_step();
    if (step != nullptr && step->kind == script_step::what::ends) {
        ended_ = true;
        ++next_;
    }
    if (step == nullptr || ended_) co_return "";
    if (step->kind != script_step::what::sends) {
        throw script_broken("the program receives, but the script " + told(*step));
    }
    std::string came = step->bytes.substr(0, size);
    step->bytes.erase(0, came.size());
    if (step->bytes.empty()) ++next_;
    co_return came;
}

// What is sent may be the beginning of what is expected; the rest must follow.
coroutine<void> scripted_stream::send_all(std::string_view bytes, site at) {
    while (!bytes.empty()) {
        co_await wait_as_told(at);
        script_step* step = next_step();
        // Whether the program has read the end already makes no difference to what it may send.
        if (step != nullptr && step->kind == script_step::what::ends) {
            ended_ = true;
            ++next_;
            continue;
        }
        const std::string sent = "the program sends \"" + escape(bytes) + "\", but the script ";
        if (step == nullptr) throw script_broken(sent + "is at its end");
        if (step->kind != script_step::what::expects) throw script_broken(sent + told(*step));
        const std::size_t part = std::min(bytes.size(), step->bytes.size());
        if (bytes.substr(0, part) != std::string_view(step->bytes).substr(0, part)) {
            throw script_broken(sent + told(*step));
        }
        bytes.remove_prefix(part);
        step->bytes.erase(0, part);
        if (step->bytes.empty()) ++next_;
    }
}

void scripted_stream::finish() const {
    for (std::size_t i = next_; i < script_.size(); ++i) {
        const script_step& left = script_[i];
        if (left.kind == script_step::what::ends || left.kind == script_step::what::waits) continue;
        throw script_broken("the conversation is over, but the script still " + told(left));
    }
}

}  // namespace giambio
