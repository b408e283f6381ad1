// Tells by its name what sort of outlet is asked for. See outlet.hpp.
// Internal to tracer/.
#include "tracer/outlet.hpp"

#include "tracer/file_outlet.hpp"

namespace giambio {

std::unique_ptr<outlet> outlet_to(const std::string& name) {
    if (name.ends_with(".zst")) return std::make_unique<packed_outlet>(name);
    return std::make_unique<file_outlet>(name);
}

}  // namespace giambio
