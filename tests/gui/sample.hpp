// The traces that the tests of the viewer look at.
//
// The sample is tests/model/echo_sample.jsonl: a loop, five tasks, sockets, timers, a lock, an
// event, 177 trace events on the virtual clock, whose numbers are their positions plus one. The
// crowd is made here, as large as a test wants it. Not here: assertions.
// Kept true: both are traces without a fault.
// Internal to tests/gui/.
#pragma once

#include "gui/model/study.hpp"
#include "tracer/model/reader.hpp"

#include <cstdlib>
#include <string>

namespace gui_tests {

using namespace giambio;

inline trace::recording sample() {
    const char* root = std::getenv("GIAMBIO_SOURCE");
    return trace::read_file(std::string(root == nullptr ? "." : root) +
                            "/tests/model/echo_sample.jsonl");
}

inline gui::study sample_study() {
    return gui::study(sample(), std::nullopt);
}

// The position of the trace event with this number.
inline std::size_t at(std::uint64_t seq) {
    return seq - 1;
}

class crowd {
public:
    // One task that takes `steps` steps, and how many nanoseconds it runs and is ready each time.
    explicit crowd(int steps, int runs = 1000, int is_ready = 1000) {
        text_ =
            R"({"giambio_trace":1,"minor":0,"clock":"real","driver":"epoll","seed":0,"budget":64,)"
            R"("program":"crowd","argv":["crowd"]})"
            "\n";
        add("run_begin", 0, "");
        add("spawn", 0, R"(,"child":1,"name":"main")");
        for (int i = 0; i < steps; ++i) {
            add("switch_in", 1, "");
            t_ += runs;
            add("switch_out", 1, R"(,"how":"yield")");
            t_ += is_ready;
        }
    }

    trace::recording read() const { return trace::read_text(text_, "crowd"); }

    // Children of that task that have ended.
    void add_ended(int children) {
        for (int child = 2; child < children + 2; ++child) {
            add("spawn", 1, R"(,"child":)" + std::to_string(child) + R"(,"name":"child")");
            add("exit", child, R"(,"outcome":"value")");
        }
    }

private:
    void add(const std::string& kind, int task, const std::string& own) {
        ++seq_;
        text_ += R"({"seq":)" + std::to_string(seq_) + R"(,"t":)" + std::to_string(t_) +
                 R"(,"turn":0,"kind":")" + kind + R"(","task":)" + std::to_string(task) +
                 R"(,"cause":)" + std::to_string(seq_ - 1) + R"(,"at":0)" + own + "}\n";
    }

    std::string text_;
    int seq_ = 0;
    long long t_ = 0;
};

}  // namespace gui_tests
