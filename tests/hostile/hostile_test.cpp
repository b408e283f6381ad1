// Small traces that are wrong: cut at every byte, with every byte changed, and with each thing that
// a damaged disk, a broken writer or a malicious sender puts into them.
//
// Not here: large files (huge_test.py), what nobody has thought of yet (tests/fuzz/).
// Kept true: nothing crashes, whole good lines are kept, and a sentence names the line.
// Internal to tests/.
#include "tests/catch.hpp"
#include "tracer/model/export_chrome.hpp"
#include "tracer/model/export_svg.hpp"
#include "tracer/model/history.hpp"
#include "tracer/model/reader.hpp"
#include "tracer/model/report.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace {

using namespace giambio::trace;

const std::string first_line_of_all = "{\"giambio_trace\":1,\"minor\":1,\"clock\":\"virtual\"}\n";

std::string good(int seq, int t = 0, int cause = 0) {
    return "{\"seq\":" + std::to_string(seq) + ",\"t\":" + std::to_string(t) +
           ",\"turn\":0,\"kind\":\"mark\",\"task\":0,\"cause\":" + std::to_string(cause) +
           ",\"at\":0,\"text\":\"good\"}\n";
}

// The first lines of a real trace: every one of their bytes is tried.
std::string sample() {
    std::ifstream file("lessons/05-time-is-a-queue/trace.jsonl");
    std::stringstream text;
    text << file.rdbuf();
    const std::string whole = text.str();
    REQUIRE(whole.size() > 6000);
    return whole.substr(0, whole.rfind('\n', 6000) + 1);
}

// Whatever was read can be told, at its end at least.
void tell(const recording& of) {
    REQUIRE_FALSE(info_text(of).empty());
    if (of.events.empty()) return;
    history past(of);
    const std::size_t last = of.events.size() - 1;
    REQUIRE_FALSE(state_text(of, past.at(last)).empty());
    REQUIRE_FALSE(text_line(of, of.events[last], columns_of(of)).empty());
}

// The one complaint about these lines between two good ones.
std::string complaint_about(const std::string& lines) {
    const recording read = read_text(first_line_of_all + good(1) + lines + good(9), "file");
    REQUIRE(read.events.size() >= 2);
    CHECK(read.events.back().seq == 9);
    REQUIRE(read.complaints.size() == 1);
    CHECK(read.complaints[0].line == 3);
    CHECK(read.complaints[0].what.ends_with("."));
    tell(read);
    return read.complaints[0].what;
}

}  // namespace

TEST_CASE("hostile: a file that is cut at any byte keeps its whole lines") {
    const std::string text = sample();
    const std::size_t first_line = text.find('\n');
    const recording whole = read_text(text, "file");
    for (std::size_t length = 0; length < text.size(); ++length) {
        INFO("cut after byte " << length);
        const std::string_view kept = std::string_view(text).substr(0, length);
        if (length < first_line) {
            CHECK_THROWS_AS(read_text(kept, "file"), unreadable);
            continue;
        }
        const recording read = read_text(kept, "file");
        const auto lines = static_cast<std::size_t>(std::count(kept.begin(), kept.end(), '\n'));
        REQUIRE(read.complaints.size() <= 1);
        if (!read.complaints.empty()) REQUIRE(read.complaints[0].line == lines + 1);
        std::size_t expected = 0;
        std::istringstream each(std::string(kept.substr(0, kept.rfind('\n') + 1)));
        for (std::string line; std::getline(each, line);) expected += line.starts_with("{\"seq\":");
        REQUIRE(read.events.size() >= expected);
        REQUIRE(read.events.size() <= expected + 1);
        if (length % 61 == 0) tell(read);
    }
    CHECK(whole.complaints.empty());
}

