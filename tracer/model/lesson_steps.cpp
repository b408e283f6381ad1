// Reads steps.json and finds each step's trace event (lesson_steps.hpp tells the language).
//
// Selectors are read first (lesson_selector.cpp), then resolved in any order, because a step may
// name one that is written further down. Not here: what a selector's words mean to one trace event.
// Kept true: every step id of the file ends up in seq_of, found or not.
// Internal to tracer/model/.
#include "tracer/model/lesson_steps.hpp"

#include "tracer/model/lesson_selector.hpp"
#include "tracer/model/words.hpp"

#include <utility>

#include <nlohmann/json.hpp>

namespace giambio::trace {
namespace {

using nlohmann::json;

class resolver {
public:
    resolver(const recording& of, std::string file) : of_(&of), file_(std::move(file)) {}

    void read(const json& document);
    void resolve_all();
    lesson_steps take() { return std::move(found_); }
    void complain(const std::string& sentence) {
        found_.complaints.push_back(file_ + ": " + sentence);
    }

private:
    void add(const json& step);
    std::uint64_t resolve(const std::string& id);
    std::uint64_t find(const std::string& id, selector& wanted);
    bool bind_references(const std::string& id, selector& wanted);
    void complain_about_count(const std::string& id, const selector& wanted,
                              const std::vector<std::size_t>& matching);

    const recording* of_;
    std::string file_;
    lesson_steps found_;
    std::map<std::string, selector> selectors_;
    std::vector<std::string> in_progress_;
};

void resolver::read(const json& document) {
    if (!document.is_object()) return complain("must be an object with \"title\" and \"steps\"");
    if (const auto title = document.find("title"); title != document.end() && title->is_string())
        found_.title = title->get<std::string>();
    const auto steps = document.find("steps");
    if (steps == document.end() || !steps->is_array())
        return complain(
            "has no list of \"steps\"; write \"steps\": [{\"id\": ..., \"select\": ...}]");
    for (const json& step : *steps) add(step);
}

void resolver::add(const json& step) {
    const json* id = step.is_object() && step.contains("id") ? &step["id"] : nullptr;
    if (id == nullptr || !id->is_string())
        return complain("the step " + step.dump() + " has no text in \"id\"");
    const auto name = id->get<std::string>();
    if (!found_.seq_of.try_emplace(name, 0).second)
        return complain("step \"" + name + "\" is written twice");
    if (!step.contains("select")) return complain("step \"" + name + "\" has no \"select\"");
    try {
        selectors_.emplace(name, read_selector(step["select"]));
    } catch (const bad_selector& wrong) {
        complain("step \"" + name + "\": " + wrong.what());
    }
}

void resolver::resolve_all() {
    for (const auto& [id, unused] : selectors_) resolve(id);
}

// The seq of a step; 0 when it has none, which was then complained about.
std::uint64_t resolver::resolve(const std::string& id) {
    const auto wanted = selectors_.find(id);
    if (wanted == selectors_.end() || wanted->second.resolved) return found_.seq_of[id];
    for (const std::string& open : in_progress_)
        if (open == id) {
            complain("step \"" + id + "\" refers to itself through its own references");
            return 0;
        }
    in_progress_.push_back(id);
    found_.seq_of[id] = find(id, wanted->second);
    wanted->second.resolved = true;
    in_progress_.pop_back();
    return found_.seq_of[id];
}

bool resolver::bind_references(const std::string& id, selector& wanted) {
    for (reference& each : wanted.references) {
        if (!found_.seq_of.contains(each.step)) {
            complain("step \"" + id + "\" refers to \"" + each.step + "\", which is no step");
            return false;
        }
        each.seq = resolve(each.step);
        if (each.seq == 0) {
            complain("step \"" + id + "\" refers to \"" + each.step + "\", which was not found");
            return false;
        }
    }
    return true;
}

std::uint64_t resolver::find(const std::string& id, selector& wanted) {
    if (!bind_references(id, wanted)) return 0;
    std::vector<std::size_t> matching;
    for (std::size_t i = 0; i < of_->events.size(); ++i)
        if (selects(wanted, *of_, of_->events[i])) matching.push_back(i);
    const bool enough =
        wanted.nth == 0 ? matching.size() == 1 : !matching.empty() && matching.size() >= wanted.nth;
    if (!enough && !(wanted.last && !matching.empty())) {
        complain_about_count(id, wanted, matching);
        return 0;
    }
    const std::size_t place = wanted.last      ? matching.size() - 1
                              : wanted.nth > 0 ? wanted.nth - 1
                                               : 0;
    return of_->events[matching[place]].seq;
}

void resolver::complain_about_count(const std::string& id, const selector& wanted,
                                    const std::vector<std::size_t>& matching) {
    std::string sentence = "step \"" + id + "\" (" + wanted.written + ") matches " +
                           std::to_string(matching.size()) + " trace events of " + of_->file;
    sentence += wanted.nth > 0 ? " and asks for number " + std::to_string(wanted.nth)
                               : std::string(" and must match exactly one");
    for (std::size_t i = 0; i < matching.size() && i < 3; ++i) {
        const event& that = of_->events[matching[i]];
        sentence += (i == 0 ? ": seq " : "; seq ") + std::to_string(that.seq) + ", " +
                    trace::sentence(*of_, that);
    }
    if (matching.size() > 3) sentence += "; ...";
    complain(sentence);
}

}  // namespace

lesson_steps read_steps(const std::string& text, const std::string& file, const recording& of) {
    resolver all(of, file);
    try {
        all.read(json::parse(text));
    } catch (const json::parse_error& wrong) {
        all.complain("is no JSON (byte " + std::to_string(wrong.byte) + "): " + wrong.what());
    } catch (const json::out_of_range& wrong) {
        all.complain(std::string("has a number that is too large: ") + wrong.what());
    }
    all.resolve_all();
    return all.take();
}

}  // namespace giambio::trace
