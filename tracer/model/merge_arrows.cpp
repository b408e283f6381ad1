// Finds connections, matches them, and counts their bytes.
//
// Not here: clocks and order (merge.cpp).
// Internal to tracer/model/.
#include "tracer/model/merge_arrows.hpp"

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace giambio::trace {
namespace {

// One end of a connection, as its process saw it.
struct end {
    struct piece {
        std::uint64_t upto = 0;  // bytes of the stream up to its end
        std::uint32_t index = 0;
    };
    static constexpr std::uint32_t never = 0xffffffff;
    std::uint32_t process = 0;
    std::uint32_t begins = 0;    // the first connect, or the accept
    std::uint32_t fin = never;   // nothing is sent after this
    std::uint32_t last = never;  // a receive of nothing: the other side has ended
    std::string local;
    std::string peer;
    std::vector<piece> sent;
    std::vector<piece> received;
    // For each receive the fd_ready before it, for which there was nothing before.
    std::unordered_map<std::uint32_t, std::uint32_t> told_ready;
};

std::string_view port_of(std::string_view address) {
    const std::size_t colon = address.rfind(':');
    return colon == std::string_view::npos ? address : address.substr(colon + 1);
}

// Collects the ends of one process in one pass.
class collector {
public:
    collector(const recording& of, std::uint32_t process) : of_(of), process_(process) {
        for (std::size_t i = 0; i < of.events.size(); ++i) {
            const event that = of.events[i];
            if (that.kind == kind::io) take(that, static_cast<std::uint32_t>(i));
            if (that.kind == kind::fd_ready) ready_[fd_in(that)] = static_cast<std::uint32_t>(i);
        }
        for (auto& [fd, open] : open_) finish(open);
    }
    std::vector<end> clients;
    std::vector<end> servers;

private:
    struct open_end {
        end made;
        bool is_client = false;
        bool stands = false;
    };

    std::int64_t fd_in(const event& that) const { return of_.number(that, key::fd).value_or(-1); }

    void finish(open_end& open) {
        if (open.stands) (open.is_client ? clients : servers).push_back(std::move(open.made));
        open = {};
    }

    void take(const event& that, std::uint32_t index) {
        const std::string_view op = of_.text(that, key::op);
        const std::int64_t fd = fd_in(that);
        const bool failed = !of_.text(that, key::error).empty();
        if (op == "open") finish(open_[fd]);
        if (op == "bind" && !failed) bound_[fd] = of_.text(that, key::address);
        if (op == "connect") connect(open_[fd], that, index);
        if (failed || of_.number(that, key::would_block)) return;
        if (op == "accept") accept(that, fd, index);
        const auto found = open_.find(fd);
        if (found == open_.end() || !found->second.stands) return;
        end& here = found->second.made;
        if (op == "send") add(here.sent, that, index);
        if (op == "receive") receive(here, that, fd, index);
        if ((op == "shut_down" || op == "close") && here.fin == end::never) here.fin = index;
        if (op == "close") finish(found->second);
    }

    void connect(open_end& open, const event& that, std::uint32_t index) {
        if (!open.is_client) open = {};
        if (!open.is_client) open.made.begins = index;
        open.is_client = true;
        open.made.process = process_;
        if (of_.number(that, key::would_block) || !of_.text(that, key::error).empty()) return;
        open.stands = true;
        open.made.peer = of_.text(that, key::address);
        open.made.local = of_.text(that, key::local);
    }

    void accept(const event& that, std::int64_t listener, std::uint32_t index) {
        open_end& open = open_[of_.number(that, key::value).value_or(-1)];
        finish(open);
        open.stands = true;
        open.made.process = process_;
        open.made.begins = index;
        open.made.peer = of_.text(that, key::address);
        open.made.local = bound_[listener];
        note_ready(open.made, listener, index);
    }

    void add(std::vector<end::piece>& to, const event& that, std::uint32_t index) const {
        const auto bytes = static_cast<std::uint64_t>(of_.number(that, key::bytes).value_or(0));
        if (bytes > 0) to.push_back({(to.empty() ? 0 : to.back().upto) + bytes, index});
    }

    void receive(end& here, const event& that, std::int64_t fd, std::uint32_t index) {
        add(here.received, that, index);
        if (of_.number(that, key::bytes).value_or(0) == 0) here.last = index;
        note_ready(here, fd, index);
    }

    // A receive without an fd_ready before it found its bytes there already.
    void note_ready(end& here, std::int64_t fd, std::uint32_t index) {
        const auto told = ready_.find(fd);
        if (told == ready_.end()) return;
        here.told_ready[index] = told->second;
        ready_.erase(told);
    }

    const recording& of_;
    std::uint32_t process_;
    std::unordered_map<std::int64_t, open_end> open_;
    std::unordered_map<std::int64_t, std::string> bound_;
    std::unordered_map<std::int64_t, std::uint32_t> ready_;
};

// What arrives at one end had to be sent at the other.
class arrow_maker {
public:
    explicit arrow_maker(std::vector<arrow>& into) : into_(into) {}

    void connection(const end& client, const end& server) {
        arrive(server, server.begins, client, client.begins);
        stream(client, server);
        stream(server, client);
    }

private:
    void arrive(const end& at, std::uint32_t index, const end& from, std::uint32_t cause) {
        into_.push_back({{from.process, cause}, {at.process, index}});
        const auto told = at.told_ready.find(index);
        if (told != at.told_ready.end())
            into_.push_back({{from.process, cause}, {at.process, told->second}});
    }

    // The send that holds the first byte of a receive is the one that made it possible.
    void stream(const end& from, const end& to) {
        std::size_t sent = 0;
        std::uint64_t first = 0;
        for (const end::piece& each : to.received) {
            while (sent < from.sent.size() && from.sent[sent].upto <= first) ++sent;
            if (sent == from.sent.size()) return;
            arrive(to, each.index, from, from.sent[sent].index);
            first = each.upto;
        }
        if (to.last != end::never && from.fin != end::never) arrive(to, to.last, from, from.fin);
    }

    std::vector<arrow>& into_;
};

}  // namespace

arrows arrows_between(std::span<const recording* const> processes) {
    std::vector<end> clients;
    std::map<std::string, std::deque<end>> by_peer;  // the servers' ends, by the client's address
    std::map<std::string, std::deque<end>, std::less<>> by_port;  // those whose client is not told
    for (std::size_t i = 0; i < processes.size(); ++i) {
        collector found(*processes[i], static_cast<std::uint32_t>(i));
        for (end& each : found.clients) clients.push_back(std::move(each));
        for (end& each : found.servers) {
            by_port[std::string(port_of(each.local))].push_back(each);
            by_peer[each.peer].push_back(std::move(each));
        }
    }
    arrows made;
    arrow_maker maker(made.all);
    for (const end& client : clients) {
        auto& waiting = client.local.empty() ? by_port[std::string(port_of(client.peer))]
                                             : by_peer[client.local];
        const bool fits = !waiting.empty() && waiting.front().process != client.process;
        ++(fits ? made.connections : made.unmatched);
        if (!fits) continue;
        maker.connection(client, waiting.front());
        waiting.pop_front();
    }
    return made;
}

}  // namespace giambio::trace
