// Memory of coroutines: what one has left the next one gets, and nothing is shared.
//
// Not here: coroutines themselves (tests/kernel/coroutine_test.cpp).
#include "tests/catch.hpp"

#include "traps/frame_memory.hpp"

#include <cstring>
#include <random>
#include <utility>
#include <vector>

using namespace giambio;

TEST_CASE("a piece that was given back is taken again, for what needs as much") {
    frame_memory memory;
    void* first = memory.take(100);
    memory.give_back(first, 100);
    CHECK(memory.take(104) == first);  // the same step of the allocator
    void* other = memory.take(100);
    CHECK(other != first);
    memory.give_back(first, 104);
    memory.give_back(other, 100);
    void* large = memory.take(5000);  // too large to be kept
    memory.give_back(large, 5000);
}

TEST_CASE("no two owners share a byte") {
    frame_memory memory;
    std::mt19937 dice(9);
    std::vector<std::pair<unsigned char*, std::size_t>> owned;
    for (int step = 0; step < 5000; ++step) {
        if (owned.empty() || dice() % 3 != 0) {
            const std::size_t size = 1 + dice() % 1200;
            auto* piece = static_cast<unsigned char*>(memory.take(size));
            std::memset(piece, static_cast<int>(owned.size() % 251), size);
            owned.emplace_back(piece, size);
        } else {
            const auto [piece, size] = owned.back();
            owned.pop_back();
            const auto mark = static_cast<unsigned char>(owned.size() % 251);
            REQUIRE((piece[0] == mark && piece[size / 2] == mark && piece[size - 1] == mark));
            memory.give_back(piece, size);
        }
    }
    for (const auto& [piece, size] : owned) memory.give_back(piece, size);
}
