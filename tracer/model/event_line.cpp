// Parses one trace event with nlohmann's SAX interface, whatever it looks like.
//
// event_sax is told each token of the line in order; it keeps the seven common keys and checks that
// each of the others has the shape that it must have. Their values stay in the file. Not here: the
// checks against the lines before (event_taker.cpp), files and the other sorts of lines
// (reader.cpp).
// Kept true: a line that is taken is a JSON object with the seven common keys, each once.
// Internal to tracer/model/.
#include "tracer/model/event_line.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <limits>
#include <utility>

namespace giambio::trace {
namespace {

constexpr std::array<std::string_view, 7> common_keys{"seq",  "t",     "turn", "kind",
                                                      "task", "cause", "at"};
constexpr int no_common_key = -1;

int common_key_of(std::string_view word) {
    for (std::size_t i = 0; i < common_keys.size(); ++i)
        if (common_keys[i] == word) return static_cast<int>(i);
    return no_common_key;
}

std::string_view shape_text(shape wanted) {
    switch (wanted) {
        case shape::number:
            return "a whole number";
        case shape::text:
            return "a text";
        case shape::flag:
            return "true or false";
        case shape::any:
            break;
    }
    return "a number or a text";
}

bool printable(char each) {
    return each >= ' ' && each <= '~';
}

}  // namespace

std::string excerpt(std::string_view line, std::size_t offset) {
    std::string shown;
    const std::size_t begin = offset < line.size() ? offset : line.size();
    for (const char each : line.substr(begin, 24)) shown += printable(each) ? each : '?';
    return shown;
}

// The callbacks that nlohmann's parser wants; a callback that returns false stops the parser.
struct event_sax {
    using number_integer_t = nlohmann::json::number_integer_t;
    using number_unsigned_t = nlohmann::json::number_unsigned_t;
    using number_float_t = nlohmann::json::number_float_t;
    using string_t = nlohmann::json::string_t;
    using binary_t = nlohmann::json::binary_t;

    event_line& line;
    std::string_view text;
    int depth = 0;
    bool first = true;   // no key was seen yet
    bool other = false;  // the first key was not `seq`
    bool in_chain = false;
    bool skipping = false;  // inside the value of a key that this reader does not know
    int common = no_common_key;
    trace::key own = key::unknown;
    unsigned seen = 0;  // a bit for each common key
    std::string key_text = {};

    bool fail(std::string what) {
        line.refuse(0, std::move(what));
        return false;
    }

    bool wrong_shape() {
        if (depth == 0) return fail("The line is not a JSON object.");
        const bool text_wanted =
            common >= 0 && common_keys[static_cast<std::size_t>(common)] == "kind";
        const shape wanted = in_chain      ? shape::number
                             : common >= 0 ? (text_wanted ? shape::text : shape::number)
                                           : shape_of(own);
        return fail("The value of \"" + key_text + "\" is not " + std::string(shape_text(wanted)) +
                    (wanted == shape::number ? " in its range." : "."));
    }

    bool ignored() const { return skipping || (depth == 1 && common < 0 && own == key::unknown); }

    template <typename integer>
    bool store(integer& target, std::uint64_t value) {
        if (value > static_cast<std::uint64_t>(std::numeric_limits<integer>::max()))
            return wrong_shape();
        target = static_cast<integer>(value);
        seen |= 1U << static_cast<unsigned>(common);
        return true;
    }

    bool common_number(std::uint64_t value) {
        event& made = line.made_;
        switch (common) {
            case 0:
                return store(made.seq, value);
            case 1:
                return value <= std::uint64_t{latest_time} ? store(made.t, value) : wrong_shape();
            case 2:
                return store(made.turn, value);
            case 4:
                return store(made.task, value);
            case 5:
                return store(made.cause, value);
            case 6:
                return store(made.at, value);
            default:
                return wrong_shape();
        }
    }

    bool own_number() {
        return shape_of(own) == shape::number || shape_of(own) == shape::any || wrong_shape();
    }

