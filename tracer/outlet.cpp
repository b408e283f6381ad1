// Tells by its name what sort of outlet is asked for. See outlet.hpp.
// Internal to tracer/.
#include "tracer/outlet.hpp"

#include "tracer/file_outlet.hpp"
#include "tracer/live_outlet.hpp"

#include <utility>

namespace giambio {

std::unique_ptr<outlet> outlet_to(const std::string& name, std::function<void()> begin_again) {
    constexpr std::string_view socket = "unix:";
    if (name.starts_with(socket))
        return std::make_unique<live_outlet>(name.substr(socket.size()), std::move(begin_again));
    if (name.ends_with(".zst")) return std::make_unique<packed_outlet>(name);
    return std::make_unique<file_outlet>(name);
}

}  // namespace giambio
