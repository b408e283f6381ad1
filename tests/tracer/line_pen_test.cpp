// The pen that writes a line: pieces of every sort, also those that have no room in its place.
#include "tests/catch.hpp"

#include "tracer/line_pen.hpp"

#include <cstdint>
#include <limits>
#include <string>

using giambio::line_pen;

TEST_CASE("numbers, words and literals stand one behind the other") {
    std::string out = "before ";
    {
        const char* word = "word";
        line_pen pen(out);
        pen.put("{\"n\":");
        pen.put(std::numeric_limits<std::int64_t>::min());
        pen.put(std::numeric_limits<std::uint64_t>::max());
        pen.put(true);
        pen.put(false);
        pen.put(word);
        pen.put(std::string("text"));
    }
    CHECK(out == "before {\"n\":-922337203685477580818446744073709551615truefalsewordtext");
}

TEST_CASE("what is longer than the place of a line loses nothing and keeps its order") {
    for (const std::size_t size : {500U, 511U, 512U, 513U, 5000U}) {
        const std::string long_one(size, 'x');
        std::string out;
        std::string expected;
        {
            line_pen pen(out);
            for (int round = 0; round < 3; ++round) {
                pen.put("a");
                pen.put(long_one);
                pen.put(17);
                expected += "a" + long_one + "17";
            }
        }
        CHECK(out == expected);
    }
}
