// Walks over the keys of one trace event's line, where it stands in the file.
//
// The recording looks for one key with it, and the reader tells the texts that need decoding. The
// line was accepted as JSON before; this walk only has to find where things begin and end.
// Not here: whether a line is JSON (quick_line.cpp, event_line.cpp), what a key means.
// Internal to tracer/model/.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace giambio::trace {

class own_keys {
public:
    // From a `{` or a `,` of the line on. Nothing behind the line is looked at.
    explicit own_keys(const char* from) : at_(from) {}

    // The next key with its value; false when there is none.
    bool next();

    std::string_view word() const { return word_; }

    // The value as it is written: a text without its quotes.
    std::string_view value() const { return value_; }
    bool is_text() const { return is_text_; }
    bool has_escapes() const { return has_escapes_; }

private:
    void skip_space();
    std::string_view quoted();
    void skip_value();

    const char* at_;
    std::string_view word_;
    std::string_view value_;
    bool is_text_ = false;
    bool has_escapes_ = false;
};

// The number that is written there; true is 1, false is 0, anything else nothing.
std::optional<std::int64_t> number_in(std::string_view value);

// The whole numbers of an array, as it is written.
class numbers_in {
public:
    explicit numbers_in(std::string_view array) : rest_(array) {}
    bool next();
    std::uint32_t number() const { return number_; }

private:
    std::string_view rest_;
    std::uint32_t number_ = 0;
};

}  // namespace giambio::trace
