// Binds a lesson's paragraphs to trace events and fills in the values.
//
// Calls lesson_markdown.cpp for the text and lesson_steps.cpp for the trace events. A value that
// cannot be filled in stays as it is written and becomes a complaint. Not here: selectors.
// Kept true: a paragraph that is bound has the id of its step, found or not.
// Internal to tracer/model/; its functions are public through lesson_text.hpp.
#include "tracer/model/lesson_text.hpp"

#include "tracer/model/lesson_markdown.hpp"
#include "tracer/model/lesson_steps.hpp"
#include "tracer/model/words.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

namespace giambio::trace {
namespace {

class binder {
public:
    binder(const recording& of, std::string file, lesson_text& into, const lesson_steps& steps)
        : of_(&of), file_(std::move(file)), into_(&into), steps_(&steps) {}

    void bind(lesson_paragraph& paragraph);

private:
    void fill(lesson_paragraph& paragraph);
    std::optional<std::string> value(std::string_view written, const lesson_paragraph& paragraph);
    std::uint64_t seq_of(std::string_view step, const lesson_paragraph& paragraph);
    void complain(const std::string& id, const std::string& sentence) {
        into_->complaints.push_back(file_ + ": paragraph \"" + id + "\" " + sentence);
    }

    const recording* of_;
    std::string file_;
    lesson_text* into_;
    const lesson_steps* steps_;
};

void binder::bind(lesson_paragraph& paragraph) {
    if (!paragraph.text.starts_with("{#") || paragraph.kind == "code") return;
    const std::size_t close = paragraph.text.find('}');
    if (close == std::string::npos) return complain(paragraph.text, "has no } after {#");
    paragraph.id = paragraph.text.substr(2, close - 2);
    paragraph.text.erase(0, paragraph.text.find_first_not_of(' ', close + 1));
    const auto found = steps_->seq_of.find(paragraph.id);
    if (found == steps_->seq_of.end()) {
        complain(paragraph.id, "belongs to no step; add the step to steps.json");
    } else {
        paragraph.seq = found->second;
        // A step that was not found was complained about with the steps.
        if (paragraph.seq != 0) fill(paragraph);
    }
}

void binder::fill(lesson_paragraph& paragraph) {
    std::string filled;
    std::string_view rest = paragraph.text;
    for (;;) {
        const std::size_t open = rest.find("[[");
        const std::size_t close = rest.find("]]", open == std::string_view::npos ? 0 : open);
        if (open == std::string_view::npos || close == std::string_view::npos) break;
        filled += rest.substr(0, open);
        const std::string_view written = rest.substr(open + 2, close - open - 2);
        if (const auto found = value(written, paragraph)) {
            filled += *found;
        } else {
            filled += rest.substr(open, close + 2 - open);
        }
        rest.remove_prefix(close + 2);
    }
    paragraph.text = filled.append(rest);
}

std::uint64_t binder::seq_of(std::string_view step, const lesson_paragraph& paragraph) {
    if (step.empty()) return paragraph.seq;
    const auto found = steps_->seq_of.find(step);
    return found == steps_->seq_of.end() ? 0 : found->second;
}

// One of the trace event's own keys in words; absent when it has no such key.
std::optional<std::string> key_value(const recording& of, const event& that, key which) {
    for (const argument& each : of.arguments_of(that)) {
        if (each.key != which) continue;
        if (each.is_text) return std::string(each.text);
        const bool is_time =
            which == key::ns || which == key::due || which == key::late || which == key::timeout;
        if (is_time && each.number < 0) return "for ever";
        return is_time ? duration_text(each.number) : std::to_string(each.number);
    }
    return std::nullopt;
}

std::optional<std::string> binder::value(std::string_view written,
                                         const lesson_paragraph& paragraph) {
    const std::size_t colon = written.find(':');
    const std::string_view word = written.substr(0, colon);
    const std::string_view step =
        colon == std::string_view::npos ? std::string_view{} : written.substr(colon + 1);
    const std::uint64_t seq = seq_of(step, paragraph);
    std::optional<std::string> found;
    if (seq != 0) {
        const event& that = of_->events[of_->index_of(seq)];
        const event& own = of_->events[of_->index_of(paragraph.seq)];
        if (word == "t") {
            found = duration_text(that.t);
        } else if (word == "dur") {
            found = duration_text(own.t > that.t ? own.t - that.t : that.t - own.t);
        } else if (word == "task") {
            found = of_->task_name(that.task);
        } else {
            found = key_value(*of_, that, key_of(word));
        }
    }
    if (!found)
        complain(paragraph.id,
                 "asks for [[" + std::string(written) + "]], which is no step's time, task or key");
    return found;
}

// The whole file; a complaint when it cannot be read.
std::optional<std::string> text_of_file(const std::filesystem::path& path, lesson_text& into) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        into.complaints.push_back(path.string() + ": cannot be read; is this a lesson's folder?");
        return std::nullopt;
    }
    return std::string(std::istreambuf_iterator<char>(file), {});
}

// How complaints name a file: with its lesson's folder, whatever the place it was opened from.
std::string short_name(const std::filesystem::path& folder, const std::string& file) {
    const auto clean = folder.lexically_normal();
    const auto last = clean.has_filename() ? clean.filename() : clean.parent_path().filename();
    return (last / file).string();
}

std::string first_heading(const std::vector<lesson_paragraph>& paragraphs) {
    for (const lesson_paragraph& each : paragraphs)
        if (each.kind == "heading") return each.text;
    return {};
}

}  // namespace

lesson_text read_lesson(const std::string& folder, const recording& of) {
    const std::filesystem::path path = folder;
    lesson_text made;
    lesson_steps steps;
    if (const auto written = text_of_file(path / "steps.json", made)) {
        steps = read_steps(*written, short_name(path, "steps.json"), of);
        made.complaints.insert(made.complaints.end(), steps.complaints.begin(),
                               steps.complaints.end());
    }
    if (const auto written = text_of_file(path / "text.md", made)) {
        made.paragraphs = read_markdown(*written);
        binder all(of, short_name(path, "text.md"), made, steps);
        for (lesson_paragraph& each : made.paragraphs) all.bind(each);
    }
    made.title = steps.title.empty() ? first_heading(made.paragraphs) : steps.title;
    return made;
}

std::string_view source_line(const recording& of, std::uint32_t site_id) {
    const site* place = of.site_of(site_id);
    if (place == nullptr || place->source > of.sources.size()) return {};
    const auto& text = of.sources[place->source - 1].text;
    if (!text || place->line == 0) return {};
    std::string_view rest = *text;
    for (std::uint32_t line = 1; line < place->line; ++line) {
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) return {};
        rest.remove_prefix(end + 1);
    }
    rest = rest.substr(0, rest.find('\n'));
    const std::size_t first = rest.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return rest.substr(first, rest.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace giambio::trace
