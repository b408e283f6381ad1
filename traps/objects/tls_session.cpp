// The waiting around a tls_machine. See tls_session.hpp.
//
// Discussion: a reader does not answer by itself once the handshake is over. What the machine wants
// to say then (that its keys have changed) may wait for the next send, as the standard allows; if
// the reader sent it, two sides that both have full buffers could wait for each other for ever.
// Internal to traps/objects/.
#include "traps/objects/tls_session.hpp"

#include "traps/objects/pool.hpp"
#include "traps/timeout.hpp"

#include <chrono>

namespace giambio {

namespace {

// How much is asked of the wire at once: about one full record.
constexpr std::size_t bite = 16384;
// How much is enciphered at once: four full records, so that little stands in memory twice.
constexpr std::size_t portion = 65536;
// A reader sends after all when this much has gathered: only a hostile side makes it do so.
constexpr std::size_t too_much_unsent = 4096;
// How long a failed stream waits for room on the wire to tell the other side why.
constexpr std::chrono::seconds for_the_alert{1};

constexpr const char* second_reader =
    "another task already reads from this TLS stream; let one task read";
constexpr const char* second_sender =
    "another task already sends on this TLS stream; let one task send, or use a lock";

}  // namespace

tls_session::tls_session(tls_wire& wire, const tls_context& context, const std::string& host,
                         site at)
    : wire_(&wire), machine_(context, host), told_("tls", at), handshaking_(at), writing_(at) {}

// Tells the trace. Never the bytes, only how many.
void tls_session::tell(const char* operation, std::size_t size, site at) {
    door().object_did(told_.id(), operation, task_id::none, static_cast<std::int64_t>(size), at);
}

// Asked again after every wait: another task may have closed or broken the stream meanwhile.
void tls_session::refuse_unusable() const {
    if (closed_) throw resource_closed("this TLS stream was closed by this side");
    if (machine_.failure()) throw tls_error(*machine_.failure());
}

// Whoever comes first does the handshake; the others wait until it is done. One who is cancelled
// leaves the machine as it stands, and the next one goes on from there.
coroutine<void> tls_session::handshake(home, site at) {
    if (established_) co_await checkpoint(at);
    const lock::held mine = co_await handshaking_.hold(at);
    refuse_unusable();
    if (!established_) co_await establish(at);
}

// Before: this task is the only one that does the handshake.
coroutine<void> tls_session::establish(site at) {
    while (true) {
        const tls_progress step = machine_.handshake();
        if (step == tls_progress::failed) co_await give_up(at);
        // Also when it is done: the last message may be ours, and the other side waits for it.
        co_await flush(at);
        if (step == tls_progress::done) break;
        co_await feed_once(false, at);
    }
    established_ = true;
    tell("handshake", 0, at);
}

coroutine<std::string> tls_session::receive(home kept, std::size_t size, site at) {
    const one_at_a_time::turn reader = reading_.enter(second_reader);
    if (!established_) co_await handshake(kept, at);
    if (size == 0) {
        co_await checkpoint(at);
        co_return std::string();
    }
    co_return co_await read_some(size, false, at);
}

// Waits for at least one byte, or for the end, which is an empty text.
coroutine<std::string> tls_session::read_some(std::size_t size, bool tolerate_cut, site at) {
    // What may be answered without waiting checks for cancellation first: afterwards the bytes
    // would be lost.
    if (machine_.has_input()) co_await checkpoint(at);
    std::string bytes;
    while (true) {
        refuse_unusable();
        const tls_progress step = machine_.read(bytes, size);
        if (step == tls_progress::failed) co_await give_up(at);
        if (step != tls_progress::needs_bytes) break;
        // The turn may come late, or never, while the other side reads nothing. Not to wait for it
        // would let such a side fill the memory.
        if (machine_.outgoing() > too_much_unsent) co_await flush(at);
        co_await feed_once(tolerate_cut, at);
    }
    tell("receive", bytes.size(), at);
    co_return bytes;
}

// Feeds the machine, or waits until somebody who is at it already has, or has given up.
// A cancel here loses nothing, as long as a cancelled receive of the wire loses nothing.
coroutine<void> tls_session::feed_once(bool tolerate_cut, site at) {
    if (feeding_) {
        co_await park(told_, at);
        co_return;
    }
    feeding_ = true;
    const auto let_others = [](tls_session* fed) {
        fed->feeding_ = false;
        while (wake_oldest(fed->told_)) {
        }
    };
    const std::unique_ptr<tls_session, decltype(let_others)> turn(this, let_others);
    const std::string bytes = co_await wire_->receive_some(bite, at);
    if (bytes.empty()) {
        machine_.feed_end(tolerate_cut);
    } else {
        machine_.feed(bytes);
    }
}

coroutine<void> tls_session::send_all(home kept, std::string_view bytes, site at) {
    const one_at_a_time::turn sender = sending_.enter(second_sender);
    if (!established_) co_await handshake(kept, at);
    if (bytes.empty()) co_await checkpoint(at);
    bool begun = false;
    try {
        while (!bytes.empty()) {
            const std::string_view next = bytes.substr(0, portion);
            co_await send_portion(next, at);
            bytes.remove_prefix(next.size());
            begun = true;
        }
    } catch (...) {
        // The other side has half of it, and would take what is sent next for the rest. Nothing is
        // after a goodbye or a close.
        const bool over = closed_ || machine_.said_goodbye() || machine_.failure();
        if (begun && !over) break_off(at);
        throw;
    }
}

// A message for the machine itself (new keys, a ticket) may have come by half, and before it has
// the rest it enciphers nothing. A reader that finds something wrong in that rest leaves the alert
// to this task, which has the turn to write.
coroutine<void> tls_session::finish_message(site at) {
    while (machine_.handshake() == tls_progress::needs_bytes) {
        co_await feed_once(false, at);
        if (closed_) refuse_unusable();
    }
    if (machine_.failure()) co_await send_alert(at);
}

// Waits for its turn before it enciphers: records must reach the wire in the order in which they
// were made, and a cancel while waiting leaves none behind.
coroutine<void> tls_session::send_portion(std::string_view bytes, site at) {
    const lock::held mine = co_await turn_to_write(at);
    refuse_unusable();
    if (machine_.said_goodbye()) {
        throw resource_closed("this side has said goodbye on the TLS stream; send before it");
    }
    co_await finish_message(at);
    const tls_progress step = machine_.write(bytes);
    // An alert may be left in the machine: the same task that holds the turn sends it.
    co_await send_outgoing(at);
    if (step == tls_progress::failed) refuse_unusable();
    tell("send", bytes.size(), at);
}

coroutine<lock::held> tls_session::turn_to_write(site at) {
    lock::held mine = co_await writing_.hold(at);
    // Whoever was handed the turn may have been cancelled since. Better now than between the
    // machine and the wire, where it would break the stream.
    co_await checkpoint(at);
    co_return std::move(mine);
}

// Before: this task has the turn to write.
coroutine<void> tls_session::send_outgoing(site at) {
    while (machine_.outgoing() > 0) {
        const std::string bytes = machine_.take_outgoing();
        try {
            co_await wire_->send_whole(bytes, at);
        } catch (...) {
            // How much of it went out, nobody knows: the other side cannot decipher what follows.
            break_off(at);
            throw;
        }
    }
}

// After: whoever uses the stream is told that something was sent by half.
void tls_session::break_off(site at) {
    machine_.fail(tls_error(tls_fault::broken,
                            "an earlier send on this TLS stream failed or was cancelled half-way, "
                            "so the other side lost bytes; close it"));
    tell("break", 0, at);
}

// Sends what the machine has to say, if it has.
coroutine<void> tls_session::flush(site at) {
    if (machine_.outgoing() == 0) co_return;
    const lock::held mine = co_await turn_to_write(at);
    co_await send_outgoing(at);
}

// After: has thrown the machine's failure, and has told the other side before.
coroutine<void> tls_session::give_up(site at) {
    tell("break", 0, at);
    // A task that has the turn sends the alert itself, as soon as its own bytes are out.
    if (machine_.outgoing() > 0 && writing_.try_acquire(at)) {
        const lock::held mine(writing_, at);
        co_await send_alert(at);
    }
    refuse_unusable();
}

// Tells the other side why the machine has failed, if that takes no long wait: a side that reads
// nothing must not keep the failure from this one. Before: this task has the turn to write.
// After: has thrown that failure.
coroutine<void> tls_session::send_alert(site at) {
    try {
        co_await skip_after(for_the_alert, send_outgoing(at), at);
    } catch (const std::exception&) {
        // It may be gone already. The failure itself says more than that.
    }
    refuse_unusable();
}

coroutine<void> tls_session::shut_down(home, goodbye how, site at) {
    // Asked first: who cannot wait for the answer shall not say goodbye either.
    if (how == goodbye::wait_for_answer) reading_.refuse_second(second_reader);
    co_await checkpoint(at);
    refuse_unusable();
    if (!established_) co_return;  // nothing was said, so there is nothing to end
    if (how == goodbye::wait_for_answer) {
        co_await exchange_goodbyes(at);
    } else {
        co_await say_goodbye(at);
    }
}

coroutine<void> tls_session::say_goodbye(site at) {
    const lock::held mine = co_await turn_to_write(at);
    refuse_unusable();
    co_await finish_message(at);
    const tls_progress step = machine_.say_goodbye();
    tell("shut_down", 0, at);
    co_await send_outgoing(at);
    if (step == tls_progress::failed) refuse_unusable();
}

// Says goodbye and drops what comes at the same time. One after the other, two sides that both have
// full buffers would wait for each other for ever; so would two whose senders still wait for room.
coroutine<void> tls_session::exchange_goodbyes(site at) {
    const one_at_a_time::turn reader = reading_.enter(second_reader);
    const auto both = [&](pool& together) -> coroutine<> {
        together.spawn(drop_the_rest(at), "drop the rest", at);
        try {
            co_await say_goodbye(at);
        } catch (const io_error&) {
            // It has closed without hearing us. Who waits until it has closed is content.
            together.cancel("the other side is gone", at);
        }
    };
    try {
        co_await with_pool(both, at);
    } catch (const error_group& failed) {
        refuse_unusable();  // both may have met the same end
        failed.rethrow_single();
    }
}

// Who says goodbye wants no more. For the same reason it does not matter whether the other side
// answers or just closes.
coroutine<void> tls_session::drop_the_rest(site at) {
    try {
        while (true) {
            const std::string dropped = co_await read_some(bite, true, at);
            if (dropped.empty()) co_return;
        }
    } catch (const io_error&) {
        // Reset: it had something to say, and closed without hearing us.
    } catch (const tls_error& failure) {
        // When it is the goodbye that did not leave whole, the one who sends it knows more.
        if (failure.fault() != tls_fault::broken) throw;
    }
}

}  // namespace giambio
