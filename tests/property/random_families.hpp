// Random actions with pools and scopes: children that fail, spawn siblings and are given away;
// shields that go up and down, deadlines that move.
//
// Part of random_program.hpp, which draws these among its other actions.
#pragma once

#include <giambio.hpp>

#include <cstdint>
#include <optional>

namespace random_program {

struct world;
giambio::coroutine<int> worker(world& in, int depth);
int draw(world& in, int below);
giambio::duration draw_time(world& in);
void remember(world& in, const giambio::task<int>& made);

inline giambio::coroutine<> child_of_pool(world& in, giambio::pool& p, int depth) {
    const int value = co_await worker(in, depth + 1);
    if (value > 0 && draw(in, 3) == 0 && p.open()) remember(in, p.spawn(worker(in, depth + 1)));
}

inline giambio::coroutine<> starting_child(world& in, giambio::started<int>& ready) {
    co_await giambio::sleep(draw_time(in));
    if (draw(in, 4) != 0) ready(1);
    co_await giambio::sleep(draw_time(in));
}

inline giambio::coroutine<> pool_body(world& in, giambio::pool& p, int depth) {
    for (int children = draw(in, 4); children > 0; --children) {
        p.spawn(child_of_pool(in, p, depth), "child");
    }
    if (draw(in, 3) == 0) {
        auto starting = [&in](giambio::started<int>& ready) { return starting_child(in, ready); };
        co_await p.start<int>(starting, "starting");
    }
    if (draw(in, 4) == 0) p.cancel("the pool, by chance");
    if (draw(in, 4) == 0) p.move_deadline(giambio::now() + draw_time(in));
    if (draw(in, 2) == 0) co_await giambio::sleep(draw_time(in));
}

inline giambio::coroutine<> open_pool(world& in, int depth) {
    giambio::pool_options options;
    options.children = static_cast<giambio::wait_for>(draw(in, 3));
    options.keep_ended = draw(in, 2) == 0;
    if (draw(in, 2) == 0) options.after = draw_time(in);
    auto body = [&in, depth](giambio::pool& p) { return pool_body(in, p, depth); };
    co_await giambio::with_pool(options, body);
}

inline giambio::coroutine<> fidget(world& in, giambio::scope& around) {
    for (int rounds = draw(in, 4); rounds >= 0; --rounds) {
        if (draw(in, 3) == 0) around.shield(draw(in, 2) == 0);
        if (draw(in, 3) == 0) around.move_deadline(giambio::now() + draw_time(in));
        if (draw(in, 8) == 0) around.move_deadline(std::nullopt);
        if (draw(in, 8) == 0) around.cancel("the scope, by chance");
        co_await giambio::sleep(draw_time(in));
    }
}

inline giambio::coroutine<> enter_scope(world& in) {
    giambio::scope around({.shield = draw(in, 2) == 0});
    if (draw(in, 6) == 0) around.cancel("before it is entered");
    co_await around.run(fidget(in, around));
}

// What is under a shield goes on when everybody else stops, and may wait in vain.
inline giambio::coroutine<> shield_something(world& in, int depth) {
    const int what = draw(in, 4);
    if (what == 0) co_await giambio::shielded(giambio::sleep(draw_time(in)));
    if (what == 1) co_await giambio::shielded(worker(in, depth + 1));
    if (what >= 2 && depth < 3) co_await giambio::shielded(open_pool(in, depth));
}

}  // namespace random_program
