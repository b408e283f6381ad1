// What is said of a coroutine that cannot be used. See coroutine.hpp.
//
// Discussion: apart from the templates, because a spawn and join takes a twentieth more where the
// making of a sentence is a part of it.
// Internal to traps/.
#include "traps/coroutine.hpp"

namespace giambio {

void throw_moved_away() {
    throw misuse("this coroutine was moved away; use the one it went to");
}

void throw_awaited_already() {
    throw misuse("this coroutine was awaited already; it cannot be spawned");
}

}  // namespace giambio
