// Cuts an expression into tokens, and refuses what cannot be one.
//
// Not here: grammar (query_parser.cpp).
// Kept true: nothing is read behind the expression's end, whatever is in it.
// Internal to tracer/model/.
#include "tracer/model/query_lexer.hpp"

#include "tracer/model/query.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace giambio::trace::query {
namespace {

// Longer expressions are no questions that anybody has written.
constexpr std::size_t longest_expression = 64 * 1024;

bool is_digit(char each) {
    return each >= '0' && each <= '9';
}

bool is_letter(char each) {
    return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || each == '_';
}

class lexer {
public:
    explicit lexer(std::string_view expression) : all_(expression) {}

    std::vector<token> run() {
        if (all_.size() > longest_expression)
            throw bad_query(1, "The expression is longer than 64 KiB.");
        for (skip_blanks(); at_ < all_.size(); skip_blanks()) {
            token made = next();
            made.length = at_ - made.offset;
            made_.push_back(std::move(made));
        }
        made_.push_back({token_kind::end, all_.size(), 0, {}, 0});
        return std::move(made_);
    }

private:
    void skip_blanks() {
        while (at_ < all_.size() && std::string_view(" \t\r\n").find(all_[at_]) < 4) ++at_;
    }

    [[noreturn]] void refuse(std::size_t offset, const std::string& what) const {
        throw bad_query(column_of(all_, offset), what);
    }

    token next() {
        token made{token_kind::symbol, at_, 0, {}, 0};
        const char first = all_[at_];
        if (is_digit(first)) {
            read_number(made);
        } else if (is_letter(first)) {
            read_word(made);
        } else if (first == '"' || first == '\'') {
            read_text(made);
        } else {
            read_symbol(made);
        }
        return made;
    }

    std::string_view letters() {
        const std::size_t from = at_;
        while (at_ < all_.size() && (is_letter(all_[at_]) || is_digit(all_[at_]))) ++at_;
        return all_.substr(from, at_ - from);
    }

    long double digits() {
        const std::size_t from = at_;
        while (at_ < all_.size() && is_digit(all_[at_])) ++at_;
        const bool has_fraction = at_ + 1 < all_.size() && all_[at_] == '.';
        if (has_fraction && is_digit(all_[at_ + 1])) {
            ++at_;
            while (at_ < all_.size() && is_digit(all_[at_])) ++at_;
        }
        long double value = 0;
        const auto read = std::from_chars(all_.data() + from, all_.data() + at_, value);
        if (read.ec != std::errc{} || value > 1e18L) refuse(from, "The number is too large.");
        return value;
    }

    void read_number(token& into) {
        into.is = token_kind::number;
        into.number = digits();
        const std::size_t from = at_;
        const std::string_view unit = letters();
        if (unit.empty()) return;
        into.is = token_kind::duration;
        if (unit == "ns") return;
        if (unit == "us") into.number *= 1e3L;
        if (unit == "ms") into.number *= 1e6L;
        if (unit == "s") into.number *= 1e9L;
        if (unit != "us" && unit != "ms" && unit != "s")
            refuse(from, "\"" + std::string(unit) +
                             "\" is no unit; a duration ends in ns, us, ms "
                             "or s, as in 12.5ms.");
        round_to_whole(into.number);
    }

    // 1.003us is for the machine a little more than 1003 ns, which no trace event's time would be.
    static void round_to_whole(long double& nanoseconds) {
        constexpr long double little = 0.01L;
        const long double nearest = std::round(nanoseconds);
        if (std::abs(nanoseconds - nearest) < little) nanoseconds = nearest;
    }

    void read_word(token& into) {
        into.is = token_kind::word;
        into.text = letters();
        if (into.text != "seq" || at_ + 1 >= all_.size() || all_[at_] != ':') return;
        if (!is_digit(all_[at_ + 1])) return;
        ++at_;
        into.is = token_kind::moment;
        into.number = digits();
    }

    void read_text(token& into) {
        into.is = token_kind::text;
        const char quote = all_[at_];
        for (++at_; at_ < all_.size() && all_[at_] != quote; ++at_) {
            const bool escaped = all_[at_] == '\\' && at_ + 1 < all_.size() &&
                                 (all_[at_ + 1] == quote || all_[at_ + 1] == '\\');
            if (escaped) ++at_;
            into.text += all_[at_];
        }
        if (at_ >= all_.size()) refuse(into.offset, "The text that begins here has no end.");
        ++at_;
    }

    void read_symbol(token& into) {
        constexpr std::array symbols{"==", "!=", "<=", ">=", "<", ">", "(", ")",
                                     ",",  ".",  "+",  "-",  "*", "/", "|"};
        const std::string_view rest = all_.substr(at_);
        refuse_foreign(rest);
        const auto found = std::find_if(symbols.begin(), symbols.end(),
                                        [&](const char* each) { return rest.starts_with(each); });
        if (found == symbols.end()) refuse(at_, "This character is no part of the language.");
        into.text = *found;
        at_ += into.text.size();
    }

    // Words of other languages that fingers write by themselves.
    void refuse_foreign(std::string_view rest) const {
        struct habit {
            std::string_view written;
            const char* meant;
        };
        constexpr std::array habits{habit{"&&", "and"}, habit{"||", "or"}, habit{"=~", "=="}};
        for (const habit& each : habits)
            if (rest.starts_with(each.written))
                refuse(at_, "Write " + std::string(each.meant) + " here.");
        if (rest.starts_with("!") && !rest.starts_with("!=")) refuse(at_, "Write not here.");
        if (rest.starts_with("=") && !rest.starts_with("==")) refuse(at_, "Write == here.");
    }

    std::string_view all_;
    std::size_t at_ = 0;
    std::vector<token> made_;
};

}  // namespace

std::size_t column_of(std::string_view expression, std::size_t offset) {
    const std::string_view before = expression.substr(0, std::min(offset, expression.size()));
    // The second and later bytes of a character in UTF-8 begin with the bits 10.
    return 1 + static_cast<std::size_t>(std::count_if(before.begin(), before.end(), [](char each) {
               return (static_cast<unsigned char>(each) & 0xc0U) != 0x80U;
           }));
}

std::vector<token> tokens_of(std::string_view expression) {
    return lexer(expression).run();
}

}  // namespace giambio::trace::query
