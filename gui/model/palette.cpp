// The two sets of colours, and the arithmetic of contrast.
//
// Called by gui/draw/ and by the test that measures every pair of colours. Not here: alpha; what is
// drawn half transparent is mixed by the drawing. Kept true: both sets name the same things.
// Internal to gui/; public to it through palette.hpp.
#include "gui/model/palette.hpp"

#include <array>
#include <cmath>

namespace giambio::gui {
namespace {

constexpr color hex(std::uint32_t value) {
    return {static_cast<std::uint8_t>(value >> 16 & 0xff),
            static_cast<std::uint8_t>(value >> 8 & 0xff), static_cast<std::uint8_t>(value & 0xff)};
}

constexpr palette light{
    .window = hex(0xeef0f3),
    .card = hex(0xffffff),
    .border = hex(0xd9dde3),
    .sunken = hex(0xf5f6f8),
    .text = hex(0x1a2029),
    .dim = hex(0x566070),
    .accent = hex(0x00629a),
    .on_accent = hex(0xffffff),
    .current = hex(0xdcecf7),
    .changed = hex(0xfff0cc),
    .warning = hex(0xa63d00),
    .cause = hex(0xd55e00),
    .effect = hex(0x0072b2),
    .playhead = hex(0x1a2029),
    .keyword = hex(0x0b5c9e),
    .literal = hex(0x8a3a00),
    .comment = hex(0x4f6b55),
    .theme = theme::light,
};

constexpr palette dark{
    .window = hex(0x11151a),
    .card = hex(0x1a2027),
    .border = hex(0x2f3843),
    .sunken = hex(0x14191f),
    .text = hex(0xe8ecf1),
    .dim = hex(0xa3aebc),
    .accent = hex(0x6cb9ec),
    .on_accent = hex(0x0c1116),
    .current = hex(0x1f3a50),
    .changed = hex(0x4a3a12),
    .warning = hex(0xffa36b),
    .cause = hex(0xff8b3d),
    .effect = hex(0x6cb9ec),
    .playhead = hex(0xffffff),
    .keyword = hex(0x7cc0f4),
    .literal = hex(0xf0b27a),
    .comment = hex(0x93b59b),
    .theme = theme::dark,
};

// In the order of the looks.
constexpr std::array<color, static_cast<std::size_t>(last_look) + 1> hues{
    hex(0x009e73),  // running: bluish green
    hex(0xe69f00),  // ready: orange
    hex(0x56b4e9),  // timer: sky blue
    hex(0x0072b2),  // descriptor: blue
    hex(0xcc79a7),  // object: reddish purple
    hex(0xf0e442),  // join: yellow
    hex(0x8a94a3),  // ended
    hex(0x8a94a3),  // poll
    hex(0x8a94a3),  // timers
    hex(0x8a94a3),  // run
};

double linear(std::uint8_t channel) {
    const double share = channel / 255.0;
    return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
}

double luminance(const color& of) {
    return 0.2126 * linear(of.red) + 0.7152 * linear(of.green) + 0.0722 * linear(of.blue);
}

std::uint8_t mixed(std::uint8_t first, std::uint8_t second, double share) {
    return static_cast<std::uint8_t>(std::lround(first * share + second * (1 - share)));
}

}  // namespace

const palette& palette_of(theme which) {
    return which == theme::light ? light : dark;
}

color hue_of(const palette&, look which) {
    return hues[static_cast<std::size_t>(which)];
}

color fill_color(const palette& from, look which) {
    const color hue = hue_of(from, which);
    if (which == look::running || which == look::run) return hue;
    return mixed(hue, from.card, from.theme == theme::light ? 0.34 : 0.36);
}

color ink_of(const palette& from, look which) {
    const color fill = fill_color(from, which);
    const color black = light.text;
    const color white = dark.text;
    return contrast(black, fill) > contrast(white, fill) ? black : white;
}

color mixed(const color& first, const color& second, double share) {
    return {mixed(first.red, second.red, share), mixed(first.green, second.green, share),
            mixed(first.blue, second.blue, share)};
}

double contrast(const color& first, const color& second) {
    const double one = luminance(first) + 0.05;
    const double two = luminance(second) + 0.05;
    return one > two ? one / two : two / one;
}

}  // namespace giambio::gui
