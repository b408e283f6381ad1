// Draws the lanes, the axis, the arrows and the legend.
//
// From top to bottom: the title, the axis, the loop's lane, a lane for each task, the legend. Waits
// are drawn first and steps on top of them, because steps are short and what one looks for. What
// would come to stand on the same half pixel as the bar before it is left out.
// Not here: what a bar is (export_bars.cpp).
// Internal to tracer/.
#include "tracer/model/export_svg.hpp"

#include "tracer/model/export_bars.hpp"
#include "tracer/model/export_colors.hpp"
#include "tracer/model/words.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

namespace giambio::trace {
namespace {

constexpr double name_width = 190;
constexpr double margin = 24;
constexpr double top = 112;
constexpr double lane_height = 40;
constexpr double bar_height = 28;
constexpr double letter_width = 9.5;

class svg_writer {
public:
    svg_writer(const recording& of, const window& shown, axis which, const svg_style& style,
               const receiver& to)
        : of_(of),
          shown_(shown),
          axis_(which),
          style_(style),
          colors_(export_colors(style.dark)),
          bars_(bars_of(of, shown)),
          places_(places_on(of, which)),
          out_(to) {}

    svg_counts write();

private:
    void choose_lanes();
    void head();
    void patterns();
    void title();
    void ticks();
    void lane_name(std::uint32_t lane, double y);
    void draw_bars(bool steps);
    void one_bar(const bar& each, double from, double to);
    void label(const bar& each, double from, double to, double y);
    void notes();
    void arrows();
    void legend();

    double x(std::size_t position) const;
    double y_of(std::uint32_t lane) const { return top + lane_height * double(rows_.at(lane)); }
    double bottom() const { return top + lane_height * double(rows_.size()); }

