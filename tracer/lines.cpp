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

// The pieces of a line, one behind the other: text and numbers.
template <class... Pieces>
void add(line_pen& pen, const Pieces&... pieces) {
    (pen.put(pieces), ...);
}

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

bool same(const char* word, std::string_view other) {
    return word != nullptr && other == word;
}

// The arguments of each trap, by its name.
void trap_arguments(const record& told, line_pen& pen) {
    const std::string_view trap = told.word;
    add(pen, R"(,"trap":")", trap, R"(")");
    if (trap == "sleep") add(pen, R"(,"ns":)", told.b, R"(,"due":)", told.a);
    if (trap == "sleep_until") add(pen, R"(,"due":)", told.a);
    if (trap == "park") add(pen, R"(,"object":)", told.id);
    if (trap == "join") add(pen, R"(,"target":)", told.id);
    if (told.fd >= 0) add(pen, R"(,"fd":)", told.fd);
    const bool has_size = trap.starts_with("receive") || trap.starts_with("send");
    if (has_size) add(pen, R"(,"size":)", told.a);
}

void park_target(const record& told, line_pen& pen) {
    add(pen, R"(,"on":")", told.word, R"(")");
    if (same(told.word, "timer")) add(pen, R"(,"timer":)", told.id);
    if (same(told.word, "fd")) add(pen, R"(,"fd":)", told.fd, R"(,"mode":")", told.mode, R"(")");
    if (same(told.word, "object")) add(pen, R"(,"object":)", told.id);
    if (same(told.word, "task")) add(pen, R"(,"target":)", told.id);
}

void io_outcome(const record& told, std::string_view text, line_pen& pen) {
    add(pen, R"(,"op":")", told.word, R"(","fd":)", told.fd);
    const std::string_view op = told.word;
    if (told.flag) {
        add(pen, R"(,"would_block":true)");
        return;
    }
    if (told.has_error) {
        add(pen, R"(,"error":)", json_string(text));
        return;
    }
    if (op == "receive" || op == "send") {
        add(pen, R"(,"bytes":)", told.a);
        if (!text.empty()) add(pen, R"(,"payload":)", json_string(printable(text)));
        return;
    }
    if (op == "receive_from" || op == "send_to") {
        // The address and, behind a zero, the payload.
        add(pen, R"(,"bytes":)", told.a, R"(,"address":)",
            json_string(text.substr(0, text.find('\0'))));
        const std::size_t zero = text.find('\0');
        if (zero == std::string_view::npos) return;
        add(pen, R"(,"payload":)", json_string(printable(text.substr(zero + 1))));
        return;
    }
    if (op == "set_option") add(pen, R"(,"option":")", told.mode, R"(")");
    if (op == "connect" && text.find('\0') != std::string_view::npos) {
        // The peer's address and, behind a zero, this end's.
        add(pen, R"(,"address":)", json_string(text.substr(0, text.find('\0'))), R"(,"local":)",
            json_string(text.substr(text.find('\0') + 1)));
        return;
    }
    const bool has_value = op == "accept" || op == "pair" || op == "pipe" || op == "set_option";
    if (has_value) add(pen, R"(,"value":)", told.a);
    if (!text.empty()) add(pen, R"(,"address":)", json_string(text));
}

void reply_outcome(const record& told, std::string_view text, line_pen& pen) {
    add(pen, R"(,"to":)", told.b, R"(,"trap":")", told.word, R"(","at_once":)", told.flag);
    if (told.has_error) {
        add(pen, R"(,"error":)", json_string(text));
    } else {
        add(pen, R"(,"value":)", told.a);
    }
}

void outcome(const record& told, std::string_view text, line_pen& pen) {
    add(pen, R"(,"outcome":")", told.word, R"(")");
    if (told.has_error) add(pen, R"(,"error":)", json_string(text));
}