TEST_CASE("hostile: any one byte that is another costs the lines that it stands in at most") {
    const std::string text = sample();
    const std::size_t first_line = text.find('\n');
    const std::size_t events = read_text(text, "file").events.size();
    std::size_t noticed = 0;
    for (std::size_t at = first_line + 1; at < text.size(); at += 7) {
        std::string changed = text;
        // No digit: a seq that jumps ahead makes all below it come too late.
        changed[at] = "\0\"\xff{}x,\n"[at % 8];
        INFO("byte " << at << " became " << static_cast<int>(changed[at]));
        const recording read = read_text(changed, "file");
        const std::size_t lines = text[at] == '\n' ? 2 : 1;  // two became one
        REQUIRE(read.events.size() + lines >= events);
        noticed += read.complaints.empty() ? 0 : 1;
        if (at % 13 == 0) tell(read);
    }
    CHECK(noticed > text.size() / 7 / 4);
}

TEST_CASE("hostile: each sort of bad line has its sentence, and costs nothing else") {
    using Catch::Matchers::ContainsSubstring;
    CHECK_FALSE(complaint_about(std::string(5000, '[') + "\n").empty());
    CHECK_FALSE(complaint_about("{\"seq\":2,\"a\":" + std::string(5000, '{') + "\n").empty());
    CHECK_FALSE(complaint_about(std::string("\0\0\0\n", 4)).empty());
    CHECK_FALSE(complaint_about("\xff\xfe\n").empty());
    CHECK_FALSE(complaint_about("{\"seq\":2}\n").empty());
    CHECK_FALSE(complaint_about("{\"seq\":-2,\"t\":0}\n").empty());
    CHECK_FALSE(complaint_about("{\"seq\":99999999999999999999}\n").empty());
    CHECK_FALSE(complaint_about("[1,2]\n").empty());
    CHECK_FALSE(complaint_about("{\"seq\":2,\"t\":\"now\"}\n").empty());
    CHECK_FALSE(complaint_about(good(1)).empty());
    CHECK_FALSE(complaint_about(good(2, 0, 5)).empty());
}

TEST_CASE("hostile: times that go back, and seqs that come twice, leave the rest readable") {
    const recording back =
        read_text(first_line_of_all + good(1, 9) + good(2, 3) + good(3, 9), "file");
    CHECK(back.complaints.size() == 1);
    CHECK(back.complaints[0].line == 3);
    CHECK(back.events.back().seq == 3);
    const recording twice =
        read_text(first_line_of_all + good(4) + good(4) + good(3) + good(5), "file");
    CHECK(twice.events.size() == 2);
    CHECK(twice.complaints.size() == 2);
}

TEST_CASE("hostile: kinds and lines of later versions are kept or passed over in silence") {
    const recording read =
        read_text(first_line_of_all + good(1) +
                      "{\"seq\":2,\"t\":0,\"turn\":0,\"kind\":\"later\",\"task\":"
                      "0,\"cause\":1,\"at\":0,\"new\":{\"a\":[1]}}\n"
                      "{\"chapter\":4}\n" +
                      good(3),
                  "file");
    CHECK(read.complaints.empty());
    CHECK(read.events.size() == 3);
    tell(read);
}

TEST_CASE("hostile: times up to the latest can be drawn and exported") {
    const auto at = [](int seq, const std::string& t, const std::string& own) {
        return "{\"seq\":" + std::to_string(seq) + ",\"t\":" + t +
               ",\"turn\":0,\"task\":1,\"cause\":0,\"at\":0," + own + "}\n";
    };
    const std::string last = std::to_string(latest_time);
    const recording read =
        read_text(first_line_of_all + at(1, "0", R"("kind":"spawn","child":1,"name":"late")") +
                      at(2, "0", R"("kind":"switch_in")") +
                      at(3, last, R"("kind":"switch_out","how":"yield")") +
                      at(4, last, R"("kind":"switch_in")") +
                      at(5, "9223372036854775807", R"("kind":"mark","text":"x")"),
                  "file");
    REQUIRE(read.complaints.size() == 1);
    std::string made;
    const auto keep = [&](std::string_view text) {
        made += text;
        REQUIRE(made.size() < 1'000'000);  // it would go on for ever
    };
    svg_picture(read, whole(read), axis::time, svg_style{}, keep);
    chrome_trace(read, whole(read), axis::time, keep);
    CHECK(made.find("\"dur\":-") == std::string::npos);
    CHECK(made.find("\"ts\":-") == std::string::npos);
    tell(read);
}
