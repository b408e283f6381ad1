// The pen that writes a line: pieces of every sort, also those that have no room in its place.
#include "tests/catch.hpp"

#include "tracer/kernel_words.hpp"
#include "tracer/line_pen.hpp"
#include "tracer/line_pieces.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using giambio::line_pen;
using giambio::running_number;
using giambio::short_text;

TEST_CASE("numbers, words and literals stand one behind the other") {
    std::string out = "before ";
    {
        const char* word = "word";
        line_pen pen(out);
        pen.add("{\"n\":", std::numeric_limits<std::int64_t>::min(),
                std::numeric_limits<std::uint64_t>::max(), true, false, word);
        pen.add(std::string("text"), 0, 9, 10, 99, 100, -1);
    }
    CHECK(out ==
          "before {\"n\":-922337203685477580818446744073709551615truefalsewordtext091099100-1");
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
                pen.add("a", long_one, 17, word);
                pen.add(short_text("short"));
                expected += "a" + long_one + "17wordshort";
            }
        }
        CHECK(out == expected);
    }
}

TEST_CASE("a running number has the digits of each number, whatever came before") {
    running_number runs;
    const auto digits = [&](std::uint64_t number) {
        std::string out;
        line_pen(out).add(runs(number));
        return out;
    };
    for (std::uint64_t number = 0; number < 21'000; number += number < 1'000 ? 1 : 7) {
        CHECK(digits(number) == std::to_string(number));
    }
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    for (const std::uint64_t number :
         {99'999UL,    100'000UL,     100'001UL,    99'999UL,    7UL,           123'456'789UL,
          0UL,         123'450'000UL, most,         most - 5,    most - 20'000, 9'999UL,
          10'000UL,    19'999UL,      20'000UL,     999'999UL,   1'000'000UL,   1'000'001UL,
          1'999'999UL, 2'000'000UL,   12'010'099UL, 12'999'900UL}) {
        CHECK(digits(number) == std::to_string(number));
    }
}

TEST_CASE("the beginning of a line has its number, time and turn, whatever the line before had") {
    struct line {
        std::uint64_t number, t, turn;
    };
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max() - 3;
    // Counted up over all borders; the same again; back; and the largest there are.
    std::vector<line> lines;
    for (std::uint64_t number = 1; number < 12'000; ++number) {
        lines.push_back({number, number / 3 * 7'919, number / 50});
    }
    for (const std::uint64_t number :
         {9UL, 10UL, 9UL, 10UL, 10UL, 11UL, 99UL, 100UL, most, 0UL, 1UL}) {
        lines.push_back({number, most, 4'294'967'295});
        lines.push_back({number + 1, 0, 0});
        lines.push_back({number + 2, 0, 1});
    }
    giambio::line_head head;
    for (const line& each : lines) {
        std::string out;
        line_pen(out).add(head(each.number, each.t, each.turn));
        const std::string expected = "{\"seq\":" + std::to_string(each.number) +
                                     ",\"t\":" + std::to_string(each.t) +
                                     ",\"turn\":" + std::to_string(each.turn) + ",\"kind\":\"";
        if (out != expected) CHECK(out == expected);  // thousands of checks that hold take a while
    }
    CHECK(lines.size() > 12'000);
}

TEST_CASE("numbers of few digits, and of more") {
    for (int number = 0; number < 2'000'000; number += number < 20'000 ? 1 : 97) {
        for (const int each : {number, -number, 2'000'000 - number}) {
            std::string out;
            line_pen(out).add(each);
            if (out != std::to_string(each)) CHECK(out == std::to_string(each));
        }
    }
}

TEST_CASE("a word of the kernel is known by its address, and many of them are kept apart") {
    giambio::kernel_words words;
    std::vector<std::string> texts;
    for (int i = 0; i < 1'000; ++i) texts.push_back("word " + std::to_string(i));
    texts.push_back("sleep");
    texts.push_back("receive_from");
    for (int round = 0; round < 2; ++round) {
        for (const std::string& each : texts) {
            std::string out;
            line_pen(out).add(words[each.c_str()].text);
            if (out != each) CHECK(out == each);
        }
    }
    CHECK(words[texts[1'000].c_str()].sort == giambio::word_sort::sleep);
    CHECK(words[texts[1'001].c_str()].sort == giambio::word_sort::datagram);
    CHECK(words[texts[0].c_str()].sort == giambio::word_sort::plain);
}
