// A TLS connection as tasks use it: who may read, who writes now, what a cancel leaves behind.
//
// tls_stream.hpp is the shell that programs see; it lends its inner stream as a `tls_wire`. The
// machine (tls_machine.hpp) does the ciphering and waits for nothing; here is all the waiting.
// Kept true: records go to the wire in the order in which the machine made them, one writer at a
// time. One task reads at a time. What was sent by half makes the stream broken, be it bytes that
// the machine gave for the wire or a text of several portions; a cancel at any other place loses
// nothing.
// Internal to traps/objects/.
#pragma once

#include "traps/objects/descriptor.hpp"
#include "traps/objects/lock.hpp"
#include "traps/objects/tls_machine.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace giambio {

// The stream below, whatever it is.
class tls_wire {
public:
    virtual coroutine<std::string> receive_some(std::size_t size, site at) = 0;
    virtual coroutine<void> send_whole(std::string_view bytes, site at) = 0;

protected:
    ~tls_wire() = default;
};

// How `shut_down` ends.
enum class goodbye : std::uint8_t {
    wait_for_answer,  // until the other side has said goodbye, or has closed
    say_and_go,
};

class tls_session {
public:
    // What must not go before a call is over: whatever the session is part of.
    using home = std::shared_ptr<const void>;

    tls_session(tls_wire& wire, const tls_context& context, const std::string& host, site at);

    coroutine<void> handshake(home kept, site at);
    coroutine<std::string> receive(home kept, std::size_t size, site at);
    coroutine<void> send_all(home kept, std::string_view bytes, site at);
    coroutine<void> shut_down(home kept, goodbye how, site at);
    // This side has closed the wire: whatever is asked from now on throws resource_closed.
    void closed() { closed_ = true; }

    bool is_established() const { return established_; }
    bool is_broken() const { return machine_.failure().has_value(); }
    const tls_machine& machine() const { return machine_; }

private:
    coroutine<void> establish(site at);
    coroutine<std::string> read_some(std::size_t size, bool tolerate_cut, site at);
    coroutine<void> feed_once(bool tolerate_cut, site at);
    coroutine<void> finish_message(site at);
    coroutine<void> send_portion(std::string_view bytes, site at);
    coroutine<lock::held> turn_to_write(site at);
    coroutine<void> send_outgoing(site at);
    coroutine<void> flush(site at);
    coroutine<void> give_up(site at);
    coroutine<void> send_alert(site at);
    coroutine<void> say_goodbye(site at);
    coroutine<void> exchange_goodbyes(site at);
    coroutine<void> drop_the_rest(site at);
    void break_off(site at);
    void refuse_unusable() const;
    void tell(const char* operation, std::size_t size, site at);

    tls_wire* wire_;
    tls_machine machine_;
    wait_list told_;  // who waits until another task has fed; and the stream's name in the trace
    lock handshaking_;
    lock writing_;
    bool established_ = false;  // the handshake's last bytes are sent as well
    bool feeding_ = false;
    one_at_a_time reading_;
    one_at_a_time sending_;
    bool closed_ = false;
};

}  // namespace giambio
