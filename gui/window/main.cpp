// giambio-view: opens a trace in a window, or draws a picture of it.
//
// Started by `./giambio view`, `demo` and `lesson run`. Reads the options, the trace and the
// lesson, then hands the study to the window or to the picture. Exit codes: 1 for a file that
// cannot be read or written, 2 for a wrong command line and for a missing display.
// Not here: anything that can be tested without a window.
// Internal to gui/window/.
#include "gui/draw/fonts.hpp"
#include "gui/model/dump.hpp"
#include "gui/window/offscreen.hpp"
#include "gui/window/options.hpp"
#include "gui/window/window.hpp"

#include "tracer/model/lesson_text.hpp"
#include "tracer/model/reader.hpp"

#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace {

using namespace giambio;

bool is_set(const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

void check_lesson(const std::string& folder) {
    if (std::filesystem::is_regular_file(std::filesystem::path(folder) / "text.md")) return;
    throw gui::bad_argument("There is no lesson in \"" + folder +
                            "\": a lesson's folder has a text.md and a steps.json.");
}

void set_up(gui::study& of, const gui::options& how) {
    if (how.scale) of.set_scale(*how.scale);
    of.set_theme(how.theme);
    if (!how.select.empty()) of.select(gui::read_task(of.of(), how.select));
    if (!how.lesson.empty()) of.open_lesson(trace::read_lesson(how.lesson, of.of()));
    if (how.step && *how.step > of.lesson().steps())
        throw gui::bad_argument("This lesson has " + std::to_string(of.lesson().steps()) +
                                " steps that this trace shows; there is no step " +
                                std::to_string(*how.step) + ".");
    if (how.step) of.choose_step(*how.step);
    if (how.at) of.go_to(gui::index_of(of.of(), *how.at));
}

// A file that cannot be read now, because a run is just beginning, leaves what is shown as it is.
void read_again(gui::study& of, const gui::options& how) {
    try {
        of.read_again(trace::read_file(how.file));
        if (!how.lesson.empty()) of.read_lesson_again(trace::read_lesson(how.lesson, of.of()));
    } catch (const std::exception& fault) {
        std::cerr << "giambio view: " << fault.what() << '\n';
    }
}

void show(gui::study& of, const gui::options& how) {
    std::string said;
    const auto announce = [&] {
        const std::string now = gui::dump(of);
        if (how.announce && now != said) std::cout << now << std::endl;
        said = now;
    };
    const auto rest = [&] {
        if (how.announce) std::cout << R"({"rest":true})" << std::endl;
    };
    const std::string file = std::filesystem::path(of.of().file).filename().string();
    const std::string& title = of.lesson().text().title;
    const std::string name = title.empty() ? file : title;
    const auto again = [&] { read_again(of, how); };
    gui::show_window(of, {how.size.width, how.size.height, name + " - giambio", !how.scale, again,
                          announce, rest});
}

void run(const gui::options& how) {
    if (!how.lesson.empty()) check_lesson(how.lesson);
    gui::study of(trace::read_file(how.file), how.axis);
    set_up(of, how);
    if (how.screenshot.empty())
        show(of, how);
    else
        gui::write_png(gui::draw_offscreen(of, how.size.width, how.size.height), how.screenshot);
    if (!how.dump_state.empty()) gui::write_text(gui::dump(of) + "\n", how.dump_state);
}

int fail(const std::exception& fault, int code) {
    std::cerr << "giambio view: " << fault.what() << '\n';
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    int code = 0;
    const auto how = gui::read_options(argc, argv, code);
    if (!how) return code;
    if (how->screenshot.empty() && !is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY")) {
        std::cerr << "giambio view: there is no display to open a window on. For a picture add "
                     "--screenshot OUT.png, for text: ./giambio trace text "
                  << how->file << '\n';
        return 2;
    }
    try {
        run(*how);
        return 0;
    } catch (const gui::bad_argument& fault) {
        return fail(fault, 2);
    } catch (const gui::no_graphics& fault) {
        return fail(fault, 2);
    } catch (const std::exception& fault) {
        return fail(fault, 1);
    }
}
