// Makes small traces for the tests of the model half, and finds the files of the tree.
//
// A test writes trace_maker().add("spawn", 0, R"("child":1,"name":"main")") and so on; the common
// keys are filled in. Not here: assertions.
// Kept true: seq rises by one with each trace event, and each one's cause is the one before.
// Internal to tests/model/.
#pragma once

#include "tracer/model/reader.hpp"
#include "tracer/model/state.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace model_tests {

inline constexpr const char* header_line =
    R"({"giambio_trace":1,"minor":0,"clock":"virtual","driver":"simulated","seed":7,)"
    R"("budget":64,"program":"test","argv":["test"]})"
    "\n";

class trace_maker {
public:
    // A trace event with its own keys; time goes on by `step` nanoseconds before it.
    trace_maker& add(const std::string& kind, int task, const std::string& own = "",
                     const std::string& at = "0") {
        ++seq_;
        if (kind == "io_wait") ++turn_;
        text_ += R"({"seq":)" + std::to_string(seq_) + R"(,"t":)" + std::to_string(t_) +
                 R"(,"turn":)" + std::to_string(turn_) + R"(,"kind":")" + kind + R"(","task":)" +
                 std::to_string(task) + R"(,"cause":)" + std::to_string(seq_ - 1) + R"(,"at":)" +
                 at + (own.empty() ? "" : "," + own) + "}\n";
        return *this;
    }
    trace_maker& line(const std::string& whole) {
        text_ += whole + "\n";
        return *this;
    }
    trace_maker& time(long long nanoseconds) {
        t_ = nanoseconds;
        return *this;
    }

    const std::string& text() const { return text_; }
    giambio::trace::recording read() const { return giambio::trace::read_text(text_, "made.json"); }

private:
    std::string text_ = header_line;
    int seq_ = 0;
    int turn_ = 0;
    long long t_ = 0;
};

// The same for a merged trace of two processes, A and B. Each trace event names its process.
class merged_maker {
public:
    merged_maker& add(int process, const std::string& kind, int task, const std::string& own = "") {
        made_.add(kind, task,
                  "\"process\":" + std::to_string(process) + (own.empty() ? "" : "," + own));
        return *this;
    }
    merged_maker& time(long long nanoseconds) {
        made_.time(nanoseconds);
        return *this;
    }

    std::string text() const {
        const std::string header = header_line;
        return header.substr(0, header.rfind('}')) +
               R"(,"processes":[{"process":1,"name":"A"},{"process":2,"name":"B"}]})"
               "\n" +
               made_.text().substr(header.size());
    }
    giambio::trace::recording read() const {
        return giambio::trace::read_text(text(), "made.json");
    }

private:
    trace_maker made_;
};

// The state after all of it; the sentences about what did not fit go to `problems`.
inline giambio::trace::state replay(const giambio::trace::recording& of, std::string& problems) {
    giambio::trace::state now;
    for (const giambio::trace::event& each : of.events) {
        const std::string problem = now.apply(of, each);
        if (!problem.empty()) problems += std::to_string(each.seq) + ": " + problem + "\n";
    }
    return now;
}

inline std::string path_in_tree(const std::string& path) {
    const char* root = std::getenv("GIAMBIO_SOURCE");
    return (root == nullptr ? std::string(".") : std::string(root)) + "/" + path;
}

inline std::string text_of_file(const std::string& path) {
    std::ifstream file(path_in_tree(path), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace model_tests
