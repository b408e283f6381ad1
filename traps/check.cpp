// Prints the reason of an abort. See check.hpp for who calls it and why.
//
// Not here: deciding what is wrong. Nothing is thrown, because a handler on the way up could go on
// working with a kernel that is broken.
// Internal to traps/.
#include "traps/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace giambio {

namespace {
// One for each thread, because each thread may run a loop of its own.
thread_local last_words speak_last = nullptr;
}  // namespace

void set_last_words(last_words speak) {
    speak_last = speak;
}

void broken(const char* sentence, site at) {
    std::fprintf(stderr, "giambio: %s:%u: this must not happen: %s\n", at.file_name(), at.line(),
                 sentence);
    // Taken away first: if the task table itself is broken, we must not come back here.
    last_words speak = speak_last;
    speak_last = nullptr;
    if (speak != nullptr) speak();
    std::abort();
}

}  // namespace giambio
