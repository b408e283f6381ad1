// Looking up and trying. See connect.hpp.
// Internal to traps/objects/.
#include "traps/objects/connect.hpp"

#include "traps/objects/event.hpp"
#include "traps/objects/pool.hpp"
#include "traps/objects/thread.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <memory>
#include <optional>

namespace giambio {

namespace {

// The address that the digits name, if they are digits.
std::optional<address> from_digits(const std::string& host, std::uint16_t port) {
    try {
        return address(host, port);
    } catch (const misuse&) {
        return std::nullopt;
    }
}

// Asks the system. This may take seconds, so it runs in a thread.
std::vector<address> ask_the_system(const std::string& host, std::uint16_t port) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* first = nullptr;
    const int failed = getaddrinfo(host.c_str(), nullptr, &wanted, &first);
    if (failed != 0) {
        throw name_error("cannot find the address of \"" + host + "\": " + gai_strerror(failed) +
                         "; check the name and the network");
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(first, freeaddrinfo);
    std::vector<address> found;
    for (const addrinfo* each = first; each != nullptr; each = each->ai_next) {
        char digits[NI_MAXHOST] = {};
        const int told = getnameinfo(each->ai_addr, each->ai_addrlen, digits, sizeof digits,
                                     nullptr, 0, NI_NUMERICHOST);
        // One that belongs to a single network card ("fe80::1%eth0") is passed over.
        const auto usable = told == 0 ? from_digits(digits, port) : std::nullopt;
        if (usable) found.push_back(*usable);
    }
    if (found.empty()) {
        throw name_error("\"" + host + "\" has no address that a socket here can connect to");
    }
    return found;
}

coroutine<async_socket> plain_attempt(address to) {
    async_socket made;
    co_await made.connect(to);
    co_return made;
}

// What the attempts share.
struct race {
    std::vector<address> targets;
    connect_options options;
    site at;
    std::optional<async_socket> winner{};
    std::vector<error_group::member> errors{};
};

// One attempt. Its failure is no error of the pool: another may still succeed.
// It shares the event with begin_all, which may be gone when a cancelled attempt ends with an
// error.
coroutine<void> try_one(race& in, pool all, address target, std::shared_ptr<event<>> failed) {
    try {
        async_socket made = co_await in.options.attempt(target);
        if (!in.winner) in.winner = std::move(made);
        all.cancel("another attempt has succeeded", in.at);
    } catch (const std::exception&) {
        in.errors.push_back({target.to_string(), std::current_exception()});
        failed->trigger({}, in.at);
    }
}

coroutine<void> wait_until(event<>& happens, site at) {
    co_await happens.wait(at);
}

coroutine<void> begin_all(race& in, pool& attempts) {
    for (const address& target : in.targets) {
        const auto failed = std::make_shared<event<>>(in.at);
        attempts.spawn(try_one(in, attempts, target, failed), target.to_string(), in.at);
        co_await skip_after(in.options.stagger, wait_until(*failed, in.at), in.at);
    }
}

}  // namespace

std::vector<address> in_turns(const std::vector<address>& targets) {
    std::vector<address> first_family, others;
    for (const address& each : targets) {
        const bool like_first = each.family == targets.front().family;
        (like_first ? first_family : others).push_back(each);
    }
    std::vector<address> order;
    for (std::size_t i = 0; i < std::max(first_family.size(), others.size()); ++i) {
        if (i < first_family.size()) order.push_back(first_family[i]);
        if (i < others.size()) order.push_back(others[i]);
    }
    return order;
}

coroutine<std::vector<address>> resolve(std::string host, std::uint16_t port, site at) {
    co_await checkpoint(at);
    // As an address to bind to, no digits are all addresses of this machine; as a place to go to
    // they would be this machine.
    if (host.empty() || host.find('\0') != std::string::npos)
        throw name_error("\"" + host + "\" is no name of a host; write one, or its digits");
    if (const auto digits = from_digits(host, port)) co_return {*digits};
    if (std::optional<name_answer> scripted = door().look_up(host)) {
        if (scripted->takes > duration::zero()) co_await sleep(scripted->takes, at);
        if (scripted->found.empty()) {
            throw name_error("the simulated world has no host \"" + host +
                             "\"; name it in simulated.hosts or simulated.names");
        }
        for (address& each : scripted->found) each.port = port;
        co_return scripted->found;
    }
    auto ask = [host, port] { return ask_the_system(host, port); };
    co_return co_await run_in_thread(ask, {.when_cancelled = thread_policy::abandon}, at);
}

coroutine<async_socket> connect_to_any(std::vector<address> targets, connect_options options,
                                       site at) {
    if (targets.empty()) throw misuse("connect_to_any needs at least one address");
    race in{in_turns(targets), std::move(options), at};
    if (!in.options.attempt) in.options.attempt = plain_attempt;
    auto body = [&in](pool& attempts) { return begin_all(in, attempts); };
    co_await with_pool(body, at);
    if (in.winner) co_return *std::move(in.winner);
    std::rethrow_exception(as_one_error(in.errors));
}

coroutine<async_socket> connect_to_host(std::string host, std::uint16_t port,
                                        connect_options options, site at) {
    coroutine<std::vector<address>> asked =
        options.look_up ? options.look_up(host, port) : resolve(host, port, at);
    std::vector<address> targets = co_await std::move(asked);
    if (targets.empty()) throw name_error("\"" + host + "\" has no address");
    co_return co_await connect_to_any(std::move(targets), std::move(options), at);
}

}  // namespace giambio
