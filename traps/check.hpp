// The one assertion: our own code is wrong, so the program must not go on.
//
// Objects, kernel and drivers call it, in every build. What a program did wrong is not checked here
// but thrown at the program (errors.hpp). The kernel lends a function that prints its task table.
// Public.
#pragma once

#include "traps/site.hpp"

namespace giambio {

// Prints place, sentence and, inside a run, the task table; then aborts.
[[noreturn]] void broken(const char* sentence, site at = site::current());

inline void check(bool condition, const char* sentence, site at = site::current()) {
    if (!condition) broken(sentence, at);
}

// What `broken` calls before it aborts: hands over the last trace events, prints the task table.
using last_words = void (*)();
void set_last_words(last_words speak);

}  // namespace giambio
