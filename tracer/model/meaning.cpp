// Makes a number of each trace event's meaning, in one pass.
//
// A meaning is a hash of 64 bits: two that differ in fact have the same one as often as a bit of
// memory fails. Not here: comparison (diff.cpp).
// Kept true: nothing goes into a meaning that depends on ids, on addresses in memory or on the
// process that reads.
// Internal to tracer/model/.
#include "tracer/model/meaning.hpp"

#include <algorithm>

namespace giambio::trace {
namespace {

// The end of splitmix64, a well-known mixing step: every bit of the result depends on every bit.
std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
    std::uint64_t x = a * 0x9e3779b97f4a7c15ULL + b;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31U);
}

std::uint64_t hashed(std::string_view text) {
    std::uint64_t made = text.size();
    for (const char each : text) made = mixed(made, static_cast<unsigned char>(each));
    return made;
}

// The port of a client's end is drawn by the system; it means nothing.
std::uint64_t hashed_address(std::string_view address) {
    const std::size_t colon = address.rfind(':');
    if (colon == std::string_view::npos) return hashed(address);
    std::uint32_t port = 0;
    for (const char each : address.substr(colon + 1))
        port = each < '0' || each > '9' || port > 65535
                   ? 65536
                   : port * 10 + static_cast<unsigned>(each - '0');
    constexpr std::uint32_t first_drawn = 32768;
    const bool drawn = port >= first_drawn && port <= 65535;
    return hashed(drawn ? address.substr(0, colon) : address);
}

bool is_time(key which) {
    return which == key::due || which == key::late || which == key::timeout;
}

}  // namespace

meanings::meanings(const recording& of) : of_(&of) {
    what_.reserve(of.events.size());
    when_.reserve(of.events.size());
    tasks_[0].identity = hashed("the loop");
    for (std::size_t i = 0; i < of.events.size(); ++i) {
        const event that = of.events[i];
        introduce(that);
        add(that);
    }
}

std::uint64_t meanings::identity(std::uint32_t task) const {
    const task_row* found = tasks_.find(task);
    return found == nullptr ? mixed(1, task) : found->identity;
}

std::string meanings::path(std::uint32_t task) const {
    if (task == 0) return "the loop";
    std::string shown;
    constexpr int longest = 64;  // a damaged trace may have tasks that are each other's parents
    for (int i = 0; task != 0 && i < longest; ++i) {
        const task_row* found = tasks_.find(task);
        if (found == nullptr) return "#" + std::to_string(task) + shown;
        std::string name(found->name);
        if (found->place > 1) name += "[" + std::to_string(found->place) + "]";
        shown.insert(0, shown.empty() ? name : name.append("/"));
        task = found->parent;
    }
    return shown;
}

std::vector<std::uint32_t> meanings::tasks() const {
    std::vector<std::uint32_t> all;
    for (const task_row* each : tasks_.in_order()) all.push_back(each->id);
    return all;
}

void meanings::introduce_task(const event& that) {
    const auto child = of_->number(that, key::child).value_or(0);
    if (child <= 0) return;
    const std::string_view name = of_->text(that, key::name);
    const std::uint64_t family = mixed(identity(that.task), hashed(name));
    task_row& made = tasks_[static_cast<std::uint32_t>(child)];
    made.parent = that.task;
    made.place = ++places_[family];
    made.identity = mixed(family, made.place);
    made.name = name;
}

void meanings::introduce_thing(sort which, std::int64_t id, std::uint64_t maker,
                               std::string_view type) {
    if (id < 0) return;
    const std::uint64_t family =
        mixed(mixed(maker, hashed(type)), 1 + static_cast<std::uint64_t>(which));
    thing& made = things_[static_cast<std::size_t>(which)][static_cast<std::uint32_t>(id)];
    made.identity = mixed(family, ++places_[family]);
}

// Which descriptor is meant is told by who opened it; the numbers are used again and again.
void meanings::introduce_descriptors(const event& that) {
    const std::string_view op = of_->text(that, key::op);
    const std::uint64_t maker = identity(that.task);
    const bool pair = op == "pair" || op == "pipe";
    if (op == "open" || op == "adopt" || pair)
        introduce_thing(sort::fd, of_->number(that, key::fd).value_or(-1), maker, op);
    if (op == "accept" || pair)
        introduce_thing(sort::fd, of_->number(that, key::value).value_or(-1), maker, op);
}

void meanings::introduce(const event& that) {
    const auto number = [&](key which) { return of_->number(that, which).value_or(-1); };
    switch (that.kind) {
        case kind::spawn:
            return introduce_task(that);
        case kind::object_new:
            return introduce_thing(sort::object, number(key::object), identity(that.task),
                                   of_->text(that, key::type));
        case kind::timer_set: {
            const auto owner =
                static_cast<std::uint32_t>(std::max<std::int64_t>(0, number(key::owner)));
            return introduce_thing(sort::timer, number(key::timer), identity(owner),
                                   of_->text(that, key::what));
        }
        case kind::scope_enter:
            return introduce_thing(sort::scope, number(key::scope), identity(that.task), "");
        case kind::io:
            return introduce_descriptors(that);
        default:
            break;
    }
}

std::uint64_t meanings::known(sort which, std::int64_t id) const {
    const thing* found =
        things_[static_cast<std::size_t>(which)].find(static_cast<std::uint32_t>(id));
    if (found != nullptr) return found->identity;
    return mixed(2 + static_cast<std::uint64_t>(which), static_cast<std::uint64_t>(id));
}

std::uint64_t meanings::meaning_of(const event& that, const argument& one) const {
    const auto plain = static_cast<std::uint64_t>(one.number);
    switch (one.key) {
        case key::child:
        case key::woken:
        case key::target:
        case key::owner:
        case key::holder:
            return identity(static_cast<std::uint32_t>(one.number));
        case key::object:
        case key::pool:
            return known(sort::object, one.number);
        case key::timer:
            return known(sort::timer, one.number);
        case key::scope:
            return known(sort::scope, one.number);
        case key::fd:
            return known(sort::fd, one.number);
        case key::value: {
            const std::string_view what =
                of_->text(that, that.kind == kind::io ? key::op : key::trap);
            const bool is_fd = what == "accept" || what == "pair" || what == "pipe";
            return is_fd && !one.is_text ? known(sort::fd, one.number) : plain;
        }
        default:
            return plain;
    }
}

void meanings::add(const event& that) {
    std::uint64_t what = mixed(identity(that.task), hashed(of_->kind_word(that)));
    auto when = static_cast<std::uint64_t>(that.t);
    for (const argument& each : of_->arguments_of(that)) {
        const auto name = static_cast<std::uint64_t>(each.key);
        // Seqs, of a trap or of another process's trace event, are other numbers in every run.
        if (each.key == key::to || each.key == key::from || each.key == key::unknown) continue;
        if (is_time(each.key)) {
            when = mixed(mixed(when, name), static_cast<std::uint64_t>(each.number));
            continue;
        }
        const bool is_address = each.key == key::address || each.key == key::local;
        const std::uint64_t meant = !each.is_text ? meaning_of(that, each)
                                    : is_address  ? hashed_address(each.text)
                                                  : hashed(each.text);
        what = mixed(mixed(what, name), meant);
    }
    what_.push_back(what);
    when_.push_back(when);
}

}  // namespace giambio::trace
