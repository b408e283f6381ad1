// The one door to Catch2, which Debian 12 has as version 2 and newer systems as version 3.
//
// Every test includes this file and nothing of Catch2 itself, and writes the names of version 3:
// TEST_CASE, SECTION, GENERATE, REQUIRE, CHECK, Catch::Approx, and from Catch::Matchers
// ContainsSubstring, StartsWith, EndsWith and Equals. Under version 2 the missing ones are made
// here.
// Not here: helpers for tests of our own; they live beside the tests that use them.
// Kept true: a test compiles unchanged with both versions.
// Public to tests/.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>

#include <string>

namespace Catch {
using Detail::Approx;
}

namespace Catch::Matchers {
inline auto ContainsSubstring(const std::string& part) {
    return Contains(part);
}
}  // namespace Catch::Matchers
#endif
