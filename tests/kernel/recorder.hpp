// An observer that keeps every record of the latest run, for tests that look at what was told.
//
// The program under test stays in its test; this only listens. Not here: the text of a trace file
// (tests/tracer/), the rebuilt state (tests/property/).
// Internal to tests/kernel/.
#pragma once

#include <giambio.hpp>

#include <string>
#include <vector>

class recorder final : public giambio::observer {
public:
    void begin(const giambio::run_facts&) override {
        records.clear();
        texts.clear();
    }
    void watch(const giambio::record_batch& batch) override {
        for (const giambio::record& each : batch.records) {
            records.push_back(each);
            texts.emplace_back(batch.text_of(each));
        }
    }
    void settle() override {}
    void end(const giambio::run_totals& of_the_run) override { totals = of_the_run; }

    std::vector<giambio::record> of(giambio::happening kind) const {
        std::vector<giambio::record> found;
        for (const giambio::record& each : records) {
            if (each.kind == kind) found.push_back(each);
        }
        return found;
    }

    std::vector<giambio::record> records;
    std::vector<std::string> texts;  // one for each record
    giambio::run_totals totals;
};
