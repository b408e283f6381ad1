// The quick way of reading a line agrees with the patient one, for good lines and damaged ones.
#include "tracer/model/quick_line.hpp"
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"
#include "tracer/model/event_line.hpp"

#include <random>
#include <sstream>

using namespace giambio::trace;

namespace {

std::vector<std::string> sample_lines() {
    std::istringstream text(model_tests::text_of_file("tests/model/echo_sample.jsonl"));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);)
        if (line.starts_with("{\"seq\"")) lines.push_back(line);
    return lines;
}

bool same(const event& a, const event& b) {
    return a.seq == b.seq && a.t == b.t && a.turn == b.turn && a.kind == b.kind &&
           a.task == b.task && a.cause == b.cause && a.at == b.at;
}

// What is taken quickly must be taken patiently too, and be the same.
void check_agreement(const std::string& line) {
    const auto quick = read_quickly(line);
    if (!quick) return;
    event_line patient;
    INFO(line);
    REQUIRE(patient.read(line) == line_result::parsed);
    CHECK(same(quick->made, patient.made()));
    CHECK((line[quick->keys_at] == ',' || line[quick->keys_at] == '}'));
}

}  // namespace

TEST_CASE("every line that our writer makes is read quickly") {
    const std::vector<std::string> lines = sample_lines();
    REQUIRE(lines.size() == 177);
    for (const std::string& each : lines) {
        INFO(each);
        CHECK(read_quickly(each).has_value());
        check_agreement(each);
    }
}

TEST_CASE("a damaged line is never taken for another trace event") {
    const std::vector<std::string> lines = sample_lines();
    const std::string bytes = "09-+.eE\"\\{}[],: tfn\x01\x7f\x80\xff";
    std::mt19937 draw(11);
    for (int i = 0; i < 60'000; ++i) {
        std::string line = lines[draw() % lines.size()];
        const std::size_t place = draw() % line.size();
        const char byte = bytes[draw() % bytes.size()];
        switch (draw() % 3) {
            case 0:
                line[place] = byte;
                break;
            case 1:
                line.insert(place, 1, byte);
                break;
            default:
                line.erase(place, 1 + draw() % 4);
        }
        check_agreement(line);
    }
}

TEST_CASE("lines with anything unusual are left to the patient way") {
    const std::string common = R"({"seq":1,"t":0,"turn":0,"kind":"log","task":0,"cause":0,"at":0)";
    CHECK(read_quickly(common + R"(,"text":"plain"})").has_value());
    for (const char* own :
         {R"(,"text":"a\nb"})", R"(,"text":"é"})", R"(,"colour":"red"})", R"(, "text":"a"})",
          R"(,"text":3})", R"(,"t":4})", R"(,"timer":01})", R"(,"timer":1.5})",
          R"(,"timer":9999999999999999999})", R"(,"text":"a")", R"(,"text":"a"} )",
          R"(,"chain":[1,]})", R"(,"timer":null})"}) {
        INFO(own);
        CHECK_FALSE(read_quickly(common + own).has_value());
    }
}
