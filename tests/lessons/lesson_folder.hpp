// A lesson's folder that lives as long as a test, and the trace that its steps are tried on.
//
// Not here: assertions. Kept true: every test has a folder of its own.
// Internal to tests/lessons/.
#pragma once

#include "tests/model/make_trace.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace lessons_tests {

class lesson_folder {
public:
    lesson_folder(const std::string& text, const std::string& steps) {
        std::string pattern = (std::filesystem::temp_directory_path() / "lesson-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
        std::ofstream(path_ / "text.md") << text;
        std::ofstream(path_ / "steps.json") << steps;
    }
    ~lesson_folder() { std::filesystem::remove_all(path_); }
    lesson_folder(const lesson_folder&) = delete;
    lesson_folder& operator=(const lesson_folder&) = delete;

    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

// main spawns cook (2) and eater (3). cook sleeps; its timer fires; it marks "a0" and "a1".
inline giambio::trace::recording kitchen() {
    model_tests::trace_maker made;
    made.line(R"({"source":1,"file":"kitchen.cpp","text":"one\n  co_await sleep(5ms);\nthree\n"})");
    made.line(R"({"site":1,"source":1,"line":2,"column":5,"function":"cook"})");
    made.add("run_begin", 0);
    made.add("spawn", 0, R"("child":1,"name":"main")");
    made.add("io_wait", 0, R"("timeout":0,"reason":"ready","watched":0)");
    made.add("switch_in", 1);
    made.add("spawn", 1, R"("child":2,"name":"cook")");
    made.add("spawn", 1, R"("child":3,"name":"eater")");
    made.add("switch_out", 1, R"("how":"yield")");
    made.add("switch_in", 2);
    made.add("trap", 2, R"("trap":"sleep","ns":5000000,"due":5000000)", "1");
    made.add("timer_set", 2, R"("timer":1,"due":5000000,"what":"sleep","owner":2)", "1");
    made.add("switch_out", 2, R"("how":"park")", "1");
    made.time(5'000'000);
    made.add("timer_fire", 0, R"("timer":1,"late":0)");
    made.add("wake", 0, R"("woken":2,"why":"timer")");
    made.add("switch_in", 2);
    made.add("reply", 2, R"("to":9,"trap":"sleep","at_once":false,"value":0)");
    made.add("mark", 2, R"("text":"a0")");
    made.add("mark", 2, R"("text":"a1")");
    made.add("log", 3, R"("text":"127.0.0.1:4711 connected")");
    return made.read();
}

}  // namespace lessons_tests
