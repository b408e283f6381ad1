// Writes the lines of one process into a merged trace.
//
// Not here: which line comes next (merge.cpp).
// Internal to tracer/model/.
#include "tracer/model/merge_lines.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <limits>

namespace giambio::trace {
namespace {

std::string json_text(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

template <class... Values>
void add(std::string& out, fmt::format_string<Values...> how, Values&&... values) {
    fmt::format_to(std::back_inserter(out), how, std::forward<Values>(values)...);
}

// Descriptors are small numbers; 10, 100, 1000 on top keep them readable.
std::int64_t round_above(std::int64_t largest) {
    std::int64_t round = 1000;
    while (round <= largest) round *= 10;
    return round;
}

// Whether the value of an operation, or of the answer to a trap, is a descriptor.
bool gives_descriptor(const recording& of, const event& that) {
    const std::string_view what = of.text(that, that.kind == kind::io ? key::op : key::trap);
    return what == "accept" || what == "pair" || what == "pipe";
}

}  // namespace

process_lines::process_lines(const recording& of, std::uint32_t number, std::string name,
                             moved_by by, definitions& all)
    : of_(&of),
      number_(number),
      name_(std::move(name)),
      by_(by),
      all_(&all),
      sites_(of.sites.size() + 1),
      sources_(of.sources.size() + 1) {
    seqs_.reserve(of.events.size());
    const auto larger = [](auto& most, std::int64_t now) {
        if (now > static_cast<std::int64_t>(most))
            most = static_cast<std::decay_t<decltype(most)>>(now);
    };
    for (std::size_t i = 0; i < of.events.size(); ++i) {
        const event that = of.events[i];
        const auto number_in = [&](key which) { return of.number(that, which).value_or(0); };
        larger(most_.task, that.task);
        if (that.kind == kind::spawn) larger(most_.task, number_in(key::child));
        // A trace that begins in the middle of a run does not tell how all of its objects came.
        larger(most_.object, std::max(number_in(key::object), number_in(key::pool)));
        if (that.kind == kind::timer_set) larger(most_.timer, number_in(key::timer));
        if (that.kind == kind::scope_enter) larger(most_.scope, number_in(key::scope));
        if (that.kind == kind::io) larger(most_.fd, number_in(key::fd));
        if (that.kind == kind::io && gives_descriptor(of, that))
            larger(most_.fd, number_in(key::value));
    }
}

moved_by process_lines::after() const {
    moved_by next = by_;
    next.task += most_.task;
    next.object += most_.object;
    next.timer += most_.timer;
    next.scope += most_.scope;
    next.fd += round_above(most_.fd);
    return next;
}

std::uint32_t process_lines::new_site(std::uint32_t id) const {
    return of_->site_of(id) == nullptr ? 0 : sites_[id];
}

void process_lines::define(std::uint32_t site, std::string& out) {
    const trace::site* found = of_->site_of(site);
    if (found == nullptr || sites_[site] != 0) return;
    sites_[site] = ++all_->sites;
    std::uint32_t& source = sources_[found->source];
    if (source == 0) {
        source = ++all_->sources;
        const source_file& file = of_->sources[found->source - 1];
        trace::add(out, R"({{"source":{},"file":{},"text":{}}})", source, json_text(file.file),
                   file.text ? json_text(*file.text) : "null");
        out += '\n';
    }
    trace::add(out, R"({{"site":{},"source":{},"line":{},"column":{},"function":{}}})",
               sites_[site], source, found->line, found->column, json_text(found->function));
    out += '\n';
}

std::uint64_t process_lines::seq_of(std::uint64_t before) const {
    if (before == 0) return 0;
    const std::size_t index = of_->index_of(before);
    const bool there = index < seqs_.size() && of_->events[index].seq == before;
    return there ? seqs_[index] : 0;
}

std::int64_t process_lines::moved(const event& that, key which, std::int64_t number) const {
    // What is never due stays so: it has the largest number there is.
    const auto plus = [number](std::int64_t by) {
        return std::min(number, std::numeric_limits<std::int64_t>::max() - by) + by;
    };
    const auto unless_nobody = [&](std::int64_t by) { return number == 0 ? 0 : plus(by); };
    switch (which) {
        case key::child:
        case key::woken:
        case key::owner:
        case key::holder:
        case key::target:
            return unless_nobody(by_.task);
        case key::object:
        case key::pool:
            return unless_nobody(by_.object);
        case key::timer:
            return unless_nobody(by_.timer);
        case key::scope:
            return unless_nobody(by_.scope);
        case key::fd:
            return number < 0 ? number : plus(by_.fd);
        case key::due:
            return number < 0 ? number : plus(by_.t);
        case key::to:
            return static_cast<std::int64_t>(seq_of(static_cast<std::uint64_t>(number)));
        case key::value:
            return gives_descriptor(*of_, that) && number >= 0 ? plus(by_.fd) : number;
        default:
            return number;
    }
}

void process_lines::own_keys(const event& that, std::string& out) const {
    for (const argument& each : of_->arguments_of(that)) {
        if (each.key == key::unknown) continue;
        trace::add(out, R"(,"{}":)", word_of(each.key));
        if (each.is_text && each.key == key::name) {
            out += json_text(name_ + ":" + std::string(of_->text(that, each.key)));
        } else if (each.is_text) {
            out += json_text(of_->text(that, each.key));
        } else if (shape_of(each.key) == shape::flag) {
            out += each.number != 0 ? "true" : "false";
        } else {
            trace::add(out, "{}", moved(that, each.key, each.number));
        }
    }
    if (that.kind != kind::park) return;
    out += R"(,"chain":[)";
    bool first = true;
    for (const std::uint32_t each : of_->chain_of(that)) {
        if (!first) out += ',';
        first = false;
        trace::add(out, "{}", new_site(each));
    }
    out += ']';
}

void process_lines::add(const event& that, placed where, std::string& out) {
    define(that.at, out);
    for (const std::uint32_t each : of_->chain_of(that)) define(each, out);
    trace::add(
        out, R"({{"seq":{},"t":{},"turn":{},"kind":{},"task":{},"cause":{},"at":{},"process":{})",
        where.seq, where.t, that.turn, json_text(of_->kind_word(that)),
        that.task == 0 ? 0 : that.task + by_.task, seq_of(that.cause), new_site(that.at), number_);
    if (where.from != 0) trace::add(out, R"(,"from":{})", where.from);
    own_keys(that, out);
    out += "}\n";
    seqs_.push_back(where.seq);
}

}  // namespace giambio::trace
