// Writes log lines. See log.hpp.
// Internal to traps/objects/.
#include "traps/objects/log.hpp"

#include <cstdio>
#include <ctime>

namespace giambio {

namespace {

// Day, month, year and hour of the machine's clock.
std::string date_text() {
    const std::time_t seconds = std::time(nullptr);
    std::tm local{};
    localtime_r(&seconds, &local);
    char text[40] = {};
    std::strftime(text, sizeof text, "%d/%m/%Y %H:%M:%S", &local);
    return text;
}

}  // namespace

void log_text(std::string_view text, site at) {
    kernel_door* kernel = door_if_open();
    if (kernel != nullptr) kernel->say(said::log, text, at);
    // Under the virtual clock a date would be the only thing that differs from run to run.
    const bool in_virtual_time = kernel != nullptr && kernel->time_is_virtual();
    const std::string when =
        in_virtual_time ? fmt::format("{:.3f}s", static_cast<double>(kernel->now().count()) / 1e9)
                        : date_text();
    const std::string line = fmt::format("[INFO] {} {}\n", when, text);
    // A disk that is full, or nobody who reads, is no reason to stop the program.
    [[maybe_unused]] const std::size_t written = std::fwrite(line.data(), 1, line.size(), stderr);
}

std::string escape(std::string_view bytes) {
    std::string text;
    for (const char each : bytes) {
        const auto value = static_cast<unsigned char>(each);
        if (each == '\n') {
            text += "\\n";
        } else if (each == '\r') {
            text += "\\r";
        } else if (each == '\t') {
            text += "\\t";
        } else if (each == '\\') {
            text += "\\\\";
        } else if (value < 0x20 || value >= 0x7f) {
            text += fmt::format("\\x{:02x}", value);
        } else {
            text += each;
        }
    }
    return text;
}

}  // namespace giambio
