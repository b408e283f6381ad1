// Finding a trace event by its words: the line in which they are typed, and the search itself.
//
// The study owns one. What is looked through is what the list of trace events shows: the kind, the
// task and the sentence, so that a name finds all that a task does and all that is done to it.
// Not here: moving the playhead (study.cpp), which keys type (gui/window/window.cpp).
// Kept true: the text is whole characters of UTF-8.
// Internal to gui/.
#pragma once

#include "tracer/model/trace.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace giambio::gui {

// Are these words in the trace event's row? Capitals and small letters are the same.
bool has_words(const trace::recording& of, std::size_t index, std::string_view words);

class search {
public:
    bool is_open() const { return open_; }
    const std::string& text() const { return text_; }
    // What is odd about the last answer: that there is none, or on which way it was found.
    std::string_view note() const { return note_; }

    void open();  // with an empty line
    void close() { open_ = false; }
    void type(char32_t sign);
    void erase();  // the last character

    // The nearest trace event behind (or before) this one that has the words; at the end of the run
    // it goes on from the other end. Nothing when there is none, or nothing was typed.
    std::optional<std::size_t> next(const trace::recording& of, std::size_t from);
    std::optional<std::size_t> previous(const trace::recording& of, std::size_t from);

private:
    bool open_ = false;
    std::string text_;
    std::string_view note_;
};

}  // namespace giambio::gui
