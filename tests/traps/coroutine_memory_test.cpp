// Memory of coroutines: what one has left the next one gets, and nothing is shared.
//
// Not here: coroutines themselves (tests/kernel/coroutine_test.cpp).
#include "tests/catch.hpp"

#include "traps/coroutine_memory.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <random>
#include <set>
#include <thread>
#include <utility>
#include <vector>

using namespace giambio;

// Blocks come from here, so a test can say that there is no memory for another one.
static bool no_memory = false;
void* operator new(std::size_t size, std::align_val_t alignment) {
    const auto at = static_cast<std::size_t>(alignment);
    void* made = no_memory ? nullptr : std::aligned_alloc(at, (size + at - 1) / at * at);
    return made != nullptr ? made : throw std::bad_alloc();
}
void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}

TEST_CASE("a piece that was given back is taken again, for what needs as much") {
    coroutine_memory memory;
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
    coroutine_memory memory;
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

TEST_CASE("where there is no memory for another block, the rest of the last one has one owner") {
    if (coroutine_memory::one_by_one) return;  // there are no blocks then
    coroutine_memory memory;
    std::vector<std::pair<char*, std::size_t>> owned;
    const auto take = [&](std::size_t size) {
        owned.emplace_back(static_cast<char*>(memory.take(size)), size);
    };
    for (int i = 0; i < 32; ++i) take(2000);  // of the first block 1,536 bytes are left
    no_memory = true;
    CHECK_THROWS_AS(take(2000), std::bad_alloc);
    no_memory = false;
    take(1536);
    take(208);
    std::sort(owned.begin(), owned.end());
    for (std::size_t i = 1; i < owned.size(); ++i) {
        CHECK(owned[i - 1].first + owned[i - 1].second <= owned[i].first);
    }
    for (const auto& [piece, size] : owned) memory.give_back(piece, size);
}

TEST_CASE("a piece may be given back by another thread, also when its own has ended") {
    constexpr std::size_t size = 200;
    std::vector<void*> pieces;
    std::thread([&] {
        coroutine_memory& memory = coroutine_memory::of_this_thread();
        for (int i = 0; i < 1000; ++i) pieces.push_back(memory.take(size));
    }).join();
    std::thread([&] {
        coroutine_memory& memory = coroutine_memory::of_this_thread();
        for (void* each : pieces) {
            std::memset(each, 1, size);
            memory.give_back(each, size);
        }
    }).join();
}

TEST_CASE("threads that come and go need no more memory than those that are there at once") {
    std::set<std::uintptr_t> pages;
    for (int thread = 0; thread < 200; ++thread) {
        std::thread([&] {
            coroutine_memory& memory = coroutine_memory::of_this_thread();
            void* const piece = memory.take(1000);
            pages.insert(reinterpret_cast<std::uintptr_t>(piece) >> 12);
            memory.give_back(piece, 1000);
        }).join();
    }
    // The address sanitizer does not hand out soon what was given back to it.
    if (!coroutine_memory::one_by_one) CHECK(pages.size() < 20);
}

TEST_CASE("many pieces of all sizes fill their blocks") {
    coroutine_memory memory;
    std::uint64_t sum = 0;
    std::vector<std::pair<std::uintptr_t, std::size_t>> taken;
    for (std::size_t i = 0; sum < 20'000'000; ++i) {
        const std::size_t size = 16 * (1 + i * i % 127);
        taken.emplace_back(reinterpret_cast<std::uintptr_t>(memory.take(size)), size);
        sum += size;
    }
    std::sort(taken.begin(), taken.end());
    for (std::size_t i = 1; i < taken.size(); ++i)
        REQUIRE(taken[i - 1].first + taken[i - 1].second <= taken[i].first);
    for (const auto& [place, size] : taken) memory.give_back(reinterpret_cast<void*>(place), size);
}
