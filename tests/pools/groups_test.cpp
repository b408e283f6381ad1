// Groups of errors: how start and the program take them apart.
//
// Not here: which errors get into a group (pools_test.cpp).
#include "tests/catch.hpp"
#include "tests/run_simulated.hpp"

#include <giambio.hpp>

#include <stdexcept>
#include <string>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

coroutine<> fail_after(duration length, std::string why) {
    co_await giambio::sleep(length);
    throw std::runtime_error(why);
}

}  // namespace

TEST_CASE("R9: start unwraps a group of one, however deep") {
    auto inner = []() -> coroutine<> {
        co_await with_pool([](pool& p) -> coroutine<> {
            p.spawn(fail_after(1s, "deep"), "leaf");
            co_return;
        });
    };
    auto program = [&]() -> coroutine<> {
        co_await with_pool([&](pool& p) -> coroutine<> {
            p.spawn(inner(), "branch");
            co_return;
        });
    };
    try {
        async_scheduler{simulated{}}.start(program());
        FAIL("the leaf has failed");
    } catch (const std::runtime_error& error) {
        CHECK(std::string(error.what()) == "deep");
    }
}

TEST_CASE("R9: a group with one error in it, however deep, throws that one when it is asked to") {
    auto inner = []() -> coroutine<> {
        co_await with_pool([](pool& p) -> coroutine<> {
            p.spawn(fail_after(1s, "deep"), "leaf");
            p.spawn(fail_after(1h, "cancelled before"), "sibling");
            co_return;
        });
    };
    std::string told;
    run_simulated([&]() -> coroutine<> {
        try {
            co_await with_pool([&](pool& p) -> coroutine<> {
                p.spawn(inner(), "branch");
                p.spawn(fail_after(1h, "cancelled, too"));
                co_return;
            });
        } catch (const error_group& group) {
            try {
                group.rethrow_single();
            } catch (const error_group&) {
                told = "a group";
            } catch (const std::runtime_error& error) {
                told = error.what();
            }
        }
    });
    CHECK(told == "deep");
}

TEST_CASE("a group tells its errors as a tree, finds them by type and flattens") {
    auto inner = []() -> coroutine<> {
        co_await with_pool([](pool& p) -> coroutine<> {
            p.spawn(fail_after(1s, "deep"), "leaf");
            co_return;
        });
    };
    auto wrong = []() -> coroutine<> {
        co_await giambio::sleep(1s);
        throw std::out_of_range("wide");
    };
    run_simulated([&]() -> coroutine<> {
        try {
            co_await with_pool([&](pool& p) -> coroutine<> {
                p.spawn(inner(), "branch");
                p.spawn(wrong(), "other");
                co_return;
            });
        } catch (const error_group& group) {
            CHECK(
                std::string(group.what()) ==
                "2 tasks failed:\n  #3 other: wide\n  #2 branch: a group of 1\n    #4 leaf: deep");
            CHECK(group.flatten().size() == 2);
            CHECK(group.contains<std::out_of_range>());
            CHECK(!group.contains<std::bad_alloc>());
            CHECK_THROWS_AS(group.rethrow_single(), error_group);
        }
    });
}
