// The lesson runner's parts that need no child: the catalogue, the telling, the comparison of
// traces.
//
// Not here: the command as a user meets it (lessons_test.py).
// Internal to tests/lessons/.
#include "lessons/catalogue.hpp"
#include "lessons/checking.hpp"
#include "lessons/fault.hpp"
#include "lessons/telling.hpp"
#include "tests/catch.hpp"
#include "tests/lessons/lesson_folder.hpp"
#include "tracer/model/history.hpp"
#include "tracer/model/reader.hpp"

#include <sstream>

namespace {

using namespace giambio::lessons;
using Catch::Matchers::ContainsSubstring;
namespace trace = giambio::trace;

std::vector<lesson> ours() {
    return all_lessons(model_tests::path_in_tree("lessons"));
}

TEST_CASE("a lesson is found by its number, with or without zeros, and by its folder") {
    const auto all = ours();
    CHECK(find_lesson(all, "3").name == "03-ready-queue");
    CHECK(find_lesson(all, "03").name == "03-ready-queue");
    CHECK(find_lesson(all, "05-time-is-a-queue").number == "05");
    CHECK_THROWS_WITH(find_lesson(all, "4"),
                      ContainsSubstring("no lesson \"4\"; the lessons are 03, 05, 06"));
    CHECK_THROWS_AS(find_lesson(all, ""), fault);
    CHECK_THROWS_AS(find_lesson(all, "0"), fault);
}

TEST_CASE("a lesson whose steps.json is broken is named") {
    const lessons_tests::lesson_folder broken("", "{\"title\": 3}");
    const auto parent = std::filesystem::path(broken.path()).parent_path() / "lessons-broken";
    std::filesystem::create_directories(parent);
    std::filesystem::copy(broken.path(), parent / "07-x", std::filesystem::copy_options::recursive);
    CHECK_THROWS_WITH(all_lessons(parent), ContainsSubstring("07-x/steps.json cannot be used"));
    std::filesystem::remove_all(parent);
}

TEST_CASE("every lesson asks before it tells, and walks forward through its recorded run") {
    for (const lesson& each : ours()) {
        INFO(each.name);
        const auto run = trace::read_file(golden_trace(each).string());
        const auto text = trace::read_lesson(each.folder.string(), run);
        CHECK(text.complaints.empty());
        CHECK(text.title == each.title);
        std::uint64_t before = 0;
        int bound = 0, questions = 0;
        for (const auto& paragraph : text.paragraphs) {
            questions += trace::is_question(paragraph);
            if (paragraph.seq == 0) continue;
            ++bound;
            CHECK(paragraph.seq > before);
            before = paragraph.seq;
        }
        CHECK(bound >= 8);
        CHECK(questions >= 1);
    }
}

TEST_CASE("lines are broken at spaces and counted in characters") {
    CHECK(wrapped("one two three", 7, "  ") == "  one two\n  three\n");
    CHECK(wrapped("caf\xc3\xa9 bar", 8, "") == "caf\xc3\xa9 bar\n");
    CHECK(wrapped("averylongword b", 4, "") == "averylongword\nb\n");
    CHECK(wrapped("a\nb", 80, "") == "a\nb\n");
    CHECK(wrapped("", 80, "") == "\n");
}

TEST_CASE("the kernel in one line") {
    const auto run = lessons_tests::kitchen();
    trace::history states(run);
    CHECK(situation_line(run, states.at(5)).find("timers none") != std::string::npos);
    std::string problems;
    CHECK(wrapped(situation_line(run, states.at(9)), 200, "") ==
          "running #2 cook | ready #3 eater, #1 main | timers #2 cook at 5.000 ms\n");
}

TEST_CASE("no told line is too long, and each bound paragraph shows its moment") {
    const auto all = ours();
    const lesson& third = find_lesson(all, "3");
    const auto run = trace::read_file(golden_trace(third).string());
    const std::string whole = told(trace::read_lesson(third.folder.string(), run), run);
    CHECK_THAT(whole, ContainsSubstring("The ready queue\n===============\n"));
    CHECK_THAT(whole, ContainsSubstring("running #1 main | ready #2 busy a, #3 busy b"));
    CHECK_THAT(whole, ContainsSubstring("co_await giambio::yield();"));
    CHECK(whole.find("[[") == std::string::npos);
    CHECK(whole.find("{#") == std::string::npos);
    std::istringstream lines(whole);
    for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 110);
}

TEST_CASE("two traces that part are told with the line") {
    CHECK(difference("a\nb\n", "a\nb\n").empty());
    CHECK_THAT(difference("a\nb\n", "a\nc\n"),
               ContainsSubstring("line 2 was\n    b\n  and is now\n    c"));
    CHECK_THAT(difference("a\n", "a\nb\n"), ContainsSubstring("line 2 was\n    (nothing)"));
    CHECK_THAT(difference("a\nb\n", "a\n"), ContainsSubstring("is now\n    (nothing)"));
    CHECK_FALSE(difference("a\n", "a").empty());
    const std::string same(200, 's');
    CHECK_THAT(difference(same + "old" + same, same + "new" + same),
               ContainsSubstring("... " + same.substr(140) + "olds") &&
                   ContainsSubstring(same.substr(140) + "news"));
}

TEST_CASE("how a compiler spells a site is no difference, and all else is") {
    const std::string event =
        R"({"seq":2,"t":0,"turn":0,"kind":"mark","task":1,"text":"a,\"column\":1"})";
    CHECK(comparable(R"({"site":1,"source":1,"line":4,"column":16,"function":"f<void>"})"
                     "\n" +
                     event + "\n") == R"({"site":1,"source":1,"line":4)"
                                      "\n" +
                                          event + "\n");
}

}  // namespace
