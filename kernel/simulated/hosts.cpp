// Who is where: hosts, their addresses and their names. See network.hpp.
//
// A host is a number here: 0 is the program's own machine, 1 and up are the entries of the world's
// list; entries with one name are one host. Without a list every address is on machine 0.
// Internal to kernel/simulated/.
#include "kernel/simulated/network.hpp"

#include <algorithm>

namespace giambio {

namespace {

// The entry by which a world gives the program's own machine addresses that others can see.
constexpr std::string_view own_name = "here";

// Throws misuse when the world was given something else than digits: that is for the one who wrote
// the world to see.
address with_port(const std::string& digits, std::uint16_t port) {
    return address(digits, port);
}

bool is_loopback(const address& where) {
    if (where.is_v6()) return where.ip == address("::1", 0).ip;
    return where.ip[0] == 127;
}

}  // namespace

// The entry that an address belongs to; null for the program's own machine and for nowhere.
const simulated_host* simulated_network::entry_of(const address& where) const {
    for (const simulated_host& each : world_.hosts) {
        for (const std::string& digits : each.addresses) {
            const address known = with_port(digits, 0);
            if (known.family == where.family && known.ip == where.ip) return &each;
        }
    }
    return nullptr;
}

// -1: no host has that address.
int simulated_network::host_of(const address& where) const {
    const address nowhere;
    if (where.is_local() || world_.hosts.empty()) return 0;
    if (is_loopback(where) || where.ip == nowhere.ip) return 0;
    if (!where.is_v6() && std::all_of(where.ip.begin(), where.ip.begin() + 4,
                                      [](std::uint8_t each) { return each == 255; })) {
        return 0;  // to everybody: it goes out from here
    }
    const simulated_host* entry = entry_of(where);
    if (entry == nullptr) return -1;
    if (entry->name == own_name) return 0;
    const auto first =
        std::find_if(world_.hosts.begin(), world_.hosts.end(),
                     [&](const simulated_host& each) { return each.name == entry->name; });
    return static_cast<int>(first - world_.hosts.begin()) + 1;
}

// The first address of a host; on the own machine without an entry it is the loopback address.
address simulated_network::address_of(int host, address_family family) const {
    const bool v6 = family == address_family::ipv6;
    for (const simulated_host& each : world_.hosts) {
        const bool named = host == 0 ? each.name == own_name : is_called(host, each.name);
        if (!named) continue;
        for (const std::string& digits : each.addresses) {
            const address known = with_port(digits, 0);
            if (known.family == family) return known;
        }
    }
    return address(v6 ? "::1" : "127.0.0.1", 0);
}

// A socket's own address as the other side sees it: never the wildcard.
address simulated_network::seen_from(const endpoint& at, const address& there) const {
    address seen = at.local;
    const address nowhere;
    if (seen.ip != nowhere.ip) return seen;
    const bool at_home = at.host == 0 && (world_.hosts.empty() || host_of(there) == 0);
    const address own =
        at_home ? address(seen.is_v6() ? "::1" : "127.0.0.1", 0) : address_of(at.host, seen.family);
    seen.ip = own.ip;
    return seen;
}

// An empty name means every host.
bool simulated_network::is_called(int host, const std::string& name) const {
    if (name.empty()) return true;
    if (host == 0) return name == own_name;
    return host > 0 && world_.hosts[static_cast<std::size_t>(host) - 1].name == name;
}

// The names of this world; none of the machine's.
std::optional<name_answer> simulated_network::look_up(std::string_view name) {
    name_answer told{.found = {}, .takes = world_.look_up_delay};
    const auto add = [&told](const std::vector<std::string>& addresses) {
        for (const std::string& digits : addresses) told.found.push_back(with_port(digits, 0));
    };
    const auto listed = world_.names.find(std::string(name));
    if (listed != world_.names.end()) add(listed->second);
    for (const simulated_host& each : world_.hosts) {
        if (each.name == name) add(each.addresses);
    }
    // Every machine knows itself.
    if (told.found.empty() && (name == "localhost" || name == own_name)) {
        add({"127.0.0.1", "::1"});
    }
    return told;
}

}  // namespace giambio
