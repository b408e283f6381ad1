// TLS over any stream: the same receive, send_all and close, but nobody in between can read along.
//
//     const tls_context trusted = tls_context::client();
//     tls_stream secure(std::move(socket), trusted, "example.org");
//     co_await secure.send_all("GET / HTTP/1.0\r\n\r\n");
//
// The handshake happens by itself at the first receive or send_all. The inner stream is any
// byte_stream: a socket, a pair in memory, another tls_stream. It is a byte_stream itself.
// Not here: ciphering (tls_machine.cpp), waiting (tls_session.cpp); this is their shell.
// Kept true: one owner, and the end of the stream below is an end only after a TLS goodbye.
// Public.
#pragma once

#include "traps/objects/byte_stream.hpp"
#include "traps/objects/shared_parts.hpp"
#include "traps/objects/socket.hpp"
#include "traps/objects/tls_session.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace giambio {

// Lends a stream to a session, whatever its type is.
template <byte_stream Stream>
class wire_over final : public tls_wire {
public:
    explicit wire_over(Stream stream) : stream_(std::move(stream)) {}
    Stream& stream() { return stream_; }

    // Streams of ours take the site of the call, so that the trace names the program's own line.
    coroutine<std::string> receive_some(std::size_t size, site at) override {
        if constexpr (requires { stream_.receive(size, at); }) {
            return stream_.receive(size, at);
        } else {
            return stream_.receive(size);
        }
    }
    coroutine<void> send_whole(std::string_view bytes, site at) override {
        if constexpr (requires { stream_.send_all(bytes, at); }) {
            return as_coroutine(stream_.send_all(bytes, at));
        } else {
            return as_coroutine(stream_.send_all(bytes));
        }
    }

private:
    Stream stream_;
};

template <byte_stream Stream = async_socket>
class tls_stream {
public:
    // Takes over a connected stream; nothing is sent yet. `host` is whom a client wants to reach:
    // the certificate must be for that name or IP address. A server gives none.
    tls_stream(Stream inner, const tls_context& context, const std::string& host = "",
               site at = site::current())
        : parts_(std::make_shared<parts>(std::move(inner), context, host, at)) {}

    // Both sides prove themselves and agree on keys. Throws tls_error, with what to do about it.
    // A second one does nothing.
    coroutine<void> handshake(site at = site::current()) {
        return session().handshake(parts_.share(), at);
    }

    // Waits for bytes, at most `size` of them. Empty: the other side has said goodbye. Closing
    // without a goodbye is a tls_error (cut_short), unless the context allows it.
    coroutine<std::string> receive(std::size_t size, site at = site::current()) {
        return session().receive(parts_.share(), size, at);
    }

    // Sends everything. `bytes` must live until it returns. A cancel half-way breaks the stream.
    // Another task may receive meanwhile; a second sender gets resource_busy.
    coroutine<void> send_all(std::string_view bytes, site at = site::current()) {
        return session().send_all(parts_.share(), bytes, at);
    }

    // Says goodbye, as soon as what another task is sending has gone out: afterwards nothing can be
    // sent. Waits until the other side has said it too, or has closed, and drops what comes
    // meanwhile. With `say_and_go` it does not wait for the other side's, and receiving goes on. A
    // side that reads nothing makes it wait: have a time limit, or close.
    coroutine<void> shut_down(goodbye how = goodbye::wait_for_answer, site at = site::current()) {
        return session().shut_down(parts_.share(), how, at);
    }

    // Closes the inner stream now, without a goodbye: call shut_down before. Whoever is in the
    // middle of a call gets what the inner stream's close gives. The destructor does the same.
    void close(site at = site::current()) { here().close(at); }

    // Of no use any more: a tls_error was thrown, or a send was given up half-way.
    bool is_broken() const { return session().is_broken(); }
    bool is_established() const { return session().is_established(); }

    // What the two sides agreed on; empty before the handshake, or when there is none.
    std::string alpn() const { return session().machine().alpn(); }
    std::string protocol() const { return session().machine().protocol(); }
    std::string cipher() const { return session().machine().cipher(); }
    // Whom the other side's certificate names, like "CN=example.org".
    std::string peer_subject() const { return session().machine().peer_subject(); }

    // The stream below, to ask it for its addresses. Bytes sent on it directly break the TLS.
    Stream& inner() { return here().wire.stream(); }

private:
    // In the heap, because tasks stand inside it while the stream itself may be moved, or gone.
    struct parts {
        parts(Stream inner, const tls_context& context, const std::string& host, site at)
            : wire(std::move(inner)), session(wire, context, host, at) {}
        void let_go() noexcept { close(site::current()); }
        void close(site at) {
            session.closed();
            if constexpr (requires { wire.stream().close(at); }) {
                wire.stream().close(at);
            } else {
                wire.stream().close();
            }
        }
        wire_over<Stream> wire;
        tls_session session;
    };
    parts& here() const {
        if (!parts_) throw misuse("this TLS stream was moved away; use the one it went to");
        return *parts_.share();
    }
    tls_session& session() const { return here().session; }

    shared_parts<parts> parts_;
};

}  // namespace giambio
