// What a task did with an object, in a sentence: a row for each operation.
//
// words.cpp calls in for every `object_op`. Whoever makes a new object adds its operations here and
// in tracer/FORMAT.md. Not here: making an object and its end (words.cpp), what an operation
// changed (change.cpp).
// Kept true: an operation that nobody has heard of is told all the same, by its name.
// Internal to tracer/model/; its function is public through phrases.hpp.
#include "tracer/model/phrases.hpp"

#include <array>

namespace giambio::trace {
namespace {

struct operation_row {
    std::string_view op;
    std::string_view type;     // of the object; empty: any
    std::string_view verb;     // "X <verb> lock 1"
    std::string_view outcome;  // after the object's name, before the length
    bool with_length = false;  // the length follows
};

// The first row that fits is taken.
constexpr std::array operations{
    operation_row{"acquire", "", "acquires", ""},
    operation_row{"release", "semaphore", "releases", ", free permits now: ", true},
    operation_row{"release", "capacity_limiter", "releases", ", free tokens now: ", true},
    operation_row{"release", "", "releases", ", which is free now"},
    operation_row{"nest", "", "acquires once more", ", depth now: ", true},
    operation_row{"unnest", "", "releases once", " and still holds it, depth now: ", true},
    operation_row{"resize", "", "changes the total of", ", free tokens now: ", true},
    operation_row{"notify", "", "notifies", ", still waiting: ", true},
    operation_row{"unpark", "", "lets tasks go from", ", still waiting: ", true},
    operation_row{"move", "", "moves tasks out of", ", still waiting: ", true},
    operation_row{"trigger", "", "triggers", ""},
    operation_row{"set", "", "sets the result of", ""},
    operation_row{"open", "barrier", "comes last and opens", ""},
    operation_row{"abort", "", "aborts", ""},
    operation_row{"turn", "", "ends its turn in", ", whose next place is ", true},
    operation_row{"start", "thread", "gives a function to", ""},
    operation_row{"done", "thread", "learns of the end of", ""},
    operation_row{"abandon", "thread", "goes on without", ""},
    operation_row{"arrive", "", "brings a signal to", ", not yet taken: ", true},
    operation_row{"take", "signals", "takes a signal from", ", not yet taken: ", true},
    operation_row{"start", "process", "starts", ""},
    operation_row{"kill", "process", "sends a signal to", ", its number: ", true},
    operation_row{"end", "process", "learns of the end of", ", its exit code: ", true},
    operation_row{"abandon", "", "has ended while holding", ", which is of no use any more"},
    operation_row{"handshake", "tls", "completes the handshake of", ""},
    operation_row{"receive", "tls", "receives through", ", so many bytes: ", true},
    operation_row{"send", "tls", "sends through", ", so many bytes: ", true},
    operation_row{"shut_down", "tls", "says goodbye on", ""},
    operation_row{"break", "tls", "gives up", ", which is of no use any more"},
    operation_row{"receive", "stream", "receives from", ", bytes still under way: ", true},
    operation_row{"send", "stream", "sends into", ", bytes under way: ", true},
    operation_row{"close", "stream", "closes", ""},
    operation_row{"spawn", "pool", "puts a child into", ", children now: ", true},
    operation_row{"exit", "pool", "ends as a child of", ", children left: ", true},
    operation_row{"adopt", "pool", "moves into", ", children now: ", true},
    operation_row{"leave", "pool", "moves out of", ", children left: ", true},
    operation_row{"send", "broadcast", "sends to all who listen to", ", so many: ", true},
    operation_row{"send", "", "sends an item into", ", which now holds ", true},
    operation_row{"receive", "", "takes an item out of", ", which now holds ", true},
    operation_row{"clear", "", "throws away what is in", ""},
    operation_row{"all_done", "", "finishes the last item of", ""},
    operation_row{"close", "", "closes an end of", ""},
    operation_row{"put", "", "puts an item into", ", which now holds ", true},
    operation_row{"get", "", "takes an item out of", ", which now holds ", true},
};

bool fits(const operation_row& row, std::string_view op, std::string_view object) {
    return row.op == op && object.substr(0, row.type.size()) == row.type;
}

std::string told_by(const operation_row& row, const recording& of, const event& that) {
    const std::string object = object_in(of, that);
    std::string told = of.task_name(that.task) + " " + std::string(row.verb) + " " + object;
    // A release that hands over says to whom.
    if (row.op == "release" && of.number(that, key::holder).value_or(0) != 0)
        return told + " and hands it to " + task_in(of, that, key::holder);
    told += row.outcome;
    if (!row.with_length) return told;
    return told + std::to_string(of.number(that, key::length).value_or(0));
}

}  // namespace

std::string object_operation(const recording& of, const event& that) {
    const std::string_view op = of.text(that, key::op);
    const std::string object = object_in(of, that);
    for (const operation_row& each : operations) {
        if (fits(each, op, object)) return told_by(each, of, that);
    }
    return of.task_name(that.task) + " does \"" + std::string(op) + "\" on " + object;
}

}  // namespace giambio::trace
