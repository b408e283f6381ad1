// One pass over the bytes of a line, without going back.
//
// Kept true: whenever in doubt, nothing is taken.
// Internal to tracer/model/.
#include "tracer/model/quick_line.hpp"

#include <cstdint>
#include <cstring>
#include <limits>

namespace giambio::trace {
namespace {

// Printable ASCII and no backslash: a text of these needs no decoding, and ends at the next quote.
bool is_plain(char byte) {
    return byte >= ' ' && byte <= '~' && byte != '\\';
}

// Where in a line the reading stands.
// Before: the line ends with a brace. So whoever asks for one byte, or for digits, need not ask
// whether there is another one: at the latest they meet the brace, and behind it nobody asks.
class cursor {
public:
    explicit cursor(std::string_view line) : at_(line.data()), end_(at_ + line.size()) {}

    template <std::size_t size>
    bool take(const char (&literal)[size]) {
        constexpr std::size_t length = size - 1;
        if (static_cast<std::size_t>(end_ - at_) < length) return false;
        if (!same_word({at_, length}, {literal, length})) return false;
        at_ += length;
        return true;
    }
    bool take(char wanted) {
        if (*at_ != wanted) return false;
        ++at_;
        return true;
    }
    bool at_end() const { return at_ == end_; }
    const char* place() const { return at_; }

    // Digits as JSON allows them: at most 18, so that the number fits, and no zero before others.
    static_assert(999'999'999'999'999'999 <= latest_time);
    template <typename integer>
    bool number(integer& into) {
        const char* const begin = at_;
        std::uint64_t value = 0;
        for (; digit() < 10; ++at_) value = 10 * value + digit();
        const auto digits = at_ - begin;
        if (digits == 0 || digits > 18 || (digits > 1 && *begin == '0')) return false;
        if (value > static_cast<std::uint64_t>(std::numeric_limits<integer>::max())) return false;
        into = static_cast<integer>(value);
        return true;
    }

    // A text that needs no decoding, up to the closing quote, which is taken too.
    bool text() {
        while (at_ != end_ && *at_ != '"' && is_plain(*at_)) ++at_;
        return at_ != end_ && take('"');
    }

    // A word that will be looked up: in whichever is found there is nothing unusual.
    bool word(std::string_view& into) {
        const char* const begin = at_;
        while (at_ != end_ && *at_ != '"') ++at_;
        into = {begin, static_cast<std::size_t>(at_ - begin)};
        return at_ != end_ && take('"');
    }

private:
    // What the next byte is as a digit; 10 or more if it is none.
    unsigned digit() const { return static_cast<unsigned>(*at_ - '0'); }

    const char* at_;
    const char* end_;
};

bool take_chain(cursor& from) {
    if (from.take(']')) return true;
    std::uint32_t site = 0;
    do {
        if (!from.number(site)) return false;
    } while (from.take(','));
    return from.take(']');
}

// The value of a key, in a shape that the key may have.
bool take_value(cursor& from, shape wanted) {
    std::int64_t number = 0;
    const bool any = wanted == shape::any;
    if (from.take('"')) return (any || wanted == shape::text) && from.text();
    if (from.take("true") || from.take("false")) return any || wanted == shape::flag;
    if (!any && wanted != shape::number) return false;
    from.take('-');
    return from.number(number);
}

bool take_own_keys(cursor& from) {
    std::string_view word;
    while (from.take(",\"")) {
        if (!from.word(word) || !from.take(':')) return false;
        if (same_word(word, "chain")) {
            if (!from.take('[') || !take_chain(from)) return false;
            continue;
        }
        const key which = key_of(word);
        if (which == key::unknown || !take_value(from, shape_of(which))) return false;
    }
    return from.take('}') && from.at_end();
}

}  // namespace

std::optional<quick_event> read_quickly(std::string_view line) {
    if (line.empty() || line.back() != '}') return std::nullopt;
    cursor from(line);
    quick_event quick;
    event& made = quick.made;
    std::string_view kind_text;
    const bool common = from.take("{\"seq\":") && from.number(made.seq) &&  //
                        from.take(",\"t\":") && from.number(made.t) && from.take(",\"turn\":") &&
                        from.number(made.turn) && from.take(",\"kind\":\"") &&
                        from.word(kind_text) && from.take(",\"task\":") && from.number(made.task) &&
                        from.take(",\"cause\":") && from.number(made.cause) &&
                        from.take(",\"at\":") && from.number(made.at);
    if (!common) return std::nullopt;
    made.kind = kind_of(kind_text);
    if (made.kind == kind::unknown) return std::nullopt;
    quick.keys_at = static_cast<std::size_t>(from.place() - line.data());
    if (!take_own_keys(from)) return std::nullopt;
    return quick;
}

}  // namespace giambio::trace
