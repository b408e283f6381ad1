// Files that are refused as a whole, each with a sentence that names the file and says what to do.
//
// Internal to tests/.
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"

#include <filesystem>
#include <string>

using namespace giambio::trace;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

std::string refusal_of(const std::string& text) {
    try {
        read_text(text, "some.json");
    } catch (const unreadable& fault) {
        CHECK_THAT(fault.what(), StartsWith("some.json "));
        return fault.what();
    }
    FAIL("the text was read: " << text);
    return {};
}

std::string refusal_of_file(const std::string& path) {
    try {
        read_file(path);
    } catch (const unreadable& fault) {
        CHECK_THAT(fault.what(), StartsWith(path));
        return fault.what();
    }
    FAIL("the file was read: " << path);
    return {};
}

}  // namespace

TEST_CASE("text that is no trace is refused with a way out") {
    CHECK_THAT(refusal_of(""), ContainsSubstring("is empty"));
    CHECK_THAT(refusal_of("hello\n"), ContainsSubstring("line 1, byte 0"));
    CHECK_THAT(refusal_of("hello\n"), ContainsSubstring("GIAMBIO_TRACE="));
    CHECK_THAT(refusal_of("{\"seq\":1}\n"), ContainsSubstring("line 1 is no header"));
    CHECK_THAT(refusal_of("[]\n"), ContainsSubstring("line 1 is no header"));
    CHECK_THAT(refusal_of(std::string("\x7f"
                                      "ELF\0\0\1",
                                      7)),
               ContainsSubstring("binary file"));
    CHECK_THAT(refusal_of("\x28\xb5\x2f\xfd\x24"), ContainsSubstring("cannot be unpacked"));
    CHECK_THAT(refusal_of("{\"giambio_trace\":1,\"min"), ContainsSubstring("middle of its header"));
    CHECK_THAT(refusal_of("{\"giambio_trace\":1,\"minor\":\"x\"}\n"),
               ContainsSubstring("damaged header"));
}

TEST_CASE("another version is refused, a later minor version is read") {
    for (const char* version : {"2", "0", "-1", "1.5", "\"1\"", "null", "[1]"}) {
        const std::string sentence =
            refusal_of("{\"giambio_trace\":" + std::string(version) + "}\n");
        CHECK_THAT(sentence, ContainsSubstring("is a trace of version"));
        CHECK_THAT(sentence, ContainsSubstring("reads version 1"));
    }
    const recording made = read_text("{\"giambio_trace\":1,\"minor\":99,\"new\":[{}]}\n", "x");
    CHECK(made.header.minor == 99);
    CHECK(made.complaints.empty());
}

TEST_CASE("the header's values are read") {
    const recording made =
        read_text(R"({"giambio_trace":1,"minor":2,"clock":"real","driver":"epoll",)"
                  R"("seed":18446744073709551615,"budget":8,"program":"p",)"
                  R"("argv":["p","-x"],"started":"2026-11-22T23:04:05Z"})",
                  "x");
    CHECK(made.header.version == 1);
    CHECK(made.header.clock == "real");
    CHECK(made.header.driver == "epoll");
    CHECK(made.header.seed == UINT64_MAX);
    CHECK(made.header.budget == 8);
    CHECK(made.header.program == "p");
    CHECK(made.header.argv == std::vector<std::string>{"p", "-x"});
    CHECK(made.header.started == "2026-11-22T23:04:05Z");
    CHECK(made.file == "x");
}

TEST_CASE("paths that cannot be read are named") {
    CHECK_THAT(refusal_of_file("no/such/file.json"), ContainsSubstring("No such file"));
    CHECK_THAT(refusal_of_file(std::filesystem::temp_directory_path().string()),
               ContainsSubstring("is a directory"));
    CHECK_THAT(refusal_of_file("/dev/null"), ContainsSubstring("is empty"));
}
