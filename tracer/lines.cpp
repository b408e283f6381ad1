// Makes the lines. See lines.hpp; the keys of each kind are the table in FORMAT.md.
// Internal to tracer/.
#include "tracer/lines.hpp"

#include "tracer/line_pen.hpp"
#include "tracer/source_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <ctime>
#include <iterator>
#include <optional>

namespace giambio {

namespace {

// clang-format off
constexpr short_text kind_words[] = {
    "run_begin", "spawn", "io_wait", "io_done", "fd_ready", "timer_fire", "batch",
    "switch_in", "trap", "reply", "park", "switch_out", "wake", "move", "exit",
    "timer_set", "timer_drop", "fd_watch", "fd_forget", "io",
    "object_new", "object_op", "object_end", "scope_enter", "scope_leave", "scope_change", "adopt",
    "cancel_request", "cancel_deliver", "cancel_absorbed", "never_joined", "signal", "post",
    "busy", "log", "mark", "coroutine_dropped", "deadlock", "run_end"};
// clang-format on
static_assert(std::size(kind_words) == static_cast<std::size_t>(happening::run_end) + 1,
              "every kind of record has a word");

// A key and its text. Apart, because few lines have one, and what makes a string makes everything
// around it slower.
[[gnu::noinline]] void add_text(line_pen& pen, std::string_view key, std::string_view text) {
    pen.add(key, json_string(text));
}

// The arguments of each trap.
void trap_arguments(const record& told, const known_word& trap, line_pen& pen) {
    pen.add(R"(,"trap":")", trap.text, R"(")");
    if (trap.sort == word_sort::sleep) pen.add(R"(,"ns":)", told.b, R"(,"due":)", told.a);
    if (trap.sort == word_sort::sleep_until) pen.add(R"(,"due":)", told.a);
    if (trap.sort == word_sort::object) pen.add(R"(,"object":)", told.id);
    if (trap.sort == word_sort::task) pen.add(R"(,"target":)", told.id);
    if (told.fd >= 0) pen.add(R"(,"fd":)", told.fd);
    const bool has_size = trap.sort == word_sort::bytes || trap.sort == word_sort::datagram;
    if (has_size) pen.add(R"(,"size":)", told.a);
}

void park_target(const record& told, const known_word& on, line_pen& pen) {
    pen.add(R"(,"on":")", on.text, R"(")");
    if (on.sort == word_sort::timer) pen.add(R"(,"timer":)", told.id);
    if (on.sort == word_sort::fd) pen.add(R"(,"fd":)", told.fd, R"(,"mode":")", told.mode, R"(")");
    if (on.sort == word_sort::object) pen.add(R"(,"object":)", told.id);
    if (on.sort == word_sort::task) pen.add(R"(,"target":)", told.id);
}

void io_outcome(const record& told, const known_word& op, std::string_view text, line_pen& pen) {
    pen.add(R"(,"op":")", op.text, R"(","fd":)", told.fd);
    if (told.flag) {
        pen.add(R"(,"would_block":true)");
        return;
    }
    if (told.has_error) {
        add_text(pen, R"(,"error":)", text);
        return;
    }
    if (op.sort == word_sort::bytes) {
        pen.add(R"(,"bytes":)", told.a);
        if (!text.empty()) add_text(pen, R"(,"payload":)", printable(text));
        return;
    }
    // Two texts stand one behind the other, with a zero between them.
    const std::size_t zero = text.find('\0');
    const bool has_two = zero != std::string_view::npos;
    const std::string_view first = text.substr(0, zero);
    const std::string_view second = has_two ? text.substr(zero + 1) : std::string_view();
    if (op.sort == word_sort::datagram) {  // the address, and payload
        pen.add(R"(,"bytes":)", told.a);
        add_text(pen, R"(,"address":)", first);
        if (has_two) add_text(pen, R"(,"payload":)", printable(second));
        return;
    }
    if (op.sort == word_sort::connect && has_two) {  // the peer's address, and this end's
        add_text(pen, R"(,"address":)", first);
        add_text(pen, R"(,"local":)", second);
        return;
    }
    if (op.sort == word_sort::option) pen.add(R"(,"option":")", told.mode, R"(")");
    const bool has_value = op.sort == word_sort::opening || op.sort == word_sort::option;
    if (has_value) pen.add(R"(,"value":)", told.a);
    if (!text.empty()) add_text(pen, R"(,"address":)", text);
}

void reply_outcome(const record& told, const short_text& trap, running_number::one to,
                   std::string_view text, line_pen& pen) {
    pen.add(R"(,"to":)", to, R"(,"trap":")", trap, R"(","at_once":)", told.flag);
    if (told.has_error) {
        add_text(pen, R"(,"error":)", text);
    } else {
        pen.add(R"(,"value":)", told.a);
    }
}

void outcome(const record& told, std::string_view text, line_pen& pen) {
    pen.add(R"(,"outcome":")", told.word, R"(")");
    if (told.has_error) add_text(pen, R"(,"error":)", text);
}

}  // namespace

// The keys that only this kind has. Long because it is a table.
void line_maker::own_keys(const record& told, std::string_view text, line_pen& pen) {
    switch (told.kind) {
        case happening::run_begin:
        case happening::switch_in:
        case happening::post:
            break;
        case happening::spawn:
            pen.add(R"(,"child":)", told.id);
            add_text(pen, R"(,"name":)", text);
            if (told.second != 0) pen.add(R"(,"pool":)", told.second);
            if (told.flag) pen.add(R"(,"daemon":true)");
            break;
        case happening::io_wait:
            pen.add(R"(,"timeout":)", told.a, R"(,"reason":")", told.word, R"(","watched":)",
                    told.b);
            break;
        case happening::io_done:
            pen.add(R"(,"ready":)", told.a);
            break;
        case happening::fd_ready:
        case happening::fd_watch:
            pen.add(R"(,"fd":)", told.fd, R"(,"mode":")", words_[told.mode].text, R"(")");
            break;
        case happening::timer_fire:
            pen.add(R"(,"timer":)", told.id, R"(,"late":)", told.a);
            break;
        case happening::batch:
            pen.add(R"(,"size":)", told.a);
            break;
        case happening::trap:
            trap_arguments(told, words_[told.word], pen);
            break;
        case happening::reply:
            reply_outcome(told, words_[told.word].text, to_(static_cast<std::uint64_t>(told.b)),
                          text, pen);
            break;
        case happening::park:
            park_target(told, words_[told.word], pen);
            break;
        case happening::switch_out:
            pen.add(R"(,"how":")", words_[told.word].text, R"(")");
            break;
        case happening::wake:
            pen.add(R"(,"woken":)", told.id, R"(,"why":")", words_[told.word].text, R"(")");
            break;
        case happening::move:
            pen.add(R"(,"target":)", told.id, R"(,"on":"object","object":)", told.second);
            break;
        case happening::exit:
        case happening::run_end:
            outcome(told, text, pen);
            break;
        case happening::timer_set:
            pen.add(R"(,"timer":)", told.id, R"(,"due":)", told.a, R"(,"what":")", told.word,
                    R"(","owner":)", number_of(told.task));
            if (told.second != 0) pen.add(R"(,"scope":)", told.second);
            break;
        case happening::timer_drop:
            pen.add(R"(,"timer":)", told.id);
            break;
        case happening::fd_forget:
            pen.add(R"(,"fd":)", told.fd);
            break;
        case happening::io:
            io_outcome(told, words_[told.word], text, pen);
            break;
        case happening::object_new:
            pen.add(R"(,"object":)", told.id, R"(,"type":")", told.word, R"(")");
            break;
        case happening::object_op:
            pen.add(R"(,"object":)", told.id, R"(,"op":")", told.word, R"(","holder":)",
                    told.second, R"(,"length":)", told.a);
            break;
        case happening::object_end:
            pen.add(R"(,"object":)", told.id);
            break;
        case happening::scope_enter:
        case happening::scope_change:
            pen.add(R"(,"scope":)", told.id);
            if (told.second != 0) pen.add(R"(,"pool":)", told.second);
            if (told.a >= 0) pen.add(R"(,"due":)", told.a);
            if (told.flag) pen.add(R"(,"shield":true)");
            break;
        case happening::adopt:
            pen.add(R"(,"target":)", told.id, R"(,"pool":)", told.second);
            break;
        case happening::never_joined:
            pen.add(R"(,"target":)", told.id);
            break;
        case happening::scope_leave:
            pen.add(R"(,"scope":)", told.id, R"(,"outcome":")", told.word, R"(")");
            break;
        case happening::cancel_request:
            pen.add(R"(,"target":)", told.id, R"(,"scope":)", told.second, R"(,"source":")",
                    told.word);
            add_text(pen, R"(","reason":)", text);
            break;
        case happening::cancel_deliver:
        case happening::cancel_absorbed:
            pen.add(R"(,"scope":)", told.id, R"(,"source":")", told.word);
            add_text(pen, R"(","reason":)", text);
            break;
        case happening::signal:
            pen.add(R"(,"signo":)", told.a);
            break;
        case happening::busy:
            pen.add(R"(,"ns":)", told.a);
            break;
        case happening::log:
        case happening::mark:
        case happening::deadlock:
            add_text(pen, R"(,"text":)", text);
            break;
        case happening::coroutine_dropped:
            add_text(pen, R"(,"function":)", text);
            break;
    }
}

