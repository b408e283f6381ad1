// The main() of every Catch2 test program, for version 2 of Catch2.
//
// tests/CMakeLists.txt compiles this file once and links it to all of them, because it is the slow
// part of Catch2. With version 3 it is not compiled: Catch2 brings a main() of its own.
// Not here: tests, and anything that must happen before them.
// The one macro of the project: version 2 of Catch2 can be asked for its main() in no other way.
// Internal to tests/.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
