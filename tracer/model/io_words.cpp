// The operations of the kernel on descriptors, from one table. See io_words.hpp.
//
// A new operation is one line of the table. Not here: traps and their answers (words.cpp).
// Kept true: an operation that this program does not know gets a sentence all the same.
// Internal to tracer/model/.
#include "tracer/model/io_words.hpp"

#include "tracer/model/phrases.hpp"

#include <array>

namespace giambio::trace {
namespace {

// What is done, as "receives from descriptor 7". A place in braces is filled with what the trace
// event tells: {fd}, {value}, {option}, and {address} with the words in front of it, or nothing.
struct operation_row {
    std::string_view op;
    std::string_view sentence;
    std::string_view before_address = "";
};

constexpr std::array operations{
    operation_row{"open", "opens {fd}"},
    operation_row{"bind", "binds {fd}", " to "},
    operation_row{"listen", "begins to listen for connections on {fd}"},
    operation_row{"accept", "accepts a connection on {fd}"},
    operation_row{"connect", "connects {fd}", " to "},
    operation_row{"receive", "receives from {fd}"},
    operation_row{"send", "sends to {fd}"},
    operation_row{"receive_from", "receives a datagram from {fd}", ", sent by "},
    operation_row{"send_to", "sends a datagram from {fd}", " to "},
    operation_row{"pair", "opens two connected sockets, {fd} and descriptor {value}"},
    operation_row{"pipe", "opens a pipe: {fd} reads what descriptor {value} writes"},
    operation_row{"adopt", "takes over {fd}"},
    operation_row{"shut_down", "ends the sending on {fd}"},
    operation_row{"set_option", "sets {option} of {fd} to {value}"},
    operation_row{"close", "closes {fd}"},
};

std::string text_in(const recording& of, const event& that, key which) {
    return std::string(of.text(that, which));
}

void fill(std::string& sentence, std::string_view place, const std::string& with) {
    const std::size_t at = sentence.find(place);
    if (at != std::string::npos) sentence.replace(at, place.size(), with);
}

std::string operation(const recording& of, const event& that) {
    const std::string op = text_in(of, that, key::op);
    const std::string fd = numbered(of, that, "descriptor", key::fd);
    for (const operation_row& each : operations) {
        if (each.op != op) continue;
        std::string sentence(each.sentence);
        fill(sentence, "{fd}", fd);
        fill(sentence, "{value}", std::to_string(of.number(that, key::value).value_or(0)));
        fill(sentence, "{option}", text_in(of, that, key::option));
        const std::string address = text_in(of, that, key::address);
        if (!each.before_address.empty() && !address.empty()) {
            sentence += each.before_address;
            sentence += address;
        }
        return sentence;
    }
    return "does \"" + op + "\" on " + fd;
}

// The error's text, or its number where the file has only that.
std::string error_in(const recording& of, const event& that) {
    if (const std::string told = text_in(of, that, key::error); !told.empty()) return told;
    const auto code = of.number(that, key::error);
    return code ? "error " + std::to_string(*code) : "";
}

std::string result(const recording& of, const event& that) {
    if (of.number(that, key::would_block).value_or(0) != 0)
        return ": not possible yet, it would block";
    if (const std::string error = error_in(of, that); !error.empty())
        return ": it fails with " + error;
    if (const auto bytes = of.number(that, key::bytes)) {
        const std::string payload = text_in(of, that, key::payload);
        return ": " + counted(*bytes, "byte") + (payload.empty() ? "" : ", \"" + payload + "\"");
    }
    const auto value = of.number(that, key::value);
    if (of.text(that, key::op) != "accept" || !value) return "";
    const std::string address = text_in(of, that, key::address);
    return ": descriptor " + std::to_string(*value) + (address.empty() ? "" : ", from " + address);
}

}  // namespace

std::string io_sentence(const recording& of, const event& that) {
    const std::string whom = that.task == 0 ? "" : "for " + of.task_name(that.task) + " ";
    return whom + "the kernel " + operation(of, that) + result(of, that);
}

}  // namespace giambio::trace
