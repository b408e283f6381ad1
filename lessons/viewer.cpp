// Starts giambio-view as a child; it may be missing, because the window is optional in a build.
//
// Called by main.cpp and demo.cpp. Not here: anything about windows.
// Internal to lessons/.
#include "lessons/viewer.hpp"

#include "lessons/child.hpp"
#include "lessons/fault.hpp"

#include <cstdlib>

namespace giambio::lessons {
namespace {

bool is_set(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

std::vector<std::string> command_for(const std::filesystem::path& trace,
                                     const std::filesystem::path& lesson_folder, int step) {
    return {"giambio-view",         trace.string(), "--lesson",
            lesson_folder.string(), "--step",       std::to_string(step)};
}

}  // namespace

bool has_display() {
    return is_set("DISPLAY") || is_set("WAYLAND_DISPLAY");
}

int show(const std::filesystem::path& trace, const std::filesystem::path& lesson_folder) {
    return child(command_for(trace, lesson_folder, 1), {}, output::inherited).wait();
}

void take_picture(const std::filesystem::path& trace, const std::filesystem::path& lesson_folder,
                  int step, const std::filesystem::path& picture) {
    std::vector<std::string> command = command_for(trace, lesson_folder, step);
    command.insert(command.end(), {"--screenshot", picture.string(), "--size", "1600x1000"});
    child drawing(command, {}, output::read_by_us);
    std::string printed;
    while (const auto line = drawing.read_line()) printed += *line + '\n';
    if (const int code = drawing.wait(); code != 0)
        throw fault("the picture could not be made: giambio-view ended with " +
                    std::to_string(code) + "\n" + printed);
}

}  // namespace giambio::lessons
