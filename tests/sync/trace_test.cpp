// What objects of synchronisation leave in a trace: each state can be rebuilt, each wake has a
// cause that names the operation, and every operation has a sentence.
//
// Not here: the comparison with the kernel's own state (tests/property/).
#include "tests/sync/told.hpp"
#include "tests/text_keeper.hpp"
#include "tracer/model/reader.hpp"
#include "tracer/model/state.hpp"
#include "tracer/model/words.hpp"

#include <set>
#include <string_view>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

coroutine<> await_both(event<>& happens, one_shot<int>& result) {
    co_await happens.wait();
    co_await result.wait();
}

coroutine<> meet(barrier& all) {
    co_await all.wait();
}

coroutine<> stay(parking_lot& in) {
    co_await in.park();
}

coroutine<> waits(condition& changed) {
    const auto inside = co_await changed.hold();
    co_await changed.wait();
}

coroutine<> permits() {
    semaphore few(1, 1);
    capacity_limiter tokens(0);
    co_await few.acquire();
    task a = spawn(few.acquire());
    task b = spawn(tokens.acquire());
    co_await yield();
    few.release();
    tokens.set_total(1);
    co_await a.join();
    co_await b.join();
    few.release();
    tokens.release_for(b.id());
}

coroutine<> lines() {
    parking_lot from, to;
    condition changed;
    task a = spawn(stay(from));
    task b = spawn(waits(changed));
    co_await yield();
    from.move_to(to);
    to.unpark();
    {
        const auto inside = co_await changed.hold();
        changed.notify();
    }
    co_await a.join();
    co_await b.join();
}

coroutine<> everything() {
    event<> happens;
    one_shot<int> result;
    barrier all(2);
    reentrant_lock nested;
    task a = spawn(await_both(happens, result));
    task b = spawn(await_both(happens, result));
    task c = spawn(meet(all));
    co_await yield();
    happens.trigger();
    co_await yield();
    result.set_value(1);
    co_await meet(all);
    all.abort();
    co_await nested.acquire();
    co_await nested.acquire();
    nested.release();
    nested.release();
    co_await permits();
    co_await lines();
}

trace::recording recorded() {
    text_keeper kept;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(kept);
    scheduler.start(everything());
    return trace::read_text(kept.text, "sync.jsonl");
}

}  // namespace

TEST_CASE("the trace of every object of synchronisation can be rebuilt, and tells each operation") {
    const trace::recording told = recorded();
    REQUIRE(told.complaints.empty());
    std::set<std::string> operations;
    trace::state now;
    for (const trace::event& each : told.events) {
        REQUIRE(now.apply(told, each) == "");
        if (each.kind != trace::kind::object_op) continue;
        operations.emplace(told.text(each, trace::key::op));
        CHECK(trace::sentence(told, each).find("does \"") == std::string::npos);
    }
    CHECK(operations == std::set<std::string>{"abort", "acquire", "move", "nest", "notify", "open",
                                              "release", "resize", "set", "trigger", "unnest",
                                              "unpark"});
}

TEST_CASE("every wake by an object has the operation that caused it") {
    const trace::recording told = recorded();
    int wakes = 0;
    for (const trace::event& each : told.events) {
        if (each.kind != trace::kind::wake || told.text(each, trace::key::why) != "object")
            continue;
        ++wakes;
        const trace::event& cause = told.events[told.index_of(each.cause)];
        CHECK(cause.kind == trace::kind::object_op);
        CHECK(cause.task == each.task);
    }
    CHECK(wakes == 9);
}
