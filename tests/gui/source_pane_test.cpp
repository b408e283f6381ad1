// The source pane: which file, the strong cursor, the ghosts, lines and words.
//
// Not here: scrolling and colours.
// Internal to tests/gui/.
#include "gui/model/source_pane.hpp"
#include "gui/model/syntax.hpp"
#include "tests/catch.hpp"
#include "tests/gui/sample.hpp"

using namespace gui_tests;

namespace {

std::string cursors_at(std::uint64_t seq) {
    gui::study of = sample_study();
    of.go_to(at(seq));
    std::string text;
    for (const gui::cursor& each : of.source().cursors)
        text += each.name + ":" + std::to_string(each.line) + (each.strong ? "! " : " ");
    return text;
}

std::string joined(const std::vector<gui::piece>& pieces) {
    std::string text;
    for (const gui::piece& each : pieces) text += each.text;
    return text;
}

}  // namespace

TEST_CASE("the strong cursor is where the trace event is, ghosts where the others wait") {
    CHECK(cursors_at(25) == "#2 serve:7! #1 run:40 #3 call:37 #4 cook:38 #5 cook:39 ");
    CHECK(cursors_at(62) == "#3 call:20! #1 run:40 #2 serve:9 #4 cook:27 #5 cook:26 ");
    // A wake is about the task that is woken.
    CHECK(cursors_at(75) == "#4 cook:27! #1 run:40 #2 serve:9 #3 call:21 #5 cook:26 ");
    // Nobody is strong when the loop polls, and the dead have no cursor.
    CHECK(cursors_at(100) == "#1 run:40 #2 serve:9 #3 call:21 #5 cook:27 ");
}

TEST_CASE("a running task is where it asked last, until it asks again") {
    CHECK(cursors_at(54).substr(0, 11) == "#2 serve:7!");
    CHECK(cursors_at(56).substr(0, 11) == "#2 serve:9!");
}

TEST_CASE("the file stays while a trace event has no place") {
    gui::study of = sample_study();
    of.go_to(at(70));
    CHECK(of.source().file == "lessons/samples/kitchen.cpp");
    CHECK(of.source().line == 0);
    CHECK(of.source().note.empty());
}

TEST_CASE("a trace without text says so") {
    const gui::study of(crowd(1).read(), std::nullopt);
    CHECK(of.source().note == "The trace has no source text.");
    CHECK(of.lines().of(1).empty());
}

TEST_CASE("lines are those of the text") {
    const trace::recording of = sample();
    const gui::source_lines lines(of);
    REQUIRE(lines.of(1).size() == 46);
    CHECK(lines.of(1)[5] == "coroutine<void> serve(async_socket listener) {");
    CHECK(lines.of(0).empty());
    CHECK(gui::file_name("lessons/samples/kitchen.cpp") == "kitchen.cpp");
    CHECK(gui::file_name("kitchen.cpp") == "kitchen.cpp");
}

TEST_CASE("the pieces of a line are the line, each of its kind") {
    const std::string line = R"(    co_await send_all("a \" b" + 12); // say 'x')";
    const std::vector<gui::piece> pieces = gui::pieces_of(line);
    CHECK(joined(pieces) == line);
    const auto kind_of = [&](std::string_view text) {
        for (const gui::piece& each : pieces)
            if (each.text == text) return each.kind;
        return gui::word_kind::plain;
    };
    CHECK(kind_of("co_await") == gui::word_kind::keyword);
    CHECK(kind_of(R"("a \" b")") == gui::word_kind::literal);
    CHECK(kind_of("12") == gui::word_kind::literal);
    CHECK(kind_of("// say 'x'") == gui::word_kind::comment);
    CHECK(kind_of("send_all") == gui::word_kind::plain);
}

TEST_CASE("a comment and a text keep their kind in the rows in which they go on") {
    const std::string line = R"(log("for 12"); // written as if for one)";
    const std::vector<gui::piece> pieces = gui::pieces_of(line);
    const std::vector<std::string_view> rows = gui::wrapped(line, 20);
    REQUIRE(rows.size() == 3);
    std::string whole;
    for (const std::string_view row : rows) whole += joined(gui::pieces_in_row(pieces, row));
    CHECK(whole == line);
    for (const std::size_t further : {1U, 2U})
        for (const gui::piece& each : gui::pieces_in_row(pieces, rows[further]))
            CHECK(each.kind == gui::word_kind::comment);
    const std::string_view text = std::string_view(line).substr(6, 4);  // in the quotes
    CHECK(gui::pieces_in_row(pieces, text)[0].kind == gui::word_kind::literal);
}

TEST_CASE("a long line goes on in further rows, cut at spaces, without losing a letter") {
    const std::string line = "        sched.create_task(echo_handler(std::move(conn), address));";
    for (const std::size_t letters : {5U, 12U, 30U, 40U, 100U}) {
        std::string whole;
        for (const std::string_view row : gui::wrapped(line, letters)) {
            CHECK(row.size() <= letters);
            whole += row;
        }
        CHECK(whole == line);
    }
    CHECK(gui::wrapped(line, 60).size() == 2);
    CHECK(gui::wrapped(line, 60)[1] == "address));");
    CHECK(gui::indent_of(line, 60) == 12);
    CHECK(gui::wrapped("", 10).size() == 1);
    // A letter of several bytes is never cut in two.
    CHECK(gui::wrapped("\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4", 5)[0] ==
          "\u00e4\u00e4\u00e4\u00e4\u00e4");
}