    const recording& of_;
    const window shown_;
    const axis axis_;
    const svg_style style_;
    const export_palette& colors_;
    const std::vector<bar> bars_;
    const std::vector<std::int64_t> places_;
    text_buffer out_;
    std::map<std::uint32_t, std::size_t> rows_;
    svg_counts counts_;
};

double svg_writer::x(std::size_t position) const {
    const auto at = std::clamp(position, shown_.from, shown_.to);
    const double begin = double(places_[shown_.from]);
    const double length = std::max(double(places_[shown_.to]) - begin, 1.0);
    const double room = style_.width - name_width - 2 * margin;
    return margin + name_width + (double(places_[at]) - begin) / length * room;
}

void svg_writer::choose_lanes() {
    for (const bar& each : bars_)
        if (!is_inner(each.look)) rows_[each.lane] = 0;
    counts_.all_lanes = rows_.size();
    while (rows_.size() > std::max<std::size_t>(style_.most_lanes, 1))
        rows_.erase(std::prev(rows_.end()));
    counts_.lanes = rows_.size();
    std::size_t row = 0;
    for (auto& [lane, place] : rows_) place = row++;
}

void svg_writer::head() {
    out_.add(R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" )"
             R"(viewBox="0 0 {0} {1}" font-family="Inter, 'Segoe UI', 'DejaVu Sans', sans-serif" )"
             R"(font-size="16" fill="{2}">)"
             "\n",
             style_.width, bottom() + 96, hex_text(colors_.text));
    out_.add(R"(<rect width="100%" height="100%" fill="{}"/>)"
             "\n",
             hex_text(colors_.card));
}

// One for each look, in a thin and half transparent ink, laid over the fill.
void svg_writer::patterns() {
    out_.put("<defs>\n");
    for (int i = 0; i <= static_cast<int>(last_look); ++i) {
        const auto look = static_cast<bar_look>(i);
        if (pattern_of(look).empty()) continue;
        out_.add(R"(<pattern id="p{}" width="8" height="8" patternUnits="userSpaceOnUse">)"
                 R"(<path d="{}" stroke="{}" stroke-width="1.4" stroke-opacity="0.55"/></pattern>)"
                 "\n",
                 i, pattern_of(look), hex_text(hue_of(look)));
    }
    for (const auto& [id, color] :
         {std::pair("arrow", colors_.effect), std::pair("bow", colors_.dim)})
        out_.add(R"(<marker id="{}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" )"
                 R"(markerHeight="7" orient="auto"><path d="M0,0L10,5L0,10z" fill="{}"/></marker>)"
                 "\n",
                 id, hex_text(color));
    out_.put("</defs>\n");
}

void svg_writer::title() {
    const event first = of_.events[shown_.from];
    const event last = of_.events[shown_.to - 1];
    out_.add(R"(<text x="{}" y="40" font-size="24" font-weight="600">{}</text>)"
             "\n",
             margin, xml_text(of_.header.program.empty() ? "a trace" : of_.header.program));
    out_.add(R"(<text x="{}" y="66" fill="{}">trace events {} to {}, from {} to {}; {}</text>)"
             "\n",
             margin, hex_text(colors_.dim), first.seq, last.seq, duration_text(first.t),
             duration_text(last.t),
             axis_ == axis::time ? "widths are times" : "every trace event has the same width");
}

// About eight round numbers: of nanoseconds on the one axis, of trace events on the other.
void svg_writer::ticks() {
    const std::int64_t begin = places_[shown_.from];
    const std::int64_t end = places_[shown_.to];
    const double about = double(end - begin) / 8;
    double step = std::pow(10, std::floor(std::log10(std::max(about, 1.0))));
    for (const double factor : {2.0, 2.5, 2.0})
        if (step < about) step *= factor;
    const auto width = std::max<std::int64_t>(std::llround(step), axis_ == axis::time ? 1 : 1000);
    for (std::int64_t at = (begin + width - 1) / width * width; at < end; at += width) {
        const double share = double(at - begin) / double(std::max<std::int64_t>(end - begin, 1));
        const double place = margin + name_width + share * (style_.width - name_width - 2 * margin);
        out_.add(R"(<path d="M{0:.1f},{1}V{2}" stroke="{3}"/>)"
                 "\n",
                 place, top - 10, bottom(), hex_text(colors_.border));
        std::string text = duration_text(at);
        if (axis_ == axis::events) {
            const event there = of_.events[static_cast<std::size_t>(at / 1000)];
            text = fmt::format("{} ({})", there.seq, duration_text(there.t));
        }
        out_.add(R"(<text x="{:.1f}" y="{}" font-size="14" fill="{}">{}</text>)"
                 "\n",
                 place, top - 14, hex_text(colors_.dim), text);
    }
}

void svg_writer::lane_name(std::uint32_t lane, double y) {
    std::string name = of_.task_name(lane);
    constexpr std::size_t most = 20;
    // Never cut inside a UTF-8 character.
    if (name.size() > most) {
        std::size_t cut = most - 1;
        while (cut > 0 && (static_cast<unsigned char>(name[cut]) & 0xc0U) == 0x80) --cut;
        name = name.substr(0, cut) + "\u2026";
    }
    out_.add(R"(<rect x="{}" y="{}" width="{}" height="{}" rx="3" fill="{}"/>)"
             "\n",
             margin + name_width, y, style_.width - name_width - 2 * margin, bar_height,
             hex_text(colors_.sunken));
    out_.add(R"(<text x="{}" y="{}">{}</text>)"
             "\n",
             margin, y + 20, xml_text(name));
}

void svg_writer::one_bar(const bar& each, double from, double to) {
    const double y = y_of(each.lane);
    const auto rectangle = [&](const std::string& fill) {
        out_.add(R"(<rect x="{:.1f}" y="{}" width="{:.1f}" height="{}" fill="{}"/>)"
                 "\n",
                 from, y, std::max(to - from, 1.2), bar_height, fill);
    };
    rectangle(hex_text(fill_of(colors_, each.look)));
    if (!pattern_of(each.look).empty() && to - from > 3)
        rectangle(fmt::format("url(#p{})", static_cast<int>(each.look)));
    label(each, from, to, y);
}

// As much of it as has room: "t timer 3", or the letter alone, or nothing.
void svg_writer::label(const bar& each, double from, double to, double y) {
    constexpr std::string_view before = "wait: ";
    const double room = to - from - 8;
    if (room < letter_width) return;
    std::string text(1, letter_of(each.look));
    std::string more = bar_name(of_, each);
    if (more.starts_with(before)) more.erase(0, before.size());
    if (double(more.size() + 2) * letter_width < room) text += " " + more;
    // The edge of the fill around the letters keeps them readable over the pattern.
    out_.add(
        R"(<text x="{:.1f}" y="{}" fill="{}" stroke="{}" stroke-width="4" paint-order="stroke">{})"
        "</text>\n",
        from + 5, y + 20, hex_text(ink_of(colors_, each.look)),
        hex_text(fill_of(colors_, each.look)), xml_text(text));
}

void svg_writer::draw_bars(bool steps) {
    std::map<std::uint32_t, double> drawn_to;
    for (const bar& each : bars_) {
        if (is_inner(each.look) || (each.look == bar_look::running) != steps) continue;
        if (rows_.count(each.lane) == 0) continue;
        const double from = x(each.begins);
        const double to = x(each.ends);
        const auto [last, is_new] = drawn_to.try_emplace(each.lane, -1.0);
        if (!is_new && to < last->second + 0.5) continue;
        last->second = std::max(to, from + 0.5);
        one_bar(each, from, to);
    }
}

// Marks and lines of the program: a triangle over the lane, with its text for who points at it.
void svg_writer::notes() {
    std::map<std::uint32_t, double> drawn_to;
    for (std::size_t i = shown_.from; i < shown_.to; ++i) {
        const event each = of_.events[i];
        const bool is_note = each.kind == kind::mark || each.kind == kind::log;
        if (!is_note || rows_.count(each.task) == 0) continue;
        const double at = x(i);
        const auto [last, is_new] = drawn_to.try_emplace(each.task, at);
        if (!is_new && at < last->second + 2) continue;
        last->second = at;
        out_.add(R"(<path d="M{:.1f},{}l4,-7h-8z" fill="{}"><title>{}</title></path>)"
                 "\n",
                 at, y_of(each.task) + 1, hex_text(colors_.warning),
                 xml_text(of_.text(each, key::text)));
    }
}

void svg_writer::arrows() {
    for (const bar& each : bars_) {
        if (each.look != bar_look::wake || each.begins < shown_.from) continue;
        const auto woken =
            static_cast<std::uint32_t>(of_.number(of_.events[each.begins], key::woken).value_or(0));
        if (!shown_.shows(woken) || rows_.count(woken) == 0 || rows_.count(each.lane) == 0)
            continue;
        ++counts_.all_arrows;
        if (counts_.arrows >= style_.most_arrows) continue;
        ++counts_.arrows;
        const bool down = y_of(woken) > y_of(each.lane);
        const double from = y_of(each.lane) + (down ? bar_height : 0);
        const double to = y_of(woken) + (down ? 0 : bar_height);
        const double at = x(each.begins);
        const double bow = std::clamp(std::abs(to - from) / 6, 4.0, 18.0);
        out_.add(R"(<path d="M{0:.1f},{1}C{2:.1f},{1} {2:.1f},{3} {0:.1f},{3}" fill="none" )"
                 R"svg(stroke="{4}" stroke-width="1.6" marker-end="url(#arrow)"/>)svg"
                 "\n",
                 at, from, at - bow, to, hex_text(colors_.effect));
    }
}

void svg_writer::legend() {
    double at = margin;
    const double y = bottom() + 18;
    for (int i = 0; i <= static_cast<int>(bar_look::waits_task); ++i) {
        const auto look = static_cast<bar_look>(i);
        for (const std::string& fill :
             {hex_text(fill_of(colors_, look)), fmt::format("url(#p{})", i)}) {
            if (fill.starts_with("url") && pattern_of(look).empty()) continue;
            out_.add(R"(<rect x="{:.1f}" y="{}" width="26" height="22" rx="3" fill="{}"/>)"
                     "\n",
                     at, y, fill);
        }
        out_.add(R"(<text x="{:.1f}" y="{}" fill="{}" text-anchor="middle" stroke="{}" )"
                 R"(stroke-width="4" paint-order="stroke">{}</text>)"
                 "\n",
                 at + 13, y + 17, hex_text(ink_of(colors_, look)), hex_text(fill_of(colors_, look)),
                 letter_of(look));
        out_.add(R"(<text x="{:.1f}" y="{}">{}</text>)"
                 "\n",
                 at + 34, y + 17, words_of(look));
        at += 60 + 8.2 * double(words_of(look).size());
    }
    std::string said = "arrows: who wakes whom";
    if (counts_.all_arrows > counts_.arrows)
        said = fmt::format("arrows: who wakes whom, the first {} of {}", counts_.arrows,
                           counts_.all_arrows);
    if (counts_.all_lanes > counts_.lanes)
        said +=
            fmt::format("; the first {} of {} lanes are shown", counts_.lanes, counts_.all_lanes);
    out_.add(R"(<text x="{}" y="{}" fill="{}">in the loop's lane: P poll, T timers, U run tasks; )"
             "a triangle is a mark or a line of the program; {}</text>\n",
             margin, y + 54, hex_text(colors_.dim), said);
}

svg_counts svg_writer::write() {
    choose_lanes();
    head();
    patterns();
    title();
    ticks();
    for (const auto& [lane, row] : rows_) lane_name(lane, top + lane_height * double(row));
    draw_bars(false);
    draw_bars(true);
    notes();
    arrows();
    legend();
    out_.put("</svg>\n");
    out_.flush();
    return counts_;
}

}  // namespace

svg_counts svg_picture(const recording& of, const window& shown, axis which, const svg_style& style,
                       const receiver& to) {
    if (shown.from >= shown.to) {
        to("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"400\" height=\"60\">"
           "<text x=\"20\" y=\"36\">no trace events</text></svg>\n");
        return {};
    }
    return svg_writer(of, shown, which, style, to).write();
}

}  // namespace giambio::trace
