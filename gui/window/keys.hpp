// Which key gives which command.
//
// window.cpp asks for every key that is pressed. Keys that stand for a place (W S A D, arrows) go
// by where they are; those that stand for a sign ([ ] ? F T X, and Ctrl with + - Q) by what is
// printed on them, so that both work on any keyboard. Not here: what a command does.
// Kept true: every key of the help (gui/model/command.cpp) is here.
// Internal to gui/window/.
#pragma once

#include "gui/model/command.hpp"

#include <optional>
#include <string_view>

namespace giambio::gui {

// A key as GLFW tells it, with GLFW's modifiers and its name for what is printed on the key.
std::optional<command> command_of_key(int key, int modifiers, std::string_view sign);
// Is it a key for a letter or a sign, which is told as a sign too? No command while one types.
bool types(int key, int modifiers);
// A letter or sign that was typed.
std::optional<command> command_of_sign(unsigned int sign);

}  // namespace giambio::gui
