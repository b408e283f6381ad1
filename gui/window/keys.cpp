// The tables of keys and signs.
//
// Called by window.cpp. Not here: the help's words for them (gui/model/command.cpp).
// Internal to gui/window/; public to it through keys.hpp.
#include "gui/window/keys.hpp"

#include <algorithm>
#include <array>

#include <GLFW/glfw3.h>

namespace giambio::gui {
namespace {

constexpr int any = -1;  // with or without modifiers

struct entry {
    int key;
    int modifiers;
    command does;
};

constexpr std::array<entry, 30> keys{{
    {GLFW_KEY_LEFT, 0, command::event_back},
    {GLFW_KEY_RIGHT, 0, command::event_forward},
    {GLFW_KEY_LEFT, GLFW_MOD_SHIFT, command::task_back},
    {GLFW_KEY_RIGHT, GLFW_MOD_SHIFT, command::task_forward},
    {GLFW_KEY_LEFT, GLFW_MOD_CONTROL, command::turn_back},
    {GLFW_KEY_RIGHT, GLFW_MOD_CONTROL, command::turn_forward},
    {GLFW_KEY_HOME, any, command::to_start},
    {GLFW_KEY_END, any, command::to_end},
    {GLFW_KEY_SPACE, any, command::play_or_pause},
    {GLFW_KEY_1, 0, command::speed_1},
    {GLFW_KEY_2, 0, command::speed_2},
    {GLFW_KEY_3, 0, command::speed_3},
    {GLFW_KEY_4, 0, command::speed_4},
    {GLFW_KEY_5, 0, command::speed_5},
    {GLFW_KEY_PAGE_DOWN, any, command::lesson_next},
    {GLFW_KEY_PAGE_UP, any, command::lesson_previous},
    {GLFW_KEY_ENTER, 0, command::find_next},
    {GLFW_KEY_KP_ENTER, 0, command::find_next},
    {GLFW_KEY_ENTER, GLFW_MOD_SHIFT, command::find_previous},
    {GLFW_KEY_BACKSPACE, any, command::find_erase},
    {GLFW_KEY_W, 0, command::zoom_in},
    {GLFW_KEY_S, 0, command::zoom_out},
    {GLFW_KEY_A, 0, command::pan_left},
    {GLFW_KEY_D, 0, command::pan_right},
    {GLFW_KEY_KP_ADD, GLFW_MOD_CONTROL, command::scale_up},
    {GLFW_KEY_KP_SUBTRACT, GLFW_MOD_CONTROL, command::scale_down},
    {GLFW_KEY_0, GLFW_MOD_CONTROL, command::scale_reset},
    {GLFW_KEY_KP_0, GLFW_MOD_CONTROL, command::scale_reset},
    {GLFW_KEY_F1, any, command::help},
    {GLFW_KEY_ESCAPE, any, command::escape},
}};

struct control_entry {
    std::string_view sign;
    command does;
};

// GLFW calls a key by what stands at its place on an American keyboard. Together with Ctrl that
// which the user reads on the key counts: on a French one the American Q is an A.
constexpr std::array<control_entry, 5> with_control{{
    {"+", command::scale_up},
    {"=", command::scale_up},
    {"-", command::scale_down},
    {"f", command::find},
    {"q", command::quit},
}};

struct sign_entry {
    unsigned int sign;
    command does;
};

constexpr std::array<sign_entry, 14> signs{{
    {'[', command::to_cause},
    {']', command::to_effect},
    {'?', command::help},
    {'/', command::find},
    {'f', command::fit},
    {'F', command::fit},
    {'t', command::switch_theme},
    {'T', command::switch_theme},
    {'r', command::read_again},
    {'R', command::read_again},
    {'x', command::switch_axis},
    {'X', command::switch_axis},
    {'+', command::zoom_in},
    {'-', command::zoom_out},
}};

}  // namespace

std::optional<command> command_of_key(int key, int modifiers, std::string_view sign) {
    constexpr int counted = GLFW_MOD_SHIFT | GLFW_MOD_CONTROL | GLFW_MOD_ALT | GLFW_MOD_SUPER;
    if ((modifiers & counted & ~GLFW_MOD_SHIFT) == GLFW_MOD_CONTROL)
        for (const control_entry& each : with_control)
            if (each.sign == sign) return each.does;
    for (const entry& each : keys)
        if (each.key == key && (each.modifiers == any || each.modifiers == (modifiers & counted)))
            return each.does;
    return std::nullopt;
}

bool types(int key, int modifiers) {
    return key < GLFW_KEY_ESCAPE && (modifiers & GLFW_MOD_CONTROL) == 0;
}

std::optional<command> command_of_sign(unsigned int sign) {
    const auto found = std::find_if(signs.begin(), signs.end(),
                                    [sign](const sign_entry& each) { return each.sign == sign; });
    if (found == signs.end()) return std::nullopt;
    return found->does;
}

}  // namespace giambio::gui
