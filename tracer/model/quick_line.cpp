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

class cursor {
public:
    explicit cursor(std::string_view line) : at_(line.data()), end_(at_ + line.size()) {}

    bool take(std::string_view literal) {
        if (static_cast<std::size_t>(end_ - at_) < literal.size()) return false;
        if (std::memcmp(at_, literal.data(), literal.size()) != 0) return false;
        at_ += literal.size();
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

    // Up to the closing quote, which is taken too. Only plain ASCII, so that nothing needs decoding.
    bool text(std::string_view& into) {
        const char* const begin = at_;
        while (at_ != end_ && *at_ >= ' ' && *at_ != '"' && *at_ != '\\') ++at_;
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
    std::string_view text;
    std::int64_t number = 0;
    const bool any = wanted == shape::any;
    if (from.take('"')) return (any || wanted == shape::text) && from.text(text);
    if (from.take("true") || from.take("false")) return any || wanted == shape::flag;
    if (!any && wanted != shape::number) return false;
    from.take('-');
    return from.number(number);
}

bool take_own_keys(cursor& from) {
    std::string_view word;
    while (from.take(",\"")) {
        if (!from.text(word) || !from.take(':')) return false;
        if (word == "chain") {
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
