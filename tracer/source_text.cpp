// Finds and names source files. See source_text.hpp.
// Internal to tracer/.
#include "tracer/source_text.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace giambio {

namespace fs = std::filesystem;

namespace {

std::optional<std::string> read_whole(const fs::path& path) {
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) return std::nullopt;
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(in), {});
}

// Where a relative name may stand, in this order.
std::vector<fs::path> roots() {
    std::vector<fs::path> known;
    if (const char* chosen = std::getenv("GIAMBIO_SOURCE_ROOT")) known.emplace_back(chosen);
    known.emplace_back(GIAMBIO_PROJECT_ROOT);
    known.emplace_back(".");
    return known;
}

std::string last_part(std::string_view path) {
    return std::string(path.substr(path.rfind('/') + 1));
}

}  // namespace

std::optional<std::string> source_text(std::string_view file) {
    const fs::path named(file);
    if (named.is_absolute()) return read_whole(named);
    for (const fs::path& root : roots()) {
        if (auto text = read_whole(root / named)) return text;
    }
    return std::nullopt;
}

std::string project_name(std::string_view file) {
    const fs::path named(file);
    // Relative already, and not out of the tree: as the compiler was told.
    if (!named.is_absolute() && !file.starts_with("..")) return std::string(file);
    const fs::path here = fs::current_path().lexically_normal();
    const fs::path inside = named.lexically_normal().lexically_relative(here);
    const bool is_below = named.is_absolute() && !inside.empty() && *inside.begin() != "..";
    return is_below ? inside.string() : last_part(file);
}

command_line this_command() {
    command_line call;
    std::ifstream in("/proc/self/cmdline", std::ios::binary);
    for (std::string argument; std::getline(in, argument, '\0');) {
        call.arguments.push_back(last_part(argument));
    }
    if (!call.arguments.empty()) call.program = call.arguments.front();
    return call;
}

std::string printable(std::string_view bytes) {
    std::string text;
    for (const char each : bytes) {
        const auto value = static_cast<unsigned char>(each);
        if (value >= 0x20 && value < 0x7f) {
            text += each;
        } else {
            text += fmt::format("\\x{:02x}", value);
        }
    }
    return text;
}

}  // namespace giambio
