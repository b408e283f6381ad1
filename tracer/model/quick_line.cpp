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

// True when every byte is printable ASCII and none is a backslash: then a text ends at the next
// quote, and nothing in the line needs decoding. Eight bytes at a time; a borrow out of one byte
// can only make its neighbour look unusual, which is safe.
bool is_plain(std::string_view line) {
    constexpr std::uint64_t each = 0x0101010101010101;
    constexpr std::uint64_t high = 0x80 * each;
    std::uint64_t unusual = 0;
    while (line.size() >= sizeof(std::uint64_t)) {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, line.data(), sizeof bytes);
        const std::uint64_t backslash = bytes ^ (each * '\\');
        unusual |= bytes | (bytes - each * ' ') | (backslash - each);
        line.remove_prefix(sizeof bytes);
    }
    for (const char byte : line)
        if (byte < ' ' || byte == '\\') return false;
    return (unusual & high) == 0;
}

class cursor {
public:
    explicit cursor(std::string_view line) : at_(line.data()), end_(at_ + line.size()) {}

    // With its length known, the compiler compares a literal in one or two instructions.
    template <std::size_t size>
    bool take(const char (&literal)[size]) {
        constexpr std::size_t length = size - 1;
        if (static_cast<std::size_t>(end_ - at_) < length) return false;
        if (std::memcmp(at_, literal, length) != 0) return false;
        at_ += length;
        return true;
    }
    bool take(char wanted) {
        if (at_ == end_ || *at_ != wanted) return false;
        ++at_;
        return true;
    }
    bool at_end() const { return at_ == end_; }
    char front() const { return at_ == end_ ? '\0' : *at_; }
    const char* place() const { return at_; }

    // Digits as JSON allows them: at most 18, so that the number fits, and no zero before others.
    static_assert(999'999'999'999'999'999 <= latest_time);
    template <typename integer>
    bool number(integer& into) {
        const char* const begin = at_;
        std::uint64_t value = 0;
        while (at_ != end_ && *at_ >= '0' && *at_ <= '9')
            value = 10 * value + static_cast<std::uint64_t>(*at_++ - '0');
        const auto digits = at_ - begin;
        if (digits == 0 || digits > 18 || (digits > 1 && *begin == '0')) return false;
        if (value > static_cast<std::uint64_t>(std::numeric_limits<integer>::max())) return false;
        into = static_cast<integer>(value);
        return true;
    }

    // A text of any length, up to the closing quote, which is taken too.
    bool long_text() {
        const auto left = static_cast<std::size_t>(end_ - at_);
        const void* const quote = std::memchr(at_, '"', left);
        if (quote == nullptr) return false;
        at_ = static_cast<const char*>(quote) + 1;
        return true;
    }

    // The same for a short one, which is wanted.
    bool text(std::string_view& into) {
        const char* const begin = at_;
        while (at_ != end_ && *at_ != '"') ++at_;
        into = {begin, static_cast<std::size_t>(at_ - begin)};
        return take('"');
    }

private:
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
    if (from.take('"')) return (any || wanted == shape::text) && from.long_text();
    if (from.take("true") || from.take("false")) return any || wanted == shape::flag;
    if (!any && wanted != shape::number) return false;
    from.take('-');
    return from.number(number);
}

bool take_own_keys(cursor& from) {
    std::string_view word;
    while (from.take(",\"")) {
        if (!from.text(word) || !from.take(':')) return false;
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
    if (!is_plain(line)) return std::nullopt;
    cursor from(line);
    quick_event quick;
    event& made = quick.made;
    std::string_view kind_text;
    const bool common = from.take("{\"seq\":") && from.number(made.seq) &&  //
                        from.take(",\"t\":") && from.number(made.t) && from.take(",\"turn\":") &&
                        from.number(made.turn) && from.take(",\"kind\":\"") &&
                        from.text(kind_text) && from.take(",\"task\":") && from.number(made.task) &&
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
