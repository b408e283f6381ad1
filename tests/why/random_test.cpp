// What holds of every answer, asked of random programs: the parts of a delay and the pieces of a
// path add up, and there is a sentence for everybody at any time.
//
// The programs are those of the property test; here nobody knows the right answer by hand.
// Internal to tests/.
#include "tests/catch.hpp"
#include "tests/property/random_program.hpp"
#include "tests/text_keeper.hpp"
#include "tracer/model/critical_path.hpp"
#include "tracer/model/reader.hpp"
#include "tracer/model/why_text.hpp"

using namespace giambio;
using trace::being;

namespace {

trace::recording recorded(std::uint64_t seed) {
    random_program::world world(seed);
    text_keeper kept;
    async_scheduler scheduler{random_program::random_world(seed)};
    scheduler.set_budget(1 + static_cast<int>(seed % 5));
    scheduler.set_warnings(false);
    if (seed % 7 == 0) scheduler.set_shuffle(seed);
    scheduler.observe(kept);
    try {
        scheduler.start(random_program::main_task(world));
    } catch (const std::exception&) {
        // Many of them are meant to fail; the trace tells how.
    }
    scheduler.stop_observing(kept);
    world.tasks.clear();
    return trace::read_text(kept.text, "random");
}

bool adds_up(const trace::gap& gap) {
    return gap.asked >= 0 && gap.loop >= 0 && gap.queue >= 0 &&
           gap.asked + gap.loop + gap.queue == gap.to - gap.from;
}

bool adds_up(const std::vector<trace::path_piece>& path, std::int64_t from, std::int64_t to) {
    std::int64_t at = from;
    for (const trace::path_piece& piece : path) {
        if (piece.from != at || piece.to < piece.from) return false;
        at = piece.to;
    }
    return at == to || (path.empty() && from == to);
}

}  // namespace

TEST_CASE("random programs: the parts of every delay add up, and each has its sentence") {
    std::size_t gaps = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const trace::recording of = recorded(seed);
        const trace::lanes all(of);
        trace::history past(of);
        const trace::why finder(of, all);
        for (std::size_t i = 0; i < of.events.size(); i += 3)
            for (const std::uint32_t task : all.tasks()) {
                const trace::why_answer found = finder.at(task, i, past.at(i));
                INFO("seed " << seed << " task " << task << " seq " << of.events.seq(i));
                if (why_not_text(of, past.at(i), task, found).size() < 20) FAIL("no sentence");
                if (found.is != being::ready && found.is != being::parked) continue;
                if (!adds_up(found.gap)) FAIL("the parts do not add up");
                ++gaps;
            }
    }
    CHECK(gaps > 10'000);
}

TEST_CASE("random programs: the pieces of a critical path add up to its span") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const trace::recording of = recorded(seed);
        const trace::lanes all(of);
        const std::size_t size = of.events.size();
        for (std::size_t from = 0; from < size; from += size / 9 + 1)
            for (std::size_t to = from; to < size; to += size / 23 + 1) {
                INFO("seed " << seed << " from " << from << " to " << to);
                const auto path = trace::critical_path(of, all, from, to);
                if (!adds_up(path, of.events.time(from), of.events.time(to)))
                    FAIL("the pieces do not add up");
            }
    }
}
