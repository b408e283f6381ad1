// The pen that writes a line: pieces of every sort, also those that have no room in its place.
#include "tests/catch.hpp"

#include "tracer/line_pen.hpp"

#include <cstdint>
#include <limits>
#include <string>

using giambio::line_pen;
using giambio::running_number;
using giambio::short_text;

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
    // Around the size of that place (4,096), and beyond.
    for (const std::size_t size : {500U, 4070U, 4080U, 4090U, 4095U, 4096U, 4097U, 9000U}) {
        const std::string long_one(size, 'x');
        std::string out;
        std::string expected;
        {
            line_pen pen(out);
            for (int round = 0; round < 3; ++round) {
                const char* word = "word";
                pen.put("a");
                pen.put(long_one);
                pen.put(17);
                pen.put(word);
                pen.put(short_text("short"));
                expected += "a" + long_one + "17wordshort";
            }
        }
        CHECK(out == expected);
    }
}

TEST_CASE("a running number has the digits of each number, whatever came before") {
    running_number runs;
    const auto digits = [&](std::uint64_t number) {
        const short_text& text = runs.text_of(number);
        return std::string(text.letters, text.size);
    };
    for (std::uint64_t number = 0; number < 1100; ++number) {
        CHECK(digits(number) == std::to_string(number));
    }
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    for (const std::uint64_t number : {999UL, 1000UL, 991UL, 990UL, 989UL, 7UL, 0UL, 12UL, most,
                                       most - 5, most - 6, 9UL, 10UL, 9UL}) {
        CHECK(digits(number) == std::to_string(number));
    }
}
