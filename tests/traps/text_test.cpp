// What becomes text and what is read from it: addresses, received bytes, function names.
//
// Not here: texts in the trace (tests/tracer/).
#include "tests/catch.hpp"

#include <giambio.hpp>

#include <string>
#include <string_view>

using namespace giambio;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("an address is written as it is read") {
    CHECK(address("127.0.0.1", 25000).to_string() == "127.0.0.1:25000");
    CHECK(address("::1", 80).to_string() == "[::1]:80");
    CHECK(address("2001:db8::7", 65535).to_string() == "[2001:db8::7]:65535");
    CHECK(address("", 7).to_string() == "0.0.0.0:7");  // every interface
    CHECK(address("0.0.0.0", 7) == address("", 7));
    CHECK(address("127.0.0.1", 7) != address("127.0.0.1", 8));
    CHECK(address("127.0.0.1", 7) != address("::1", 7));
}

TEST_CASE("what is no address in digits is refused with a sentence that names it") {
    for (const std::string_view wrong : {"localhost", "127.0.0", "127.0.0.256", "1.2.3.4.5", " ::1",
                                         "::1%lo", "127.0.0.1:80", "[::1]"}) {
        CHECK_THROWS_WITH(address(wrong, 80),
                          ContainsSubstring("'" + std::string(wrong) + "'") &&
                              ContainsSubstring("names are not looked up here"));
    }
}

TEST_CASE("received bytes are printed as in a C string") {
    using namespace std::string_view_literals;
    CHECK(escape("plain text") == "plain text");
    CHECK(escape("line\r\n\tnext") == "line\\r\\n\\tnext");
    CHECK(escape("back\\slash") == "back\\\\slash");
    CHECK(escape("\0\x1b[31m\x7f"sv) == "\\x00\\x1b[31m\\x7f");
    CHECK(escape("\xc3\xa4\xff") == "\\xc3\\xa4\\xff");
    CHECK(escape("") == "");
}

namespace {

site here(site at = site::current()) {
    return at;
}
struct cook {
    static site in_a_member() { return here(); }
    template <class T>
    static site in_a_template(const T&) {
        return here();
    }
};
coroutine<> in_a_coroutine(site& told) {
    told = here();
    co_return;
}

}  // namespace

TEST_CASE("a site names the function, without its types") {
    CHECK(function_name(cook::in_a_member()) == "cook::in_a_member");
    CHECK(function_name(cook::in_a_template(1)) == "cook::in_a_template");
    site told;
    async_scheduler{simulated{}}.start(in_a_coroutine(told));
    CHECK(function_name(told) == "in_a_coroutine");
    const auto lambda = [] { return here(); };
    CHECK_THAT(function_name(lambda()), Catch::Matchers::EndsWith("::lambda"));
}