// The keys that only this kind has. Long because it is a table.
void own_keys(const record& told, std::string_view text, line_pen& pen) {
    switch (told.kind) {
        case happening::run_begin:
        case happening::switch_in:
        case happening::post:
            break;
        case happening::spawn:
            add(pen, R"(,"child":)", told.id, R"(,"name":)", json_string(text));
            if (told.second != 0) add(pen, R"(,"pool":)", told.second);
            if (told.flag) add(pen, R"(,"daemon":true)");
            break;
        case happening::io_wait:
            add(pen, R"(,"timeout":)", told.a, R"(,"reason":")", told.word, R"(","watched":)",
                told.b);
            break;
        case happening::io_done:
            add(pen, R"(,"ready":)", told.a);
            break;
        case happening::fd_ready:
        case happening::fd_watch:
            add(pen, R"(,"fd":)", told.fd, R"(,"mode":")", told.mode, R"(")");
            break;
        case happening::timer_fire:
            add(pen, R"(,"timer":)", told.id, R"(,"late":)", told.a);
            break;
        case happening::batch:
            add(pen, R"(,"size":)", told.a);
            break;
        case happening::trap:
            trap_arguments(told, pen);
            break;
        case happening::reply:
            reply_outcome(told, text, pen);
            break;
        case happening::park:
            park_target(told, pen);
            break;
        case happening::switch_out:
            add(pen, R"(,"how":")", told.word, R"(")");
            break;
        case happening::wake:
            add(pen, R"(,"woken":)", told.id, R"(,"why":")", told.word, R"(")");
            break;
        case happening::move:
            add(pen, R"(,"target":)", told.id, R"(,"on":"object","object":)", told.second);
            break;
        case happening::exit:
        case happening::run_end:
            outcome(told, text, pen);
            break;
        case happening::timer_set:
            add(pen, R"(,"timer":)", told.id, R"(,"due":)", told.a, R"(,"what":")", told.word,
                R"(","owner":)", number_of(told.task));
            if (told.second != 0) add(pen, R"(,"scope":)", told.second);
            break;
        case happening::timer_drop:
            add(pen, R"(,"timer":)", told.id);
            break;
        case happening::fd_forget:
            add(pen, R"(,"fd":)", told.fd);
            break;
        case happening::io:
            io_outcome(told, text, pen);
            break;
        case happening::object_new:
            add(pen, R"(,"object":)", told.id, R"(,"type":")", told.word, R"(")");
            break;
        case happening::object_op:
            add(pen, R"(,"object":)", told.id, R"(,"op":")", told.word, R"(","holder":)",
                told.second, R"(,"length":)", told.a);
            break;
        case happening::object_end:
            add(pen, R"(,"object":)", told.id);
            break;
        case happening::scope_enter:
        case happening::scope_change:
            add(pen, R"(,"scope":)", told.id);
            if (told.second != 0) add(pen, R"(,"pool":)", told.second);
            if (told.a >= 0) add(pen, R"(,"due":)", told.a);
            if (told.flag) add(pen, R"(,"shield":true)");
            break;
        case happening::adopt:
            add(pen, R"(,"target":)", told.id, R"(,"pool":)", told.second);
            break;
        case happening::never_joined:
            add(pen, R"(,"target":)", told.id);
            break;
        case happening::scope_leave:
            add(pen, R"(,"scope":)", told.id, R"(,"outcome":")", told.word, R"(")");
            break;
        case happening::cancel_request:
            add(pen, R"(,"target":)", told.id, R"(,"scope":)", told.second, R"(,"source":")",
                told.word, R"(","reason":)", json_string(text));
            break;
        case happening::cancel_deliver:
        case happening::cancel_absorbed:
            add(pen, R"(,"scope":)", told.id, R"(,"source":")", told.word, R"(","reason":)",
                json_string(text));
            break;
        case happening::signal:
            add(pen, R"(,"signo":)", told.a);
            break;
        case happening::busy:
            add(pen, R"(,"ns":)", told.a);
            break;
        case happening::log:
        case happening::mark:
        case happening::deadlock:
            add(pen, R"(,"text":)", json_string(text));
            break;
        case happening::coroutine_dropped:
            add(pen, R"(,"function":)", json_string(text));
            break;
    }
}

}  // namespace

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

void line_maker::batch(const record_batch& told, std::string& out) {
    line_pen pen(out);
    for (const record& each : told.records) event(each, told, pen);
}

void line_maker::event(const record& told, const record_batch& of, line_pen& pen) {
    // Definitions first: they are lines of their own.
    const std::uint32_t at = number_of_site(told.at, pen);
    chain_.clear();
    for (const site& each : of.chains.subspan(told.chain_from, told.chain_length)) {
        chain_.push_back(number_of_site(each, pen));
    }
    add(pen, R"({"seq":)", seq_.text_of(told.seq), R"(,"t":)",
        time_.text_of(static_cast<std::uint64_t>(told.t)), R"(,"turn":)", turn_.text_of(told.turn),
        R"(,"kind":")", kind_words[static_cast<std::size_t>(told.kind)], R"(","task":)",
        number_of(told.task), R"(,"cause":)", cause_.text_of(told.cause), R"(,"at":)", at);
    own_keys(told, of.texts.substr(told.text_from, told.text_length), pen);
    if (told.kind == happening::park) {
        add(pen, R"(,"chain":[)");
        for (std::size_t i = 0; i < chain_.size(); ++i) add(pen, i == 0 ? "" : ",", chain_[i]);
        add(pen, "]");
    }
    add(pen, "}\n");
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

// New to those that were seen last; the same place may have been told already all the same.
std::uint32_t line_maker::number_of_new_site(const site& at, line_pen& pen) {
    const place where{at.file_name(), (std::uint64_t{at.line()} << 32) | at.column()};
    const auto known = sites_.find(where);
    if (known != sites_.end()) return known->second;
    const std::uint32_t source = number_of_source(at.file_name(), pen);
    sites_[where] = ++last_site_;
    add(pen, R"({"site":)", last_site_, R"(,"source":)", source, R"(,"line":)", at.line(),
        R"(,"column":)", at.column(), R"(,"function":)", json_string(function_name(at)), "}\n");
    return last_site_;
}

std::uint32_t line_maker::number_of_source(std::string_view file, line_pen& pen) {
    const auto known = sources_.find(file);
    if (known != sources_.end()) return known->second;
    const auto number = static_cast<std::uint32_t>(sources_.size() + 1);
    sources_.emplace(file, number);
    const std::optional<std::string> text = source_text(file);
    add(pen, R"({"source":)", number, R"(,"file":)", json_string(project_name(file)), R"(,"text":)",
        text ? json_string(*text) : "null", "}\n");
    return number;
}

void line_maker::loss(const record& last, std::uint64_t missing, std::string& out) {
    line_pen pen(out);
    add(pen, R"({"seq":)", last.seq, R"(,"t":)", last.t, R"(,"turn":)", last.turn,
        R"(,"kind":"lost","task":0,"cause":0,"at":0,"events":)", missing,
        R"(,"text":"whoever reads the trace was slower than the run, or came late"})", "\n");
}

void line_maker::footer(const run_totals& totals, std::string& out, std::uint64_t lost) {
    line_pen pen(out);
    add(pen, R"({"end":{"events":)", totals.records, R"(,"turns":)", totals.turns, R"(,"t":)",
        totals.t, R"(,"tasks":)", totals.tasks, R"(,"lost":)", lost, "}}\n");
}

}  // namespace giambio
