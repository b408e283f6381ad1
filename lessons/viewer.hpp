// Hands a trace and a lesson to the viewer, which is a program of its own beside this one.
//
// main.cpp and demo.cpp call in. Not here: how to tell a lesson without a window (telling.hpp).
// Internal to lessons/.
#pragma once

#include <filesystem>

namespace giambio::lessons {

// Is there a screen to open a window on?
bool has_display();

// Opens the window at the lesson's first step and waits until it is closed; the viewer's exit code.
int show(const std::filesystem::path& trace, const std::filesystem::path& lesson_folder);

// Draws what the window would show at that step of the lesson (from 1) into a PNG file; needs no
// display. Throws fault when it fails.
void take_picture(const std::filesystem::path& trace, const std::filesystem::path& lesson_folder,
                  int step, const std::filesystem::path& picture);

}  // namespace giambio::lessons
