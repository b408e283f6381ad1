// Measures how fast a trace is read, beside libraries that read the same file into less.
//
// bench_reading.py starts it once for each way in each round, so that nobody profits from a warm
// heap. It prints one line of JSON. Ways: `model` is everything that the viewer and the commands
// need (columns, keyframes, lanes); `columns` the first of the three; `simdjson` the seven common
// keys into plain structs by iterate_many; `nlohmann` the same by its SAX interface; `split` only
// looks for the ends of lines; `state` jumps to random trace events. Not here: rounds, medians,
// tables (measuring.py).
// Internal to tests/bench/.
#include "tracer/model/history.hpp"
#include "tracer/model/lanes.hpp"
#include "tracer/model/reader.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#ifdef GIAMBIO_BENCH_SIMDJSON
#include <simdjson.h>
#endif

namespace {

namespace trace = giambio::trace;

// What a reader without a model makes of a trace event.
struct plain {
    std::uint64_t seq = 0;
    std::int64_t t = 0;
    std::uint64_t cause = 0;
    std::uint32_t turn = 0;
    std::uint32_t task = 0;
    std::uint32_t at = 0;
    trace::kind kind = trace::kind::unknown;
};

double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double wall_seconds() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
}

std::string text_of(const char* path) {
    std::ifstream file(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), {});
    text.reserve(text.size() + 64);  // simdjson reads a little past the end
    return text;
}

// The sum of what was read, so that nothing can be optimised away and all ways can be compared.
template <class Rows>
std::uint64_t sum_of(const Rows& rows) {
    std::uint64_t sum = 0;
    for (const auto& each : rows)
        sum += each.seq + static_cast<std::uint64_t>(each.t) + each.cause + each.turn + each.task +
               each.at + static_cast<std::uint64_t>(each.kind);
    return sum;
}

struct result {
    std::size_t events = 0;
    std::uint64_t sum = 0;
    std::size_t bytes = 0;
    double processor = 0;
    double wall = 0;
    std::vector<double> jumps = {};  // milliseconds
};

class stopwatch {
public:
    void stop(result& into) const {
        into.processor = processor_seconds() - processor_;
        into.wall = wall_seconds() - wall_;
    }

private:
    double processor_ = processor_seconds();
    double wall_ = wall_seconds();
};

result read_columns(const char* path) {
    result made;
    const stopwatch watch;
    const trace::recording of = trace::read_file(path);
    watch.stop(made);
    made.events = of.events.size();
    made.bytes = of.bytes();
    made.sum = sum_of(of.events);
    return made;
}

result read_model(const char* path) {
    result made;
    const stopwatch watch;
    const trace::recording of = trace::read_file(path);
    const trace::history past(of);
    const trace::lanes all(of);
    watch.stop(made);
    made.events = of.events.size();
    made.bytes = of.bytes() + past.bytes() + all.bytes();
    made.sum = sum_of(of.events);
    return made;
}

result read_split(const char* path) {
    const std::string text = text_of(path);
    result made;
    const stopwatch watch;
    for (const char* at = text.data(); at != nullptr; ++made.events) {
        const auto left = static_cast<std::size_t>(text.data() + text.size() - at);
        at = static_cast<const char*>(std::memchr(at, '\n', left));
        if (at != nullptr) ++at;
    }
    watch.stop(made);
    return made;
}

#ifdef GIAMBIO_BENCH_SIMDJSON
result read_simdjson(const char* path) {
    std::string text = text_of(path);
    const std::size_t size = text.size();
    text.resize(size + simdjson::SIMDJSON_PADDING);
    std::vector<plain> rows;
    result made;
    const stopwatch watch;
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document_stream lines =
        parser.iterate_many(text.data(), size, std::size_t{1} << 20U);
    for (auto line : lines) {
        simdjson::ondemand::object of = line.get_object();
        plain row;
        std::uint64_t number = 0;
        if (of["seq"].get(row.seq) != simdjson::SUCCESS) continue;  // a definition
        of["t"].get(row.t);
        of["turn"].get(number);
        row.turn = static_cast<std::uint32_t>(number);
        row.kind = trace::kind_of(std::string_view(of["kind"]));
        of["task"].get(number);
        row.task = static_cast<std::uint32_t>(number);
        of["cause"].get(row.cause);
        of["at"].get(number);
        row.at = static_cast<std::uint32_t>(number);
        rows.push_back(row);
    }
    watch.stop(made);
    made.events = rows.size();
    made.sum = sum_of(rows);
    made.bytes = rows.capacity() * sizeof(plain);
    return made;
}
#endif