std::string json_string(std::string_view text) {
    const auto is_plain = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };
    if (std::all_of(text.begin(), text.end(), is_plain)) {
        return std::string("\"").append(text).append(1, '"');
    }
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void line_maker::header(const run_facts& facts, std::string& out) {
    const command_line call = this_command();
    nlohmann::ordered_json line{{"giambio_trace", 1},      {"minor", 1},
                                {"clock", facts.clock},    {"driver", facts.driver},
                                {"seed", facts.seed},      {"budget", facts.budget},
                                {"program", call.program}, {"argv", call.arguments}};
    if (facts.shuffle != 0) line["shuffle"] = facts.shuffle;
    if (std::string_view(facts.clock) == "real") {
        timespec now{};
        clock_gettime(CLOCK_REALTIME, &now);
        const std::time_t seconds = now.tv_sec;
        std::tm utc{};
        gmtime_r(&seconds, &utc);
        char text[32] = {};
        std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
        line["started"] = text;
        line["started_ns"] = std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
    }
    out += line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    out += '\n';
}

// Discussion: most sites are looked for again and again, and the hash of a map takes as long as a
// third of a line. So those that were seen last are kept where their address alone leads to.
std::uint32_t line_maker::number_of_site(const site& at, line_pen& pen) {
    if (at.line() == 0) return 0;
    const auto address = std::bit_cast<std::uintptr_t>(at);
    known_site& known = recent_[address / alignof(void*) % recent_.size()];
    if (!same_site(known.at, at)) known = {at, number_of_new_site(at, pen)};
    return known.number;
}

