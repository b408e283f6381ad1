// What the tests of synchronisation share: a list of words that programs write their story into,
// and a look at how a wait ended.
//
// The program under test stays in its test. Not here: records of the trace
// (tests/kernel/recorder.hpp).
// Internal to tests/sync/.
#pragma once

#include "tests/catch.hpp"

#include <giambio.hpp>

#include <string>
#include <utility>
#include <vector>

using words = std::vector<std::string>;

// "ended", or what() of the error. A `cancelled` passes: it is not for us.
template <giambio::awaitable A>
giambio::coroutine<std::string> end_of(A body) {
    try {
        static_cast<void>(co_await std::move(body));
    } catch (const std::exception& error) {
        co_return error.what();
    }
    co_return "ended";
}

// Whether the error says so.
inline bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// Milliseconds since the run began, for the story.
inline std::string at_ms() {
    return " at " + std::to_string(giambio::now().count() / 1'000'000);
}
