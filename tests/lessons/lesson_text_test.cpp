// A lesson's text: what Markdown becomes, what a paragraph is bound to, and the values in it.
//
// Not here: selectors (selector_test.cpp).
// Internal to tests/lessons/.
#include "tracer/model/lesson_text.hpp"
#include "tests/catch.hpp"
#include "tests/lessons/lesson_folder.hpp"

namespace {

using namespace giambio::trace;
using Catch::Matchers::ContainsSubstring;

constexpr const char* steps =
    R"({"title":"Naps","steps":[
        {"id":"asks","select":{"kind":"trap","trap":"sleep"}},
        {"id":"fires","select":{"kind":"timer_fire"}},
        {"id":"never","select":{"kind":"busy"}}]})";

lesson_text read(const std::string& text, const std::string& with = steps) {
    return read_lesson(lessons_tests::lesson_folder(text, with).path(), lessons_tests::kitchen());
}

TEST_CASE("Markdown becomes headings, paragraphs, lists and code") {
    const auto paragraphs = read(R"(# One *big* word

A line
and `co_await` in &lt;code&gt;.

## Two

- first
  goes on
- second

  1. inner

```cpp
int a;

  int b;
```
)")
                                .paragraphs;
    const std::vector<std::tuple<std::string, int, std::string>> expected{
        {"heading", 1, "One big word"},
        {"paragraph", 0, "A line and `co_await` in <code>."},
        {"heading", 2, "Two"},
        {"list", 1, "first goes on"},
        {"list", 1, "second"},
        {"list", 2, "1. inner"},
        {"code", 0, "int a;\n\n  int b;"}};
    REQUIRE(paragraphs.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(paragraphs[i].kind == std::get<0>(expected[i]));
        CHECK(paragraphs[i].level == std::get<1>(expected[i]));
        CHECK(paragraphs[i].text == std::get<2>(expected[i]));
        CHECK(paragraphs[i].seq == 0);
    }
}

TEST_CASE("a bound paragraph has the seq of its step, and its mark is gone") {
    const lesson_text lesson = read("Not bound.\n\n{#asks} It asks.\n\n{#fires} It fires.\n");
    CHECK(lesson.title == "Naps");
    REQUIRE(lesson.paragraphs.size() == 3);
    CHECK(lesson.paragraphs[0].id.empty());
    CHECK(lesson.paragraphs[1].id == "asks");
    CHECK(lesson.paragraphs[1].seq == 9);
    CHECK(lesson.paragraphs[1].text == "It asks.");
    CHECK(lesson.paragraphs[2].seq == 12);
}

TEST_CASE("values come from the trace") {
    const lesson_text lesson = read(
        "{#fires} At [[t]], [[dur:asks]] after [[t:asks]], [[task]] woke [[task:asks]], "
        "which asked for [[ns:asks]] ([[trap:asks]]), timer [[timer]].\n");
    REQUIRE(lesson.paragraphs.size() == 1);
    CHECK(lesson.paragraphs[0].text ==
          "At 5.000 ms, 5.000 ms after 0 ms, the loop woke #2 cook, which asked for 5.000 ms "
          "(sleep), timer 1.");
}

TEST_CASE("a value that the trace does not have stays as it is, and is told") {
    const lesson_text lesson = read("{#asks} The [[bytes]] and [[t:nobody]].\n");
    REQUIRE(lesson.complaints.size() == 3);  // the step "never" is the third
    CHECK(lesson.paragraphs[0].text == "The [[bytes]] and [[t:nobody]].");
    CHECK_THAT(lesson.complaints[1],
               ContainsSubstring("text.md: paragraph \"asks\"") && ContainsSubstring("[[bytes]]"));
}

TEST_CASE("a step that the trace does not have leaves its paragraph readable") {
    const lesson_text lesson = read("{#never} It burned time.\n");
    CHECK(lesson.paragraphs[0].text == "It burned time.");
    CHECK(lesson.paragraphs[0].id == "never");
    CHECK(lesson.paragraphs[0].seq == 0);
    REQUIRE(lesson.complaints.size() == 1);
    CHECK_THAT(lesson.complaints[0], ContainsSubstring("steps.json: step \"never\""));
}

TEST_CASE("a paragraph that belongs to no step is told") {
    const lesson_text lesson =
        read("{#askes} It asks.\n\n{#broken It\n", R"({"title":"T","steps":[]})");
    REQUIRE(lesson.complaints.size() == 2);
    CHECK_THAT(lesson.complaints[0], ContainsSubstring("\"askes\" belongs to no step"));
    CHECK_THAT(lesson.complaints[1], ContainsSubstring("has no }"));
}

TEST_CASE("a folder that is no lesson gives complaints, not an exception") {
    const lesson_text lesson = read_lesson("/nowhere/at/all", lessons_tests::kitchen());
    CHECK(lesson.paragraphs.empty());
    REQUIRE(lesson.complaints.size() == 2);
    CHECK_THAT(lesson.complaints[0], ContainsSubstring("/nowhere/at/all/steps.json"));
    CHECK_THAT(lesson.complaints[1], ContainsSubstring("/nowhere/at/all/text.md"));
}

TEST_CASE("the source line of a site has no spaces around it") {
    const recording run = lessons_tests::kitchen();
    CHECK(source_line(run, 1) == "co_await sleep(5ms);");
    CHECK(source_line(run, 0).empty());
    CHECK(source_line(run, 99).empty());
}

}  // namespace
