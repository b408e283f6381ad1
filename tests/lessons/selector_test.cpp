// A step's selector: what each word of its language selects, and what is said when it selects
// nothing.
//
// Not here: paragraphs and values (lesson_text_test.cpp).
// Internal to tests/lessons/.
#include "tests/catch.hpp"
#include "tests/lessons/lesson_folder.hpp"
#include "tracer/model/lesson_steps.hpp"

#include <vector>

namespace {

using giambio::trace::lesson_steps;
using giambio::trace::matches_pattern;
using giambio::trace::read_steps;

lesson_steps steps_of(const std::string& steps) {
    return read_steps(R"({"title":"T","steps":[)" + steps + "]}", "07-x/steps.json",
                      lessons_tests::kitchen());
}

// The seq that one selector finds; 0 when it complains.
std::uint64_t selected(const std::string& selector) {
    const lesson_steps found = steps_of(R"({"id":"it","select":{)" + selector + "}}");
    CHECK(found.complaints.empty() == (found.seq_of.at("it") != 0));
    return found.seq_of.at("it");
}

std::string only_complaint(const std::string& steps) {
    const lesson_steps found = steps_of(steps);
    REQUIRE(found.complaints.size() == 1);
    return found.complaints[0];
}

using Catch::Matchers::ContainsSubstring;

TEST_CASE("a selector selects by kind, task, key and source line") {
    CHECK(selected(R"("kind":"timer_fire")") == 12);
    CHECK(selected(R"("kind":"switch_in","task":"main")") == 4);
    CHECK(selected(R"("kind":"timer_fire","task":"the loop")") == 12);
    CHECK(selected(R"("kind":"spawn","child":"eater")") == 6);
    CHECK(selected(R"("kind":"wake","woken":"cook")") == 13);
    CHECK(selected(R"("kind":"timer_set","owner":"cook")") == 10);
    CHECK(selected(R"("kind":"timer_set","due":5000000)") == 10);
    CHECK(selected(R"("kind":"timer_set","due":5000001)") == 0);
    CHECK(selected(R"("kind":"reply","at_once":false)") == 15);
    CHECK(selected(R"("kind":"reply","at_once":true)") == 0);
    CHECK(selected(R"("kind":"switch_out","how":"park")") == 11);
    CHECK(selected(R"("kind":"trap","code":"sleep(5ms")") == 9);
    CHECK(selected(R"("kind":"trap","code":"yield")") == 0);
    CHECK(selected(R"("kind":"log","text":"127.0.0.1:* connected")") == 18);
}

TEST_CASE("nth counts from 1, and the last is the last") {
    CHECK(selected(R"("kind":"spawn","nth":2)") == 5);
    CHECK(selected(R"("kind":"spawn","nth":3)") == 6);
    CHECK(selected(R"("kind":"spawn","nth":4)") == 0);
    CHECK(selected(R"("kind":"spawn","nth":"last")") == 6);
    CHECK(selected(R"("kind":"busy","nth":"last")") == 0);
}

TEST_CASE("a selector can refer to other steps, wherever they are written") {
    const lesson_steps found =
        steps_of(R"({"id":"woken","select":{"kind":"switch_in","after":"fires"}},)"
                 R"({"id":"began","select":{"kind":"switch_in","task":"cook","before":"fires"}},)"
                 R"({"id":"effect","select":{"kind":"wake","cause":"fires"}},)"
                 R"({"id":"other","select":{"kind":"mark","same_task":"began","nth":"last"}},)"
                 R"({"id":"fires","select":{"kind":"timer_fire"}})");
    CHECK(found.complaints.empty());
    CHECK(found.seq_of.at("woken") == 14);
    CHECK(found.seq_of.at("began") == 8);
    CHECK(found.seq_of.at("effect") == 13);
    CHECK(found.seq_of.at("other") == 17);
}

TEST_CASE("none or several matches are told with file, step, number and the first three") {
    const std::string none = only_complaint(R"({"id":"hog","select":{"kind":"busy"}})");
    CHECK_THAT(none, ContainsSubstring("07-x/steps.json") && ContainsSubstring("\"hog\"") &&
                         ContainsSubstring("matches 0 trace events of made.json"));
    const std::string several = only_complaint(R"({"id":"all","select":{"kind":"switch_in"}})");
    CHECK_THAT(several, ContainsSubstring("matches 3 trace events") &&
                            ContainsSubstring("seq 4, #1 main begins a step") &&
                            ContainsSubstring("seq 8,") && ContainsSubstring("seq 14,"));
    const std::string few = only_complaint(R"({"id":"few","select":{"kind":"mark","nth":3}})");
    CHECK_THAT(few, ContainsSubstring("matches 2") && ContainsSubstring("asks for number 3"));
}

TEST_CASE("a slip in steps.json is told, not guessed at") {
    const std::vector<std::pair<std::string, std::string>> slips{
        {R"({"id":"a","select":{"kind":"timmer_fire"}})", "\"timmer_fire\" is no kind"},
        {R"({"id":"a","select":{"kind":"trap","tarp":"sleep"}})", "\"tarp\" is no key"},
        {R"({"id":"a","select":{"task":"cook"}})", "has no \"kind\""},
        {R"({"id":"a","select":{"kind":"spawn","nth":0}})", "\"nth\" must be"},
        {R"({"id":"a","select":{"kind":"spawn","name":[]}})", "\"name\" must be a text"},
        {R"({"id":"a","select":"spawn"})", "must be an object"},
        {R"({"id":"a"})", "has no \"select\""},
        {R"({"select":{"kind":"spawn"}})", "has no text in \"id\""},
        {R"({"id":"a","select":{"kind":"spawn","nth":1,"after":"b"}})", "\"b\", which is no step"},
        {R"({"id":"a","select":{"kind":"spawn","nth":1}},{"id":"a","select":{"kind":"mark"}})",
         "is written twice"}};
    for (const auto& [steps, part] : slips)
        CHECK_THAT(only_complaint(steps), ContainsSubstring(part));
}

TEST_CASE("steps that refer to each other in a circle end, with a complaint") {
    const lesson_steps found =
        steps_of(R"({"id":"a","select":{"kind":"spawn","nth":1,"after":"b"}},)"
                 R"({"id":"b","select":{"kind":"spawn","nth":1,"after":"a"}})");
    CHECK(found.seq_of.at("a") == 0);
    CHECK(found.seq_of.at("b") == 0);
    REQUIRE_FALSE(found.complaints.empty());
    CHECK_THAT(found.complaints[0], ContainsSubstring("refers to itself"));
}

TEST_CASE("steps.json that is no JSON is told with the byte") {
    const auto found = read_steps("{\"title\": oops}", "x", lessons_tests::kitchen());
    REQUIRE(found.complaints.size() == 1);
    CHECK_THAT(found.complaints[0], ContainsSubstring("x: is no JSON (byte 11)"));
}

TEST_CASE("steps.json with a number that is too large is complained about") {
    const auto found = read_steps(R"({"title": 1e999})", "x", lessons_tests::kitchen());
    REQUIRE(found.complaints.size() == 1);
    CHECK_THAT(found.complaints[0], ContainsSubstring("x: has a number that is too large"));
}

TEST_CASE("a star in a pattern stands for any text, also none") {
    CHECK(matches_pattern("abc", "abc"));
    CHECK(matches_pattern("abc", "a*c"));
    CHECK(matches_pattern("ac", "a*c"));
    CHECK(matches_pattern("abcbc", "a*bc"));
    CHECK(matches_pattern("", "*"));
    CHECK(matches_pattern("a*c", "a*c"));
    CHECK(matches_pattern("xayaz", "*a*a*"));
    CHECK_FALSE(matches_pattern("abc", "ab"));
    CHECK_FALSE(matches_pattern("abc", "a*b"));
    CHECK_FALSE(matches_pattern("", "a"));
    CHECK_FALSE(matches_pattern("xaz", "*a*a*"));
}

}  // namespace
