// The tables, and the mixing of colours.
//
// Internal to tracer/.
#include "tracer/model/export_colors.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace giambio::trace {
namespace {

constexpr export_palette light{
    .window = 0xeef0f3,
    .card = 0xffffff,
    .border = 0xd9dde3,
    .sunken = 0xf5f6f8,
    .text = 0x1a2029,
    .dim = 0x566070,
    .accent = 0x00629a,
    .on_accent = 0xffffff,
    .current = 0xdcecf7,
    .changed = 0xfff0cc,
    .warning = 0xa63d00,
    .cause = 0xd55e00,
    .effect = 0x0072b2,
    .playhead = 0x1a2029,
    .keyword = 0x0b5c9e,
    .literal = 0x8a3a00,
    .comment = 0x4f6b55,
    .fill_share = 0.34,
};

constexpr export_palette dark_colors{
    .window = 0x11151a,
    .card = 0x1a2027,
    .border = 0x2f3843,
    .sunken = 0x14191f,
    .text = 0xe8ecf1,
    .dim = 0xa3aebc,
    .accent = 0x6cb9ec,
    .on_accent = 0x0c1116,
    .current = 0x1f3a50,
    .changed = 0x4a3a12,
    .warning = 0xffa36b,
    .cause = 0xff8b3d,
    .effect = 0x6cb9ec,
    .playhead = 0xffffff,
    .keyword = 0x7cc0f4,
    .literal = 0xf0b27a,
    .comment = 0x93b59b,
    .fill_share = 0.36,
};

struct look_row {
    rgb hue;
    char letter;
    std::string_view words;
    std::string_view pattern;
};

constexpr rgb grey = 0x8a94a3;

// In the order of the looks.
constexpr std::array<look_row, static_cast<std::size_t>(last_look) + 1> looks{{
    {0x009e73, 'R', "running", ""},
    {0xe69f00, 'q', "ready", "M-2,2l4,-4M0,8l8,-8M6,10l4,-4"},
    {0x56b4e9, 't', "waits for a timer", "M2,2h1M6,6h1"},
    {0x0072b2, 'd', "waits on a descriptor", "M0,4h8"},
    {0xcc79a7, 'o', "waits on an object", "M0,0l8,8M8,0l-8,8"},
    {0xf0e442, 'j', "waits for a task's end", "M4,0v8"},
    {grey, 'B', "before the first turn", ""},
    {grey, 'P', "poll", "M0,4h8"},
    {grey, 'T', "timers", "M2,2h1M6,6h1"},
    {grey, 'U', "run", ""},
    {grey, '-', "trap", ""},
    {grey, '-', "wake", ""},
}};

const look_row& row_of(bar_look which) {
    return looks[static_cast<std::size_t>(which)];
}

double channel(rgb of, unsigned shift) {
    return of >> shift & 0xffU;
}

rgb mixed(rgb first, rgb second, double share) {
    rgb made = 0;
    for (const unsigned shift : {16U, 8U, 0U}) {
        const double value = channel(first, shift) * share + channel(second, shift) * (1 - share);
        made |= static_cast<rgb>(std::lround(value)) << shift;
    }
    return made;
}

// As WCAG defines it.
double luminance(rgb of) {
    const auto linear = [&](unsigned shift) {
        const double share = channel(of, shift) / 255.0;
        return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0);
}

double contrast(rgb first, rgb second) {
    const double one = luminance(first) + 0.05;
    const double two = luminance(second) + 0.05;
    return one > two ? one / two : two / one;
}

}  // namespace

const export_palette& export_colors(bool dark) {
    return dark ? dark_colors : light;
}

rgb hue_of(bar_look which) {
    return row_of(which).hue;
}

rgb fill_of(const export_palette& from, bar_look which) {
    if (which == bar_look::running || which == bar_look::run) return hue_of(which);
    return mixed(hue_of(which), from.card, from.fill_share);
}

rgb ink_of(const export_palette& from, bar_look which) {
    const rgb fill = fill_of(from, which);
    const rgb black = light.text;
    const rgb white = dark_colors.text;
    return contrast(black, fill) > contrast(white, fill) ? black : white;
}

char letter_of(bar_look which) {
    return row_of(which).letter;
}

std::string_view words_of(bar_look which) {
    return row_of(which).words;
}

std::string_view pattern_of(bar_look which) {
    return row_of(which).pattern;
}

std::string hex_text(rgb of) {
    return fmt::format("#{:06x}", of);
}

}  // namespace giambio::trace
