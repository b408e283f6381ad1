// What the text of a trace event costs, beside nlohmann's for the same trace events.
//
// bench_program.py starts it as `bench-text CASE COUNT`: `lines` makes COUNT lines as the writer
// does, in memory; `nlohmann` makes an object of each and dumps it; `dump` only dumps.
// Internal to tests/bench/.
#include "tests/bench/measure.hpp"
#include "tracer/lines.hpp"

#include <giambio.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

// Keeps what is told, so that text can be made of it again and again.
class keeper final : public observer {
public:
    void begin(const run_facts&) override {}
    void watch(const record_batch& batch) override {
        if (!records.empty()) return;  // one batch is enough
        records.assign(batch.records.begin(), batch.records.end());
        texts = batch.texts;
        chains.assign(batch.chains.begin(), batch.chains.end());
    }
    void settle() override {}
    void end(const run_totals&) override {}

    record_batch kept() const { return {records, texts, chains}; }

    std::vector<record> records;
    std::string texts;
    std::vector<site> chains;
};

// A little of everything: tasks, traps, waits, timers, a lock.
coroutine<int> worker(lock& shared) {
    const auto mine = co_await shared.hold();
    co_await giambio::sleep(1us);
    co_return 1;
}

coroutine<> program() {
    lock shared;
    while (true) {
        const task<int> one = spawn(worker(shared), "one");
        const task<int> two = spawn(worker(shared), "two");
        co_await one.join();
        co_await two.join();
        if (now() > 1ms) co_return;
    }
}

keeper told_by_a_run() {
    keeper told;
    async_scheduler scheduler;
    scheduler.observe(told);
    scheduler.start(program());
    return told;
}

void lines(std::size_t count) {
    const keeper told = told_by_a_run();
    line_maker maker;
    std::string out;
    maker.batch(told.kept(), out);  // the definitions, once
    std::size_t size = 0;
    std::size_t made = 0;
    const double begin = bench::processor_ns();
    for (; made < count; made += told.records.size()) {
        out.clear();
        maker.batch(told.kept(), out);
        size += out.size();
    }
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(made), size / made);
}

std::vector<nlohmann::ordered_json> objects() {
    const keeper told = told_by_a_run();
    line_maker maker;
    std::string out;
    maker.batch(told.kept(), out);
    std::vector<nlohmann::ordered_json> made;
    for (std::size_t end = 0; (end = out.find('\n')) != std::string::npos; out.erase(0, end + 1)) {
        nlohmann::ordered_json line = nlohmann::ordered_json::parse(out.substr(0, end));
        if (line.contains("seq")) made.push_back(std::move(line));
    }
    return made;
}

// As a tracer would: key by key.
nlohmann::ordered_json built_anew(const nlohmann::ordered_json& line) {
    nlohmann::ordered_json made;
    for (const auto& [key, value] : line.items()) made[key] = value;
    return made;
}

template <bool with_object>
void dumps(std::size_t count) {
    const std::vector<nlohmann::ordered_json> all = objects();
    std::size_t size = 0;
    std::size_t made = 0;
    const double begin = bench::processor_ns();
    for (; made < count; made += all.size()) {
        for (const nlohmann::ordered_json& each : all) {
            if constexpr (with_object) {
                size += built_anew(each).dump().size();
            } else {
                size += each.dump().size();
            }
        }
    }
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(made), size / made);
}

}  // namespace

int main(int argc, char** argv) {
    return bench::run_case(argc, argv,
                           {{"lines", lines}, {"nlohmann", dumps<true>}, {"dump", dumps<false>}});
}
