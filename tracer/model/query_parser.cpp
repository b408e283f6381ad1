// The operators of the query language, and the small words that stand between them.
//
// Each function is one rule of the grammar in tracer/INSTRUMENT.md and has its name. Not here:
// functions and selections (query_calls.cpp).
// Kept true: every rule leaves the first token that it did not understand, and refuses types that
// do not go together at the operator's right side.
// Internal to tracer/model/.
#include "tracer/model/query_parser.hpp"

#include "tracer/model/query.hpp"

#include <algorithm>
#include <array>

namespace giambio::trace::query {
namespace {

bool is_number(type which) {
    return which == type::number || which == type::any;
}

bool is_zero(const node& which) {
    return which.is == form::constant && which.type == type::number && which.value == 0;
}

// May the two be compared at all?
bool go_together(const node& left, const node& right) {
    const auto named = [](type which) { return which == type::task || which == type::object; };
    const auto simple = [](type which) { return which == type::number || which == type::text; };
    const type a = left.type;
    const type b = right.type;
    if (a == type::any || b == type::any)
        return simple(a) || simple(b) || a == b || a == type::flag || b == type::flag;
    if (named(a) && simple(b)) return true;
    if (named(b) && simple(a)) return true;
    if (a == type::duration && is_zero(right)) return true;
    if (b == type::duration && is_zero(left)) return true;
    return a == b && a != type::numbers && a != type::durations;
}

std::string described(const node& which) {
    return "\"" + which.written + "\" is " + std::string(word_of(which.type));
}

}  // namespace

parser::inside::inside(parser& of, bool in_condition) : of_(of), before_(of.in_condition_) {
    if (of.nesting_ == deepest)
        of.refuse("The expression is nested more than " + std::to_string(deepest) + " times.");
    ++of.nesting_;
    of.in_condition_ = in_condition;
}

parser::inside::~inside() {
    --of_.nesting_;
    of_.in_condition_ = before_;
}

tree parse(std::string_view expression) {
    return parser(expression).run();
}

parser::parser(std::string_view expression) : all_(expression), tokens_(tokens_of(expression)) {}

tree parser::run() {
    if (now().is == token_kind::end) refuse("The expression is empty.");
    part root = expression();
    if (now().is != token_kind::end) expected("an operator or the end of the expression");
    if (root->type == type::numbers || root->type == type::durations)
        refuse_at(*root, described(*root) +
                             ", not a single value; ask for count, max, min, sum, mean, median or "
                             "percentile of it.");
    return {std::move(root), nodes_};
}

bool parser::is(std::string_view symbol_or_word) const {
    const bool plain = now().is == token_kind::symbol || now().is == token_kind::word;
    return plain && now().text == symbol_or_word;
}

bool parser::take(std::string_view symbol_or_word) {
    if (!is(symbol_or_word)) return false;
    ++at_;
    return true;
}

void parser::need(std::string_view symbol, const std::string& wanted) {
    if (!take(symbol)) expected(wanted);
}

void parser::refuse(const std::string& what) const {
    throw bad_query(column_of(all_, now().offset), what);
}

void parser::refuse_at(const node& which, const std::string& what) const {
    throw bad_query(which.column, what);
}

void parser::expected(const std::string& what, const std::vector<std::string_view>& known) const {
    if (now().is == token_kind::end) refuse("Expected " + what + ", but the expression ends here.");
    const std::string found(all_.substr(now().offset, now().length));
    const std::string near = now().is == token_kind::word ? meant(found, known) : "";
    refuse("Expected " + what + ", found \"" + found + "\"" + (near.empty() ? "." : near));
}

parser::part parser::make(form is, query::type type) {
    part made = std::make_unique<node>();
    made->is = is;
    made->type = type;
    made->number = nodes_++;
    return made;
}

// Tells a node where it stands: from its first token to the one before this.
parser::part parser::finish(part made, std::size_t first_token) const {
    const std::size_t from = tokens_[first_token].offset;
    const token& last = tokens_[at_ > first_token ? at_ - 1 : first_token];
    made->column = column_of(all_, from);
    made->written = all_.substr(from, last.offset + last.length - from);
    return made;
}

parser::part parser::joined(form is, std::string_view word, part (parser::*operand)()) {
    const std::size_t first = at_;
    part left = (this->*operand)();
    if (!this->is(word)) return left;
    part made = make(is, type::flag);
    check_flag(*left, word);
    made->parts.push_back(std::move(left));
    while (take(word)) {
        made->parts.push_back((this->*operand)());
        check_flag(*made->parts.back(), word);
    }
    return finish(std::move(made), first);
}

parser::part parser::expression() {
    const inside deeper(*this, in_condition_);
    return joined(form::one, "or", &parser::conjunction);
}

parser::part parser::conjunction() {
    return joined(form::all, "and", &parser::negation);
}

parser::part parser::negation() {
    const std::size_t first = at_;
    if (!take("not")) return comparison();
    const inside deeper(*this, in_condition_);
    part made = make(form::no, type::flag);
    made->parts.push_back(negation());
    check_flag(*made->parts.back(), "not");
    return finish(std::move(made), first);
}

query::comparison parser::comparison_sign() {
    constexpr std::array<std::string_view, 6> signs{"==", "!=", "<", "<=", ">", ">="};
    const auto found = std::find(signs.begin(), signs.end(), now().text);
    ++at_;
    return static_cast<query::comparison>(found - signs.begin());
}

parser::part parser::comparison() {
    const auto at_sign = [this] {
        return now().is == token_kind::symbol && std::string_view("=!<>").find(now().text[0]) < 4;
    };
    const std::size_t first = at_;
    part left = sum();
    if (!at_sign()) return left;
    part made = make(form::compare, type::flag);
    made->compares = comparison_sign();
    const bool is_state = left->type == type::state && now().is == token_kind::word;
    part right = is_state && next().text != "(" ? state_constant() : sum();
    check_sides(*left, *right, made->compares);
    if (at_sign()) refuse("Only two values are compared; write \"and\" between two comparisons.");
    made->parts.push_back(std::move(left));
    made->parts.push_back(std::move(right));
    return finish(std::move(made), first);
}

void parser::check_sides(const node& left, const node& right, query::comparison compares) const {
    if (!go_together(left, right)) {
        std::string what =
            described(left) + " and " + described(right) + "; they cannot be compared.";
        const auto both = [&](type a, type b) {
            return (left.type == a && right.type == b) || (left.type == b && right.type == a);
        };
        if (both(type::duration, type::number)) what += " A duration has a unit, as in 10ms.";
        if (both(type::moment, type::duration)) what += " Of a moment, write .t for its time.";
        if (both(type::moment, type::number)) what += " Of a moment, write .seq for its number.";
        refuse_at(right, what);
    }
    const bool ordered =
        compares != query::comparison::equal && compares != query::comparison::unequal;
    const auto has_order = [](type which) {
        return which == type::number || which == type::duration || which == type::any ||
               which == type::moment;
    };
    if (ordered && !(has_order(left.type) && has_order(right.type)))
        refuse_at(right, described(has_order(left.type) ? right : left) +
                             ", which has no order; only == and != can be asked.");
}

void parser::check_flag(const node& which, std::string_view beside) const {
    if (which.type == type::flag || which.type == type::any) return;
    refuse_at(which, described(which) + "; beside \"" + std::string(beside) +
                         "\" stands what is true or false.");
}

parser::part parser::sum() {
    const std::size_t first = at_;
    part left = product();
    if (!is("+") && !is("-")) return left;
    part made = make(form::sum, left->type);
    made->parts.push_back(std::move(left));
    while (is("+") || is("-")) {
        made->operators += tokens_[at_++].text;
        made->parts.push_back(product());
        made->type = type_of_sum(*made, *made->parts.back());
    }
    return finish(std::move(made), first);
}

parser::part parser::product() {
    const std::size_t first = at_;
    part left = factor();
    if (!is("*") && !is("/")) return left;
    part made = make(form::product, left->type);
    made->parts.push_back(std::move(left));
    while (is("*") || is("/")) {
        made->operators += tokens_[at_++].text;
        made->parts.push_back(factor());
        made->type = type_of_product(*made, *made->parts.back(), made->operators.back());
    }
    return finish(std::move(made), first);
}

query::type parser::type_of_sum(const node& left, const node& right) const {
    if (is_number(left.type) && is_number(right.type)) return type::number;
    if (left.type == type::duration && right.type == type::duration) return type::duration;
    if (left.type == type::moment || right.type == type::moment)
        refuse_at(right, "A moment is no number; write .t for its time.");
    refuse_at(right, described(right) + ", which cannot be added to or taken from " +
                         std::string(word_of(left.type)) + ".");
}

query::type parser::type_of_product(const node& left, const node& right, char sign) const {
    if (is_number(left.type) && is_number(right.type)) return type::number;
    if (left.type == type::duration && is_number(right.type)) return type::duration;
    if (sign == '*' && is_number(left.type) && right.type == type::duration) return type::duration;
    if (sign == '/' && left.type == type::duration && right.type == type::duration)
        return type::number;
    refuse_at(right, described(right) + ", which cannot stand beside \"" + std::string(1, sign) +
                         "\" and " + std::string(word_of(left.type)) + ".");
}

parser::part parser::factor() {
    const std::size_t first = at_;
    if (!take("-")) return primary();
    const inside deeper(*this, in_condition_);
    part made = make(form::negative, type::number);
    made->parts.push_back(factor());
    const node& of = *made->parts.front();
    if (!is_number(of.type) && of.type != type::duration)
        refuse_at(of, described(of) + ", which cannot be negative.");
    made->type = of.type == type::duration ? type::duration : type::number;
    return finish(std::move(made), first);
}

parser::part parser::primary() {
    const std::size_t first = at_;
    if (take("(")) {
        part made = expression();
        need(")", "\")\"");
        return fields_of(std::move(made), first);
    }
    if (now().is == token_kind::word) return fields_of(word(), first);
    if (now().is == token_kind::end || now().is == token_kind::symbol) expected("a value");
    return fields_of(constant(), first);
}

// `first(spawn).t`
parser::part parser::fields_of(part moment, std::size_t first_token) {
    if (!take(".")) return moment;
    if (moment->type != type::moment)
        refuse_at(*moment, described(*moment) + "; only a moment, such as first(spawn), has keys.");
    const auto which = field_of(now().text);
    if (now().is != token_kind::word || !which) expected("a key of a trace event", field_words());
    ++at_;
    part made = make(form::get, type_of(*which));
    made->field = *which;
    made->parts.push_back(std::move(moment));
    return finish(std::move(made), first_token);
}

parser::part parser::constant() {
    const std::size_t first = at_;
    const token& here = tokens_[at_++];
    const type types[] = {type::text, type::number, type::duration, type::text, type::moment};
    part made = make(form::constant, types[static_cast<std::size_t>(here.is)]);
    made->text = here.text;
    made->value = here.number;
    return finish(std::move(made), first);
}

parser::part parser::state_constant() {
    const std::size_t first = at_;
    const auto words = state_words();
    if (std::find(words.begin(), words.end(), now().text) == words.end())
        expected("a state (ready, running, parked, ended, unborn)", {words.begin(), words.end()});
    part made = make(form::constant, type::state);
    made->text = tokens_[at_++].text;
    return finish(std::move(made), first);
}

}  // namespace giambio::trace::query
