// Collects what md4c reports, block by block, into flat paragraphs.
//
// md4c calls the four functions below while it parses; each hands over to the collector. Quotes and
// rules are not used by lessons: their text becomes plain paragraphs. Not here: what a paragraph is
// bound to (lesson_text.cpp).
// Kept true: every paragraph that is handed out has text.
// Internal to tracer/model/.
#include "tracer/model/lesson_markdown.hpp"

#include <array>
#include <string>
#include <utility>

#include <md4c.h>

namespace giambio::trace {
namespace {

// A bullet list has no next number.
struct open_list {
    bool numbered = false;
    unsigned next_number = 0;
};

class collector {
public:
    void enter(MD_BLOCKTYPE type, const void* more);
    void leave(MD_BLOCKTYPE type);
    void text(MD_TEXTTYPE type, std::string_view piece);
    void span(MD_SPANTYPE type);
    std::vector<lesson_paragraph> take() { return std::move(done_); }

private:
    void begin(std::string kind, int level);
    void begin_item();
    void end();

    std::vector<lesson_paragraph> done_;
    lesson_paragraph current_;
    bool open_ = false;
    std::vector<open_list> lists_;
};

void collector::begin(std::string kind, int level) {
    end();
    current_ = {.id = {}, .kind = std::move(kind), .level = level, .text = {}, .seq = 0};
    open_ = true;
}

void collector::end() {
    if (open_ && current_.kind == "code" && current_.text.ends_with('\n')) current_.text.pop_back();
    if (open_ && !current_.text.empty()) done_.push_back(std::move(current_));
    open_ = false;
}

void collector::begin_item() {
    begin("list", static_cast<int>(lists_.size()));
    open_list& list = lists_.back();
    if (list.numbered) current_.text = std::to_string(list.next_number++) + ". ";
}

void collector::enter(MD_BLOCKTYPE type, const void* more) {
    switch (type) {
        case MD_BLOCK_H:
            begin("heading", static_cast<int>(static_cast<const MD_BLOCK_H_DETAIL*>(more)->level));
            break;
        case MD_BLOCK_CODE:
            begin("code", 0);
            break;
        case MD_BLOCK_UL:
            lists_.push_back({});
            break;
        case MD_BLOCK_OL:
            lists_.push_back({true, static_cast<const MD_BLOCK_OL_DETAIL*>(more)->start});
            break;
        case MD_BLOCK_LI:
            begin_item();
            break;
        case MD_BLOCK_P:
            // The first paragraph of a list item with blank lines around it is the item itself.
            if (!open_) begin("paragraph", 0);
            break;
        default:
            break;
    }
}

void collector::leave(MD_BLOCKTYPE type) {
    if ((type == MD_BLOCK_UL || type == MD_BLOCK_OL) && !lists_.empty()) lists_.pop_back();
    if (type != MD_BLOCK_DOC) end();
}

// The text that an HTML entity stands for; lessons need these four.
std::string_view entity(std::string_view written) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> known{
        {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}}};
    for (const auto& [name, meant] : known)
        if (name == written) return meant;
    return written;
}

void collector::text(MD_TEXTTYPE type, std::string_view piece) {
    if (!open_) begin("paragraph", 0);
    switch (type) {
        case MD_TEXT_SOFTBR:
            current_.text += ' ';
            break;
        case MD_TEXT_BR:
            current_.text += '\n';
            break;
        case MD_TEXT_ENTITY:
            current_.text += entity(piece);
            break;
        default:
            current_.text += piece;
            break;
    }
}

void collector::span(MD_SPANTYPE type) {
    if (type == MD_SPAN_CODE && open_) current_.text += '`';
}

}  // namespace

std::vector<lesson_paragraph> read_markdown(std::string_view text) {
    collector into;
    MD_PARSER parser{};
    parser.flags = MD_FLAG_NOHTML | MD_FLAG_NOINDENTEDCODEBLOCKS;
    parser.enter_block = [](MD_BLOCKTYPE type, void* more, void* user) {
        static_cast<collector*>(user)->enter(type, more);
        return 0;
    };
    parser.leave_block = [](MD_BLOCKTYPE type, void*, void* user) {
        static_cast<collector*>(user)->leave(type);
        return 0;
    };
    parser.enter_span = [](MD_SPANTYPE type, void*, void* user) {
        static_cast<collector*>(user)->span(type);
        return 0;
    };
    parser.leave_span = parser.enter_span;
    parser.text = [](MD_TEXTTYPE type, const MD_CHAR* piece, MD_SIZE size, void* user) {
        static_cast<collector*>(user)->text(type, {piece, size});
        return 0;
    };
    md_parse(text.data(), static_cast<MD_SIZE>(text.size()), &parser, &into);
    return into.take();
}

}  // namespace giambio::trace
