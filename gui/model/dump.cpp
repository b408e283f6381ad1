// Writes the study's state as one JSON object.
//
// Called by gui/window/. Not here: where it is written to.
// Kept true: texts from a damaged trace are written too, with what is no UTF-8 replaced.
// Internal to gui/; public to it through dump.hpp.
#include "gui/model/dump.hpp"

#include <nlohmann/json.hpp>

namespace giambio::gui {
namespace {

std::vector<std::uint32_t> ids(const std::vector<chip>& chips) {
    std::vector<std::uint32_t> made;
    for (const chip& each : chips) made.push_back(each.task);
    return made;
}

nlohmann::ordered_json place(const frame& in) {
    return {{"x", in.x},         {"y", in.y},         {"width", in.width}, {"height", in.height},
            {"names", in.names}, {"ruler", in.ruler}, {"lane", in.lane},   {"scroll", in.scroll}};
}

}  // namespace

std::string dump(const study& of) {
    nlohmann::ordered_json made{
        {"file", of.of().file},
        {"seq", of.play().seq()},
        {"events", of.of().events.size()},
        {"selected", of.selected()},
        {"axis", of.on().kind() == axis_kind::events ? "events" : "time"},
        {"from", of.seen().from},
        {"to", of.seen().to},
        {"scale", of.scale()},
        {"theme", of.theme() == theme::light ? "light" : "dark"},
        {"step", of.lesson().step()},
        {"steps", of.lesson().steps()},
        {"asks", of.lesson().asks()},
        {"finds", of.find().is_open()},
        {"words", of.find().text()},
        {"note", of.find().note()},
        {"lanes", of.all().rows.size()},
        {"playing", of.play().playing()},
        {"speed", of.play().speed()},
        {"help", of.shows_help()},
        {"phase", word_of(of.kernel().phase)},
        {"running", of.kernel().running},
        {"ready", ids(of.kernel().ready)},
        {"timers", of.kernel().timers.size()},
        {"source", of.source().file},
        {"line", of.source().line},
        {"sentence", of.sentence()},
        {"change", of.change()},
        {"complaints", of.of().bad_lines},
        {"timeline", place(of.in())},
    };
    return made.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace giambio::gui
