// A trace of many tasks that stand in lines, for what shows them all.
//
// Not here: assertions. Kept true: it is a trace without a fault; its last trace event parks a task
// in the line of object 1 and ends no step.
// Internal to tests/model/.
#pragma once

#include "tests/model/make_trace.hpp"

#include <string>

namespace model_tests {

// Six of eight tasks wait in the lines of five objects, one at one of three descriptors, one is
// ready. Then #7 moves some to other lines, wakes some, and waits itself.
inline trace_maker crowd(int tasks) {
    trace_maker made;
    made.add("run_begin", 0).add("spawn", 0, R"("child":1,"name":"main")");
    for (int i = 2; i <= tasks; ++i)
        made.add("spawn", 1, R"("name":"t","child":)" + std::to_string(i));
    made.add("io_wait", 0, R"("timeout":0,"reason":"ready","watched":0)");
    made.add("io_done", 0, R"("ready":0)").add("batch", 0, R"("size":)" + std::to_string(tasks));
    const auto object = [](int number) { return R"("object":)" + std::to_string(number % 5 + 1); };
    for (int i = 0; i < 5; ++i) made.add("object_new", 1, object(i) + R"(,"type":"event")");
    for (int i = 1; i <= tasks; ++i) {
        made.add("switch_in", i);
        std::string on = R"("on":"object",)" + object(i);
        if (i % 8 == 6)
            on = R"("on":"fd","fd":)" + std::to_string(i / 8 % 3) + R"(,"mode":")" +
                 (i % 16 == 6 ? "r\"" : "w\"");
        if (i % 8 != 7) made.add("park", i, on + R"(,"chain":[])");
        made.add("switch_out", i, i % 8 != 7 ? R"("how":"park")" : R"("how":"yield")");
    }
    made.add("switch_in", 7);
    for (int i = 1; i <= tasks; i += 8) {
        const std::string target = std::to_string(i);
        if (i % 3 == 0) made.add("wake", 7, R"("why":"object","woken":)" + target);
        if (i % 3 == 1)
            made.add("move", 7, R"("on":"object","target":)" + target + "," + object(i + 2));
    }
    return made.add("park", 7, R"("on":"object","object":1,"chain":[])");
}

}  // namespace model_tests
