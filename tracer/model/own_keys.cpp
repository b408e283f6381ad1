// The walk over a line that is known to be a JSON object.
//
// Kept true: it ends at the line's closing brace.
// Internal to tracer/model/.
#include "tracer/model/own_keys.hpp"

#include <algorithm>
#include <charconv>

namespace giambio::trace {

// Our own writer makes none, so the first question is mostly the last.
void own_keys::skip_space() {
    while (*at_ <= ' ' && (*at_ == ' ' || *at_ == '\t' || *at_ == '\r')) ++at_;
}

// From an opening quote to behind the closing one; what is in between.
std::string_view own_keys::quoted() {
    const char* const begin = ++at_;
    has_escapes_ = false;
    for (; *at_ != '"'; ++at_)
        if (*at_ == '\\') {
            has_escapes_ = true;
            ++at_;
        }
    return {begin, static_cast<std::size_t>(at_++ - begin)};
}

// A number, a word, or anything in brackets.
void own_keys::skip_value() {
    int depth = 0;
    for (;; ++at_) {
        switch (*at_) {
            case '"':
                quoted();
                --at_;
                break;
            case '[':
                [[fallthrough]];
            case '{':
                ++depth;
                break;
            case ']':
                [[fallthrough]];
            case '}':
                if (depth == 0) return;
                --depth;
                break;
            case ',':
                if (depth == 0) return;
                break;
            default:
                break;
        }
    }
}

bool own_keys::next() {
    skip_space();
    if (*at_ == '}') return false;
    ++at_;  // the comma, or the brace that opens the line
    skip_space();
    if (*at_ == '}') return false;
    word_ = quoted();
    skip_space();
    ++at_;  // the colon
    skip_space();
    is_text_ = *at_ == '"';
    if (is_text_) {
        value_ = quoted();
        return true;
    }
    const char* const begin = at_;
    skip_value();
    has_escapes_ = false;
    value_ = {begin, static_cast<std::size_t>(at_ - begin)};
    const std::size_t last = value_.find_last_not_of(" \t\r");
    value_ = value_.substr(0, last + 1);
    return true;
}

std::optional<std::int64_t> number_in(std::string_view value) {
    if (value == "true") return 1;
    if (value == "false") return 0;
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (fault != std::errc{} || end != value.data() + value.size()) return std::nullopt;
    return number;
}

// Of a number that is too large all digits are passed over at once: to go on behind the first would
// be to read the others again, and again.
bool numbers_in::next() {
    while (!rest_.empty()) {
        const auto [end, fault] =
            std::from_chars(rest_.data(), rest_.data() + rest_.size(), number_);
        const auto used = static_cast<std::size_t>(end - rest_.data());
        rest_.remove_prefix(std::max<std::size_t>(used, 1));
        if (fault == std::errc{}) return true;
    }
    return false;
}

}  // namespace giambio::trace
