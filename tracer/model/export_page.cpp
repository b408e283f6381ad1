// Puts a trace into the page: its header, names, sources, bars and trace events as one JSON object.
//
// Not here: the page (page/), which the build turns into page_template.
// Internal to tracer/.
#include "tracer/model/export_page.hpp"

#include "tracer/model/export_bars.hpp"
#include "tracer/model/export_colors.hpp"
#include "tracer/model/export_state.hpp"
#include "tracer/model/history.hpp"
#include "tracer/model/words.hpp"

#include <stdexcept>
#include <string>

namespace giambio::trace {
namespace {

std::string script_text(std::string_view text) {
    return json_text(text, true);
}

class page_writer {
public:
    page_writer(const recording& of, const window& shown, const receiver& to)
        : of_(of), shown_{shown.from, shown.to, std::nullopt}, out_(to) {}

    void write();

private:
    void colors();
    void data();
    void facts();
    void names();
    void sources();
    void looks();
    void bars();
    void all_events();

    const recording& of_;
    const window shown_;
    text_buffer out_;
};

void page_writer::colors() {
    for (const bool dark : {false, true}) {
        const export_palette& from = export_colors(dark);
        out_.put(dark ? ":root[data-theme=dark] {" : ":root {");
        for (const auto& [name, value] : {std::pair("window", from.window),
                                          {"card", from.card},
                                          {"border", from.border},
                                          {"sunken", from.sunken},
                                          {"text", from.text},
                                          {"dim", from.dim},
                                          {"accent", from.accent},
                                          {"on_accent", from.on_accent},
                                          {"current", from.current},
                                          {"changed", from.changed},
                                          {"warning", from.warning},
                                          {"cause", from.cause},
                                          {"effect", from.effect},
                                          {"playhead", from.playhead}})
            out_.add(" --{}: {};", name, hex_text(value));
        out_.put(" }\n");
    }
}

void page_writer::facts() {
    std::string part;
    if (shown_.to - shown_.from < of_.events.size() && shown_.from < shown_.to)
        part = fmt::format("trace events {} to {} of {}", of_.events[shown_.from].seq,
                           of_.events[shown_.to - 1].seq, of_.events.size());
    out_.add(R"({{"program":{},"clock":{},"driver":{},"window":{},"complaints":{},)",
             script_text(of_.header.program.empty() ? "a trace" : of_.header.program),
             script_text(of_.header.clock), script_text(of_.header.driver), script_text(part),
             of_.bad_lines);
}

void page_writer::names() {
    std::string born = "\"born\":{";
    std::string names = "\"names\":{";
    for (const life* each : of_.tasks().in_order()) {
        const char* comma = names.back() == '{' ? "" : ",";
        names += fmt::format("{}\"{}\":{}", comma, each->id, script_text(of_.task_name(each->id)));
        const auto seq = each->born == life::never ? 0 : of_.events[each->born].seq;
        born += fmt::format("{}\"{}\":{}", comma, each->id, seq);
    }
    out_.put(born + "},\n" + names + "},\n\"types\":{");
    const char* comma = "";
    for (const life* each : of_.objects().in_order()) {
        if (of_.type_of(each->id).empty()) continue;
        out_.add("{}\"{}\":{}", comma, each->id, script_text(of_.type_of(each->id)));
        comma = ",";
    }
    out_.put("},\n");
}

void page_writer::sources() {
    out_.put("\"sources\":[");
    const char* comma = "";
    for (const source_file& each : of_.sources) {
        out_.add(R"({}{{"file":{},"text":{}}})", comma, script_text(each.file),
                 each.text ? script_text(*each.text) : "null");
        comma = ",\n";
    }
    out_.put("],\n\"sites\":[");
    comma = "";
    for (const site& each : of_.sites) {
        out_.add("{}[{},{},{},{}]", comma, each.source, each.line, each.column,
                 script_text(each.function));
        comma = ",";
    }
    out_.put("],\n");
}

void page_writer::looks() {
    out_.put("\"looks\":[");
    for (int i = 0; i <= static_cast<int>(last_look); ++i) {
        const auto look = static_cast<bar_look>(i);
        const auto colors_in = [&](bool dark) {
            const export_palette& from = export_colors(dark);
            return fmt::format(R"(["{}","{}"])", hex_text(fill_of(from, look)),
                               hex_text(ink_of(from, look)));
        };
        out_.add(R"({}{{"word":{},"letter":"{}","pattern":{},"hue":"{}","light":{},"dark":{},)"
                 R"("drawn":{}}})",
                 i == 0 ? "" : ",\n", script_text(words_of(look)), letter_of(look),
                 script_text(pattern_of(look)), hex_text(hue_of(look)), colors_in(false),
                 colors_in(true), !is_inner(look));
    }
    out_.put("],\n");
}

// Positions count from the page's first trace event.
void page_writer::bars() {
    out_.put("\"bars\":[");
    const char* comma = "";
    for (const bar& each : bars_of(of_, shown_)) {
        const std::size_t from = std::max<std::size_t>(each.begins, shown_.from) - shown_.from;
        const std::size_t to = std::min<std::size_t>(each.ends, shown_.to) - shown_.from;
        out_.add("{}[{},{},{},{},{}]", comma, from, to, each.lane, static_cast<int>(each.look),
                 script_text(bar_name(of_, each)));
        comma = ",\n";
    }
    out_.put("],\n");
}

void page_writer::all_events() {
    history past(of_);
    state now = shown_.from == 0 ? state{} : past.at(shown_.from - 1);
    const std::string start = state_json(of_, now);
    out_.put("\"start\":" + start + ",\n\"events\":[");
    for (std::size_t i = shown_.from; i < shown_.to; ++i) {
        const event each = of_.events[i];
        now.apply(of_, each);
        out_.add("{}[{},{},{},\"{}\",{},{},{},{},{},{}]", i == shown_.from ? "" : ",\n", each.seq,
                 each.t, each.turn, word_of(each.kind), each.task, each.cause, each.at,
                 json_arguments(of_, each, true), script_text(sentence(of_, each)),
                 script_text(change(of_, each, now)));
    }
    out_.put("]}");
}

void page_writer::data() {
    facts();
    names();
    sources();
    looks();
    bars();
    all_events();
}

void page_writer::write() {
    std::string_view rest = page_template;
    const auto up_to = [&](std::string_view mark) {
        const std::size_t at = rest.find(mark);
        if (at == std::string_view::npos) throw std::logic_error("the page has lost a mark");
        out_.put(rest.substr(0, at));
        rest.remove_prefix(at + mark.size());
    };
    up_to("@TITLE@");
    out_.put(xml_text(of_.header.program.empty() ? "a trace" : of_.header.program));
    up_to("@COLORS@");
    colors();
    up_to("@DATA@");
    data();
    out_.put(rest);
    out_.flush();
}

}  // namespace

std::size_t html_page(const recording& of, const window& shown, const receiver& to) {
    const std::size_t count = shown.to - shown.from;
    if (count > most_on_page)
        throw std::runtime_error(fmt::format(
            "{} trace events are more than a page can show with ease, which is {}; choose a part "
            "of the run with --from and --to",
            count, most_on_page));
    page_writer(of, shown, to).write();
    return count;
}

}  // namespace giambio::trace
