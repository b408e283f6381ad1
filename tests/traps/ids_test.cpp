// The numbers by which kernel, program and trace name things.
//
// Not here: who gets which (tests/kernel/ending_test.cpp).
#include "tests/catch.hpp"

#include "traps/ids.hpp"

#include <limits>

using namespace giambio;

TEST_CASE("R17: numbers rise by one, begin again after the last, and leave out the one for none") {
    std::uint32_t last = 0;
    CHECK(next_number(last) == 1);
    CHECK(next_number(last) == 2);
    last = std::numeric_limits<std::uint32_t>::max() - 1;
    CHECK(timer_id{next_number(last)} == timer_id{std::numeric_limits<std::uint32_t>::max()});
    CHECK(timer_id{next_number(last)} != timer_id::none);
    CHECK(last == 1);
}
