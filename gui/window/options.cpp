// Reads the command line with CLI11.
//
// Called by main.cpp. Not here: whether the file can be read.
// Internal to gui/window/; public to it through options.hpp.
#include "gui/window/options.hpp"

#include "gui/model/study.hpp"

#include <map>
#include <vector>

#include <CLI/CLI.hpp>

namespace giambio::gui {
namespace {

constexpr const char* about =
    "Shows a recorded trace: what every task did, what the kernel looked like at each moment, and "
    "the program's text.\nWith --screenshot no display is needed.";

// What CLI11 fills; made into options when the whole line was read.
struct texts {
    std::string at;
    std::string size = "1280x720";
    std::string theme = "light";
    std::string axis;
    std::size_t step = 0;
};

void declare(CLI::App& app, options& into, texts& raw) {
    app.add_option("FILE", into.file, "the trace (GIAMBIO_TRACE=FILE made it)")->required();
    app.add_option("--at", raw.at, "open at this moment: seq:120, 900us, 12.5ms, 1.2s");
    app.add_option("--size", raw.size,
                   "of the window or picture, in pixels of an ordinary screen (1280x720)");
    app.add_option("--screenshot", into.screenshot, "draw a PNG file and end");
    app.add_option("--scale", into.scale,
                   "size of the text, from 1 to 3; by itself 1, or what a fine screen asks for")
        ->check(CLI::Range(smallest_scale, largest_scale));
    app.add_option("--theme", raw.theme, "light or dark")->check(CLI::IsMember({"light", "dark"}));
    app.add_option("--axis", raw.axis,
                   "events (a column for each trace event) or time; by itself the one that shows "
                   "this trace better")
        ->check(CLI::IsMember({"events", "time"}));
    app.add_option("--lesson", into.lesson, "a lesson's folder, whose text is shown beside it");
    app.add_option("--step", raw.step, "open at this step of the lesson, from 1");
    app.add_option("--select", into.select, "select this task: its number or name");
    app.add_option("--dump-state", into.dump_state, "write what is shown as JSON, at the end");
    app.add_flag(
        "--announce", into.announce,
        "print what is shown as JSON, a line whenever it has changed, and one when all is drawn");
}

void understand(options& into, const texts& raw) {
    if (!raw.at.empty()) into.at = read_moment(raw.at);
    into.size = read_size(raw.size);
    into.theme = raw.theme == "dark" ? theme::dark : theme::light;
    if (!raw.axis.empty()) into.axis = raw.axis == "time" ? axis_kind::time : axis_kind::events;
    if (raw.step != 0) into.step = raw.step;
    if (into.step && into.lesson.empty())
        throw bad_argument(
            "--step chooses a step of a lesson; name the lesson's folder too: "
            "--lesson DIR.");
    if (into.at && into.step)
        throw bad_argument("--at and --step both say where to begin; write one of them.");
}

}  // namespace

std::optional<options> read_options(int argc, char** argv, int& code) {
    options made;
    texts raw;
    CLI::App app(about, "./giambio view");
    app.option_defaults()->always_capture_default(false);
    declare(app, made, raw);
    try {
        app.parse(argc, argv);
        understand(made, raw);
        return made;
    } catch (const CLI::ParseError& fault) {
        code = app.exit(fault) == 0 ? 0 : 2;
    } catch (const bad_argument& fault) {
        std::cerr << "giambio view: " << fault.what() << '\n';
        code = 2;
    }
    return std::nullopt;
}

}  // namespace giambio::gui
