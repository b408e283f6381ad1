// Which lessons there are, and where.
//
// main.cpp asks here. A lesson is a folder with a steps.json whose first keys tell its title, its
// length, its idea in a sentence, and how its program is started. Not here: the steps themselves
// and the text (tracer/model/lesson_text.hpp), running the program (running.hpp).
// Kept true: lessons are sorted by number, and no two have the same.
// Internal to lessons/.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace giambio::lessons {

struct lesson {
    std::string name;    // of the folder: "03-ready-queue"
    std::string number;  // "03"
    std::filesystem::path folder;
    std::string title;
    int minutes = 0;
    std::string idea;
    std::vector<std::string> program;       // its name and arguments: virtual clock, exact
    std::vector<std::string> real_program;  // the same on real sockets; empty: there is no such run
};

// The folder of the lessons: $GIAMBIO_LESSONS, else found by walking up from this program, else
// from the current folder.
std::filesystem::path lessons_folder();

std::vector<lesson> all_lessons(const std::filesystem::path& folder);

// `wanted` is a number ("3", "03") or a folder's name. Throws fault when no lesson is called so.
const lesson& find_lesson(const std::vector<lesson>& among, const std::string& wanted);

// The trace that belongs to the lesson, recorded once and compared with every fresh one.
std::filesystem::path golden_trace(const lesson& of);

}  // namespace giambio::lessons
