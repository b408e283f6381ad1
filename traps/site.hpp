// Where in the program something was asked: file, line and function.
//
// Every trap, spawn and wake carries its site. It is filled by a default argument, so that it names
// the line of the caller, not of the library. A site is one pointer to text that the compiler keeps
// for ever; copying it is free.
// Public.
#pragma once

#include <cstring>
#include <source_location>
#include <string>

namespace giambio {

using site = std::source_location;

// Is it the same place in the program's text, named by the same call?
inline bool same_site(const site& a, const site& b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
}

// The function's own name: "cook", "main::lambda". Compilers write the whole signature into a site,
// and GCC writes that of a coroutine's inner function.
std::string function_name(const site& of);

}  // namespace giambio
