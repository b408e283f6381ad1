// Looks for lessons in the file system and reads the first keys of their steps.json.
//
// Called by main.cpp. Not here: anything that runs or tells a lesson.
// Kept true: a folder that looks like a lesson and cannot be read is a fault, never left out.
// Internal to lessons/.
#include "lessons/catalogue.hpp"

#include "lessons/child.hpp"
#include "lessons/fault.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>

#include <nlohmann/json.hpp>

namespace giambio::lessons {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

bool holds_lessons(const fs::path& folder) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (fs::exists(entry.path() / "steps.json", ignored)) return true;
    return false;
}

lesson read_lesson_folder(const fs::path& folder) {
    const fs::path file = folder / "steps.json";
    std::ifstream text(file);
    lesson made;
    made.folder = folder;
    made.name = folder.filename().string();
    made.number = made.name.substr(0, made.name.find('-'));
    try {
        const json about = json::parse(text);
        made.title = about.at("title").get<std::string>();
        made.minutes = about.at("minutes").get<int>();
        made.idea = about.at("idea").get<std::string>();
        made.program = about.at("program").get<std::vector<std::string>>();
        made.real_program = about.value("real_program", std::vector<std::string>{});
    } catch (const json::exception& wrong) {
        throw fault(file.string() + " cannot be used: " + wrong.what());
    }
    if (made.program.empty()) throw fault(file.string() + ": \"program\" is empty; name a program");
    return made;
}

// "3" and "03" are the same number; an empty text is none.
std::string without_zeros(const std::string& number) {
    const bool digits = !number.empty() && std::ranges::all_of(number, [](unsigned char each) {
        return std::isdigit(each) != 0;
    });
    if (!digits) return {};
    const std::size_t first = number.find_first_not_of('0');
    return first == std::string::npos ? "0" : number.substr(first);
}

}  // namespace

fs::path lessons_folder() {
    if (const char* given = std::getenv("GIAMBIO_LESSONS"); given != nullptr && *given != '\0') {
        if (!holds_lessons(given))
            throw fault(std::string("GIAMBIO_LESSONS is ") + given +
                        ", and no folder there has a steps.json; set it to giambio's lessons/");
        return given;
    }
    for (const fs::path& start : {own_folder(), fs::current_path()})
        for (fs::path place = start; place.has_relative_path(); place = place.parent_path())
            if (holds_lessons(place / "lessons")) return place / "lessons";
    throw fault("there is no folder lessons/ above " + own_folder().string() + " or above here" +
                "; set GIAMBIO_LESSONS to the one in giambio's source");
}

std::vector<lesson> all_lessons(const fs::path& folder) {
    std::vector<lesson> found;
    for (const auto& entry : fs::directory_iterator(folder))
        if (fs::exists(entry.path() / "steps.json"))
            found.push_back(read_lesson_folder(entry.path()));
    std::ranges::sort(found, {}, &lesson::name);
    const auto twice = std::ranges::adjacent_find(found, {}, &lesson::number);
    if (twice != found.end())
        throw fault("two lessons have the number " + twice->number + " in " + folder.string());
    return found;
}

const lesson& find_lesson(const std::vector<lesson>& among, const std::string& wanted) {
    std::string numbers;
    for (const lesson& each : among) {
        const std::string number = without_zeros(each.number);
        if (each.name == wanted || (!number.empty() && number == without_zeros(wanted)))
            return each;
        numbers += (numbers.empty() ? "" : ", ") + each.number;
    }
    throw fault("there is no lesson \"" + wanted + "\"; the lessons are " + numbers +
                " (giambio-lesson list tells more)");
}

fs::path golden_trace(const lesson& of) {
    return of.folder / "trace.jsonl";
}

}  // namespace giambio::lessons