void line_maker::number_chain(std::span<const site> chain, line_pen& pen) {
    chain_.clear();
    for (const site& each : chain) chain_.push_back(number_of_site(each, pen));
}

// Definitions first: they are lines of their own.
void line_maker::event(const record& told, const record_batch& of, line_pen& pen) {
    const std::uint32_t at = number_of_site(told.at, pen);
    const bool parks = record_batch::has_chain(told);
    if (parks) number_chain(of.chain_of(told), pen);
    pen.add(head_(told.seq, static_cast<std::uint64_t>(told.t), told.turn),
            kind_words[static_cast<std::size_t>(told.kind)], R"(","task":)", number_of(told.task),
            R"(,"cause":)", cause_(told.cause), R"(,"at":)", at);
    own_keys(told, of.text_of(told), pen);
    if (parks) {
        pen.add(R"(,"chain":[)");
        for (std::size_t i = 0; i < chain_.size(); ++i) pen.add(i == 0 ? "" : ",", chain_[i]);
        pen.add("]");
    }
    pen.add("}\n");
}

void line_maker::batch(const record_batch& told, std::string& out) {
    line_pen pen(out);
    for (const record& each : told.records) event(each, told, pen);
}

// New to those that were seen last; the same place may have been told already all the same.
std::uint32_t line_maker::number_of_new_site(const site& at, line_pen& pen) {
    const place where{at.file_name(), (std::uint64_t{at.line()} << 32) | at.column()};
    const auto known = sites_.find(where);
    if (known != sites_.end()) return known->second;
    const std::uint32_t source = number_of_source(at.file_name(), pen);
    sites_[where] = ++last_site_;
    pen.add(R"({"site":)", last_site_, R"(,"source":)", source, R"(,"line":)", at.line(),
            R"(,"column":)", at.column(), R"(,"function":)", json_string(function_name(at)), "}\n");
    return last_site_;
}

std::uint32_t line_maker::number_of_source(std::string_view file, line_pen& pen) {
    const auto known = sources_.find(file);
    if (known != sources_.end()) return known->second;
    const auto number = static_cast<std::uint32_t>(sources_.size() + 1);
    sources_.emplace(file, number);
    const std::optional<std::string> text = source_text(file);
    pen.add(R"({"source":)", number, R"(,"file":)", json_string(project_name(file)), R"(,"text":)",
            text ? json_string(*text) : "null", "}\n");
    return number;
}

void line_maker::loss(const record& last, std::uint64_t missing, std::string& out) {
    line_pen pen(out);
    pen.add(R"({"seq":)", last.seq, R"(,"t":)", last.t, R"(,"turn":)", last.turn,
            R"(,"kind":"lost","task":0,"cause":0,"at":0,"events":)", missing,
            R"(,"text":"whoever reads the trace was slower than the run, or came late"})", "\n");
}

void line_maker::footer(const run_totals& totals, std::string& out, std::uint64_t lost) {
    line_pen pen(out);
    pen.add(R"({"end":{"events":)", totals.records, R"(,"turns":)", totals.turns, R"(,"t":)",
            totals.t, R"(,"tasks":)", totals.tasks, R"(,"lost":)", lost, "}}\n");
}

}  // namespace giambio
