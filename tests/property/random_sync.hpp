// Random actions with objects of synchronisation: permits, tokens, conditions, barriers, lots.
//
// Part of random_program.hpp, which draws these among its other actions. Most waits have a limit,
// so that programs do not all end in the same deadlock.
#pragma once

#include <giambio.hpp>

namespace random_program {

struct world;
int draw(world& in, int below);
giambio::duration draw_time(world& in);

struct sync_objects {
    giambio::semaphore permits{2};
    giambio::capacity_limiter tokens{2};
    giambio::condition changed;
    giambio::barrier meeting{2};
    giambio::reentrant_lock nested;
    giambio::parking_lot here, there;
};

template <class Object>
giambio::coroutine<> hold_twice(world& in, Object& wanted) {
    const auto held = co_await wanted.hold();
    co_await giambio::sleep(draw_time(in));
    if (draw(in, 4) == 0) {
        const auto again = co_await giambio::with_timeout(draw_time(in), wanted.hold());
        co_await giambio::sleep(draw_time(in));
    }
}

inline giambio::coroutine<> change(world& in, giambio::condition& changed) {
    const auto held = co_await changed.hold();
    if (draw(in, 2) == 0) co_await changed.wait();
    if (draw(in, 3) != 0) changed.notify(static_cast<std::size_t>(draw(in, 3)));
    if (draw(in, 2) == 0) co_await giambio::sleep(draw_time(in));
}

inline giambio::coroutine<> stay(giambio::parking_lot& in) {
    co_await in.park();
}

inline void let_go(world& in, sync_objects& of) {
    if (draw(in, 2) == 0) of.here.move_to(of.there, static_cast<std::size_t>(draw(in, 3)));
    if (draw(in, 2) == 0) of.there.unpark(static_cast<std::size_t>(draw(in, 3)));
    if (draw(in, 3) == 0) of.here.unpark();
}

// One action. Long because it is a table.
inline giambio::coroutine<> synchronise(world& in, sync_objects& of) {
    switch (draw(in, 8)) {
        case 0:
            co_await hold_twice(in, of.permits);
            break;
        case 1:
            co_await hold_twice(in, of.tokens);
            break;
        case 2:
            of.tokens.set_total(static_cast<std::size_t>(1 + draw(in, 3)));
            break;
        case 3:
            co_await hold_twice(in, of.nested);
            break;
        case 4:
            co_await giambio::skip_after(draw_time(in), of.meeting.wait());
            break;
        case 5:
            co_await giambio::skip_after(draw_time(in) * 2, stay(of.here));
            break;
        case 6:
            let_go(in, of);
            break;
        default:
            co_await giambio::skip_after(draw_time(in) * 2, change(in, of.changed));
            break;
    }
}

}  // namespace random_program
