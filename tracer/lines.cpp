// Makes the lines. See lines.hpp; the keys of each kind are the table in FORMAT.md.
// Internal to tracer/.
#include "tracer/lines.hpp"

#include "tracer/source_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ctime>
#include <iterator>
#include <optional>

namespace giambio {

namespace {

template <class... Values>
void add(std::string& out, fmt::format_string<Values...> how, Values&&... values) {
    fmt::format_to(std::back_inserter(out), how, std::forward<Values>(values)...);
}

// clang-format off
constexpr const char* kind_words[] = {
    "run_begin", "spawn", "io_wait", "io_done", "fd_ready", "timer_fire", "batch",
    "switch_in", "trap", "reply", "park", "switch_out", "wake", "move", "exit",
    "timer_set", "timer_drop", "fd_watch", "fd_forget", "io",
    "object_new", "object_op", "object_end", "scope_enter", "scope_leave", "scope_change", "adopt",
    "cancel_request", "cancel_deliver", "cancel_absorbed", "never_joined", "signal", "post",
    "busy", "log", "mark", "coroutine_dropped", "deadlock", "run_end"};
// clang-format on
static_assert(std::size(kind_words) == static_cast<std::size_t>(happening::run_end) + 1,
              "every kind of record has a word");

bool same(const char* word, std::string_view other) {
    return word != nullptr && other == word;
}

// The arguments of each trap, by its name.
void trap_arguments(const record& told, std::string& out) {
    const std::string_view trap = told.word;
    add(out, R"(,"trap":"{}")", trap);
    if (trap == "sleep") add(out, R"(,"ns":{},"due":{})", told.b, told.a);
    if (trap == "sleep_until") add(out, R"(,"due":{})", told.a);
    if (trap == "park") add(out, R"(,"object":{})", told.id);
    if (trap == "join") add(out, R"(,"target":{})", told.id);
    if (told.fd >= 0) add(out, R"(,"fd":{})", told.fd);
    const bool has_size = trap.starts_with("receive") || trap.starts_with("send");
    if (has_size) add(out, R"(,"size":{})", told.a);
}

void park_target(const record& told, std::string& out) {
    add(out, R"(,"on":"{}")", told.word);
    if (same(told.word, "timer")) add(out, R"(,"timer":{})", told.id);
    if (same(told.word, "fd")) add(out, R"(,"fd":{},"mode":"{}")", told.fd, told.mode);
    if (same(told.word, "object")) add(out, R"(,"object":{})", told.id);
    if (same(told.word, "task")) add(out, R"(,"target":{})", told.id);
}

void io_outcome(const record& told, std::string_view text, std::string& out) {
    add(out, R"(,"op":"{}","fd":{})", told.word, told.fd);
    const std::string_view op = told.word;
    if (told.flag) {
        out += R"(,"would_block":true)";
        return;
    }
    if (told.has_error) {
        add(out, R"(,"error":{})", json_string(text));
        return;
    }
    if (op == "receive" || op == "send") {
        add(out, R"(,"bytes":{})", told.a);
        if (!text.empty()) add(out, R"(,"payload":{})", json_string(printable(text)));
        return;
    }
    if (op == "receive_from" || op == "send_to") {
        // The address and, behind a zero, the payload.
        add(out, R"(,"bytes":{},"address":{})", told.a,
            json_string(text.substr(0, text.find('\0'))));
        const std::size_t zero = text.find('\0');
        if (zero == std::string_view::npos) return;
        add(out, R"(,"payload":{})", json_string(printable(text.substr(zero + 1))));
        return;
    }
    if (op == "set_option") add(out, R"(,"option":"{}")", told.mode);
    if (op == "connect" && text.find('\0') != std::string_view::npos) {
        // The peer's address and, behind a zero, this end's.
        add(out, R"(,"address":{},"local":{})", json_string(text.substr(0, text.find('\0'))),
            json_string(text.substr(text.find('\0') + 1)));
        return;
    }
    const bool has_value = op == "accept" || op == "pair" || op == "pipe" || op == "set_option";
    if (has_value) add(out, R"(,"value":{})", told.a);
    if (!text.empty()) add(out, R"(,"address":{})", json_string(text));
}

void reply_outcome(const record& told, std::string_view text, std::string& out) {
    add(out, R"(,"to":{},"trap":"{}","at_once":{})", told.b, told.word, told.flag);
    if (told.has_error) {
        add(out, R"(,"error":{})", json_string(text));
    } else {
        add(out, R"(,"value":{})", told.a);
    }
}

void outcome(const record& told, std::string_view text, std::string& out) {
    add(out, R"(,"outcome":"{}")", told.word);
    if (told.has_error) add(out, R"(,"error":{})", json_string(text));
}

// The keys that only this kind has. Long because it is a table.
void own_keys(const record& told, std::string_view text, std::string& out) {
    switch (told.kind) {
        case happening::run_begin:
        case happening::switch_in:
        case happening::post:
            break;
        case happening::spawn:
            add(out, R"(,"child":{},"name":{})", told.id, json_string(text));
            if (told.second != 0) add(out, R"(,"pool":{})", told.second);
            if (told.flag) out += R"(,"daemon":true)";
            break;
        case happening::io_wait:
            add(out, R"(,"timeout":{},"reason":"{}","watched":{})", told.a, told.word, told.b);
            break;
        case happening::io_done:
            add(out, R"(,"ready":{})", told.a);
            break;
        case happening::fd_ready:
        case happening::fd_watch:
            add(out, R"(,"fd":{},"mode":"{}")", told.fd, told.mode);
            break;
        case happening::timer_fire:
            add(out, R"(,"timer":{},"late":{})", told.id, told.a);
            break;
        case happening::batch:
            add(out, R"(,"size":{})", told.a);
            break;
        case happening::trap:
            trap_arguments(told, out);
            break;
        case happening::reply:
            reply_outcome(told, text, out);
            break;
        case happening::park:
            park_target(told, out);
            break;
        case happening::switch_out:
            add(out, R"(,"how":"{}")", told.word);
            break;
        case happening::wake:
            add(out, R"(,"woken":{},"why":"{}")", told.id, told.word);
            break;
        case happening::move:
            add(out, R"(,"target":{},"on":"object","object":{})", told.id, told.second);
            break;
        case happening::exit:
        case happening::run_end:
            outcome(told, text, out);
            break;
        case happening::timer_set:
            add(out, R"(,"timer":{},"due":{},"what":"{}","owner":{})", told.id, told.a, told.word,
                number_of(told.task));
            if (told.second != 0) add(out, R"(,"scope":{})", told.second);
            break;
        case happening::timer_drop:
            add(out, R"(,"timer":{})", told.id);
            break;
        case happening::fd_forget:
            add(out, R"(,"fd":{})", told.fd);
            break;
        case happening::io:
            io_outcome(told, text, out);
            break;
        case happening::object_new:
            add(out, R"(,"object":{},"type":"{}")", told.id, told.word);
            break;
        case happening::object_op:
            add(out, R"(,"object":{},"op":"{}","holder":{},"length":{})", told.id, told.word,
                told.second, told.a);
            break;
        case happening::object_end:
            add(out, R"(,"object":{})", told.id);
            break;
        case happening::scope_enter:
        case happening::scope_change:
            add(out, R"(,"scope":{})", told.id);
            if (told.second != 0) add(out, R"(,"pool":{})", told.second);
            if (told.a >= 0) add(out, R"(,"due":{})", told.a);
            if (told.flag) out += R"(,"shield":true)";
            break;
        case happening::adopt:
            add(out, R"(,"target":{},"pool":{})", told.id, told.second);
            break;
        case happening::never_joined:
            add(out, R"(,"target":{})", told.id);
            break;
        case happening::scope_leave:
            add(out, R"(,"scope":{},"outcome":"{}")", told.id, told.word);
            break;
        case happening::cancel_request:
            add(out, R"(,"target":{},"scope":{},"source":"{}","reason":{})", told.id, told.second,
                told.word, json_string(text));
            break;
        case happening::cancel_deliver:
        case happening::cancel_absorbed:
            add(out, R"(,"scope":{},"source":"{}","reason":{})", told.id, told.word,
                json_string(text));
            break;
        case happening::signal:
            add(out, R"(,"signo":{})", told.a);
            break;
        case happening::busy:
            add(out, R"(,"ns":{})", told.a);
            break;
        case happening::log:
        case happening::mark:
        case happening::deadlock:
            add(out, R"(,"text":{})", json_string(text));
            break;
        case happening::coroutine_dropped:
            add(out, R"(,"function":{})", json_string(text));
            break;
    }
}

}  // namespace

std::string json_string(std::string_view text) {
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

void line_maker::batch(const record_batch& told, std::string& out) {
    for (const record& each : told.records) event(each, told, out);
}

void line_maker::event(const record& told, const record_batch& of, std::string& out) {
    // Definitions first: they are lines of their own.
    const std::uint32_t at = number_of_site(told.at, out);
    std::string chain;
    for (const site& each : of.chains.subspan(told.chain_from, told.chain_length)) {
        add(chain, "{}{}", chain.empty() ? "" : ",", number_of_site(each, out));
    }
    add(out, R"({{"seq":{},"t":{},"turn":{},"kind":"{}","task":{},"cause":{},"at":{})", told.seq,
        told.t, told.turn, kind_words[static_cast<std::size_t>(told.kind)], number_of(told.task),
        told.cause, at);
    own_keys(told, of.texts.substr(told.text_from, told.text_length), out);
    if (told.kind == happening::park) add(out, R"(,"chain":[{}])", chain);
    out += "}\n";
}

std::uint32_t line_maker::number_of_site(const site& at, std::string& out) {
    if (at.line() == 0) return 0;
    const place where{at.file_name(), (std::uint64_t{at.line()} << 32) | at.column()};
    const auto known = sites_.find(where);
    if (known != sites_.end()) return known->second;
    const std::uint32_t source = number_of_source(at.file_name(), out);
    sites_[where] = ++last_site_;
    add(out, R"({{"site":{},"source":{},"line":{},"column":{},"function":{}}})", last_site_, source,
        at.line(), at.column(), json_string(function_name(at)));
    out += '\n';
    return last_site_;
}

std::uint32_t line_maker::number_of_source(std::string_view file, std::string& out) {
    const auto known = sources_.find(file);
    if (known != sources_.end()) return known->second;
    const auto number = static_cast<std::uint32_t>(sources_.size() + 1);
    sources_.emplace(file, number);
    const std::optional<std::string> text = source_text(file);
    add(out, R"({{"source":{},"file":{},"text":{}}})", number, json_string(project_name(file)),
        text ? json_string(*text) : "null");
    out += '\n';
    return number;
}

void line_maker::loss(const record& last, std::uint64_t missing, std::string& out) {
    add(out,
        R"({{"seq":{},"t":{},"turn":{},"kind":"lost","task":0,"cause":0,"at":0,"events":{},)"
        R"("text":"whoever reads the trace was slower than the run, or came late"}})",
        last.seq, last.t, last.turn, missing);
    out += '\n';
}

void line_maker::footer(const run_totals& totals, std::string& out, std::uint64_t lost) {
    add(out, R"({{"end":{{"events":{},"turns":{},"t":{},"tasks":{},"lost":{}}}}})", totals.records,
        totals.turns, totals.t, totals.tasks, lost);
    out += '\n';
}

}  // namespace giambio