// Keeps the numbers of the seven common keys as the parser tells them.
struct nlohmann_sax : nlohmann::json_sax<nlohmann::json> {
    plain row;
    std::string word;
    int depth = 0;
    bool is_event = false;

    bool number(std::uint64_t value) {
        if (depth != 1) return true;
        if (word == "seq") {
            row.seq = value;
            is_event = true;
        }
        if (word == "t") row.t = static_cast<std::int64_t>(value);
        if (word == "turn") row.turn = static_cast<std::uint32_t>(value);
        if (word == "task") row.task = static_cast<std::uint32_t>(value);
        if (word == "cause") row.cause = value;
        if (word == "at") row.at = static_cast<std::uint32_t>(value);
        return true;
    }
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t value) override { return number(value); }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t& value) override {
        if (depth == 1 && word == "kind") row.kind = trace::kind_of(value);
        return true;
    }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return ++depth > 0; }
    bool key(string_t& value) override {
        if (depth == 1) word = value;
        return true;
    }
    bool end_object() override { return --depth >= 0; }
    bool start_array(std::size_t) override { return ++depth > 0; }
    bool end_array() override { return --depth >= 0; }
    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
        return false;
    }
};

result read_nlohmann(const char* path) {
    const std::string text = text_of(path);
    std::vector<plain> rows;
    result made;
    const stopwatch watch;
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        nlohmann_sax sax;
        nlohmann::json::sax_parse(text.begin() + static_cast<std::ptrdiff_t>(start),
                                  text.begin() + static_cast<std::ptrdiff_t>(end), &sax);
        if (sax.is_event) rows.push_back(sax.row);
        start = end + 1;
    }
    watch.stop(made);
    made.events = rows.size();
    made.sum = sum_of(rows);
    made.bytes = rows.capacity() * sizeof(plain);
    return made;
}

result jump(const char* path) {
    const trace::recording of = trace::read_file(path);
    trace::history past(of);
    std::mt19937_64 draw(1);
    result made;
    made.events = of.events.size();
    const stopwatch watch;
    for (int i = 0; i < 1000; ++i) {
        const double begin = wall_seconds();
        made.sum += past.at(draw() % of.events.size()).seq;
        made.jumps.push_back(1e3 * (wall_seconds() - begin));
    }
    watch.stop(made);
    std::sort(made.jumps.begin(), made.jumps.end());
    return made;
}

}  // namespace

int main(int argc, char** argv) {
    const std::map<std::string, std::function<result(const char*)>> ways{
        {"model", read_model},       {"columns", read_columns},
        {"split", read_split},
#ifdef GIAMBIO_BENCH_SIMDJSON
        {"simdjson", read_simdjson},
#endif
        {"nlohmann", read_nlohmann}, {"state", jump}};
    const auto way = argc == 3 ? ways.find(argv[1]) : ways.end();
    if (way == ways.end()) {
        std::fprintf(stderr, "bench-reading: write WAY FILE; this build has the ways");
        for (const auto& [name, unused] : ways) std::fprintf(stderr, " %s", name.c_str());
        std::fprintf(stderr, "\n");
        return 2;
    }
    const result made = way->second(argv[2]);
    nlohmann::ordered_json told{{"events", made.events},
                                {"sum", made.sum},
                                {"bytes", made.bytes},
                                {"processor", made.processor},
                                {"wall", made.wall}};
    if (!made.jumps.empty()) {
        told["median_ms"] = made.jumps[made.jumps.size() / 2];
        told["worst_ms"] = made.jumps.back();
    }
    std::printf("%s\n", told.dump().c_str());
    return 0;
}
