// Keeps the trace of a run as the text that a file would have.
//
// Tests of what a trace tells observe with it. Not here: running a program, reading the text.
// Internal to tests/.
#pragma once

#include "tracer/lines.hpp"

#include <string>

class text_keeper final : public giambio::observer {
public:
    void begin(const giambio::run_facts& facts) override { lines_.header(facts, text); }
    void watch(const giambio::record_batch& batch) override { lines_.batch(batch, text); }
    void settle() override {}
    void end(const giambio::run_totals& totals) override { lines_.footer(totals, text); }

    std::string text;

private:
    giambio::line_maker lines_;
};