    bool number_unsigned(number_unsigned_t value) {
        if (ignored()) return true;
        if (depth == 0) return wrong_shape();
        if (in_chain) return link(value);
        if (common >= 0) return common_number(value);
        if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return wrong_shape();
        return own_number();
    }

    bool number_integer(number_integer_t) {
        if (ignored()) return true;
        if (depth == 0 || in_chain || common >= 0) return wrong_shape();
        return own_number();
    }

    bool link(std::uint64_t value) {
        return value <= std::numeric_limits<std::uint32_t>::max() || wrong_shape();
    }

    bool number_float(number_float_t, const string_t&) { return ignored() || wrong_shape(); }
    bool binary(binary_t&) { return ignored() || wrong_shape(); }

    // A key whose value is null is a key that is not there.
    bool null() { return ignored() || (depth == 1 && common < 0) || wrong_shape(); }

    bool boolean(bool) {
        if (ignored()) return true;
        if (depth == 0 || in_chain || common >= 0) return wrong_shape();
        return shape_of(own) == shape::flag || shape_of(own) == shape::any || wrong_shape();
    }

    bool string(string_t& value) {
        if (ignored()) return true;
        if (depth == 0 || in_chain) return wrong_shape();
        if (common >= 0) return kind_word(value);
        return shape_of(own) == shape::text || shape_of(own) == shape::any || wrong_shape();
    }

    bool kind_word(const string_t& value) {
        if (common_keys[static_cast<std::size_t>(common)] != "kind") return wrong_shape();
        line.made_.kind = kind_of(value);
        seen |= 1U << static_cast<unsigned>(common);
        return true;
    }

    bool key(string_t& word) {
        if (depth > 1) return true;
        if (first && word != "seq") {
            other = true;
            line.first_key_ = word;
            return false;
        }
        first = false;
        key_text = word;
        common = common_key_of(word);
        own = common >= 0 ? trace::key::unknown : key_of(word);
        if (common >= 0 && (seen & (1U << static_cast<unsigned>(common))) != 0)
            return fail("The key \"" + key_text + "\" stands twice in the line.");
        return true;
    }

    bool start_object(std::size_t) {
        if (depth > 0 && !ignored()) return wrong_shape();
        if (depth > 0) skipping = true;
        ++depth;
        return true;
    }

    bool start_array(std::size_t) {
        if (depth == 1 && key_text == "chain") {
            in_chain = true;
        } else {
            if (depth == 0 || !ignored()) return wrong_shape();
            skipping = true;
        }
        ++depth;
        return true;
    }

    bool end_object() { return leave(); }
    bool end_array() { return leave(); }

    bool leave() {
        --depth;
        if (depth <= 1) in_chain = skipping = false;
        return true;
    }

    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::json::exception& fault) {
        if (dynamic_cast<const nlohmann::json::out_of_range*>(&fault) != nullptr)
            return fail("The line has a number that is too large.");
        const std::size_t offset = position == 0 ? 0 : position - 1;
        const std::size_t in_line = offset < text.size() ? offset : text.size();
        const std::string near = excerpt(text, in_line);
        line.refuse(in_line, near.empty() ? "The line is not JSON: it ends too early."
                                          : "The line is not JSON from here on: " + near);
        return false;
    }
};

line_result event_line::read(std::string_view line) {
    made_ = event{};
    fault_ = line_fault{};
    event_sax sax{*this, line};
    if (!nlohmann::json::sax_parse(line.begin(), line.end(), &sax))
        return sax.other ? line_result::other : line_result::refused;
    for (std::size_t i = 0; i < common_keys.size(); ++i) {
        if ((sax.seen & (1U << i)) != 0) continue;
        refuse(0, sax.seen == 0 ? "The line is an object without any key."
                                : "The key \"" + std::string(common_keys[i]) + "\" is missing.");
        return line_result::refused;
    }
    return line_result::parsed;
}

void event_line::refuse(std::size_t offset, std::string what) {
    fault_ = {offset, std::move(what)};
}

}  // namespace giambio::trace
