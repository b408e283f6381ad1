// What the measuring programs share: processor time, memory, and one line of JSON at the end.
//
// Not here: rounds, medians (measuring.py), tables (bench.py), any case.
// Internal to tests/bench/.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <initializer_list>
#include <string>

namespace bench {

// Nanoseconds of processor time that this process has used.
inline double processor_ns() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e9 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec);
}

// Bytes of memory that are really there now.
inline double resident_bytes() {
    std::FILE* file = std::fopen("/proc/self/statm", "r");
    if (file == nullptr) return 0;
    long total = 0;
    long resident = 0;
    const int found = std::fscanf(file, "%ld %ld", &total, &resident);
    std::fclose(file);
    return found == 2 ? 4096.0 * static_cast<double>(resident) : 0;
}

// The result of a case: so much of its unit for each of `count` things.
inline void tell(double each, std::size_t count) {
    std::printf("{\"each\":%.4f,\"count\":%zu}\n", each, count);
}

// What a server says when it listens: where, and who it is.
inline void tell_port(unsigned port) {
    std::printf("%u %d\n", port, static_cast<int>(getpid()));
    std::fflush(stdout);
}

// How many operations a case makes whose number of things says something else. Fewer are asked for
// (GIAMBIO_BENCH_ABOUT) where each takes long: when instructions are counted, or traces written.
inline std::size_t about(std::size_t usual) {
    const char* asked = std::getenv("GIAMBIO_BENCH_ABOUT");
    return asked != nullptr ? std::strtoull(asked, nullptr, 10) : usual;
}

// A switch is measured in rounds, in each of which every one of `tasks` tasks yields once. Before
// the first that is measured all of them have begun, and after the last nobody has ended.
constexpr std::size_t rounds_before = 2;
constexpr std::size_t rounds_after = 2;

inline std::size_t rounds_of(std::size_t tasks) {
    const std::size_t rounds = about(4'000'000) / tasks;
    return rounds > 0 ? rounds : 1;
}

// How often those yield who do not look at the clock.
inline std::size_t all_rounds_of(std::size_t tasks) {
    return rounds_before + rounds_of(tasks) + rounds_after;
}

// `memory`: an observer is given every record. `ring`: it keeps them as well.
inline std::string trace_asked_for() {
    const char* trace = std::getenv("GIAMBIO_BENCH_TRACE");
    return trace != nullptr ? trace : "";
}
inline bool is_traced_to_memory() {
    return trace_asked_for() == "memory" || trace_asked_for() == "ring";
}

// A case that a program has, and what measures it with a number of things.
struct named_case {
    const char* name;
    void (*measure)(std::size_t count);
};

// The main function of a program that has these cases: PROGRAM CASE COUNT.
inline int run_case(int argc, char** argv, std::initializer_list<named_case> cases) {
    for (const named_case& each : cases) {
        if (argc != 3 || std::string(argv[1]) != each.name) continue;
        each.measure(static_cast<std::size_t>(std::strtoull(argv[2], nullptr, 10)));
        return 0;
    }
    std::fprintf(stderr, "%s: write CASE COUNT; it has the cases", argv[0]);
    for (const named_case& each : cases) std::fprintf(stderr, " %s", each.name);
    std::fputs("\n", stderr);
    return 2;
}

}  // namespace bench
