// Writes the trace events of an import: the life of a task for each lane, on one processor.
//
// The last part of an import. There is one processor in a giambio trace: while two lanes work at
// the same time, the one that began later has it, and the other stands in the ready queue. A lane
// that does nothing waits on an object that is called `outside`. The header names a shuffle,
// because the order in which those that are ready run is not ours.
// Kept true: a task is spawned once, ends once, and its states follow one another as
// tracer/FORMAT.md says; seq rises by one.
// Internal to tracer/model/.
#include "tracer/model/import_parts.hpp"

#include <algorithm>

namespace giambio::trace {
namespace {

enum class lane_state : std::uint8_t { unborn, ready, running, parked, ended };

struct lane_row {
    lane_state state = lane_state::unborn;
    std::uint32_t task = 0;
    std::size_t left = 0;    // moments to come
    std::uint64_t last = 0;  // seq of the last trace event on it
    std::uint64_t switched_in = 0;
    std::uint64_t ready_by = 0;  // seq of what made it ready
};

class event_writer {
public:
    event_writer(const chrome_file& from, const chrome_moments& moments, import_counts& counts,
                 const receiver& to)
        : from_(from),
          moments_(moments),
          counts_(counts),
          out_(to),
          lanes_(from.lanes.size()),
          arrow_seq_(moments.arrows.size(), 0) {}

    void write(const std::string& program);

private:
    std::uint64_t event(const char* kind, std::uint32_t task, std::uint64_t cause,
                        const std::string& own);
    void take(const moment& each);
    void be_born(lane_row& lane, std::uint32_t number, std::uint64_t cause);
    void begin_step(std::uint32_t number, std::uint32_t arrow);
    void end_step(std::uint32_t number);
    void switch_in(std::uint32_t number);
    void interrupt();
    void stop(std::uint32_t number);
    void resume();
    void note(std::uint32_t number, std::uint32_t name);
    std::uint64_t cause_of(std::uint32_t arrow) const;

    static constexpr std::uint32_t nobody = 0xffffffff;
    const chrome_file& from_;
    const chrome_moments& moments_;
    import_counts& counts_;
    text_buffer out_;
    std::vector<lane_row> lanes_;
    std::vector<std::uint64_t> arrow_seq_;
    std::vector<std::uint32_t> interrupted_;  // lanes whose step goes on later
    std::uint32_t running_ = nobody;
    std::uint32_t tasks_ = 0;
    std::uint64_t seq_ = 0;
    std::int64_t t_ = 0;
};

std::uint64_t event_writer::event(const char* kind, std::uint32_t task, std::uint64_t cause,
                                  const std::string& own) {
    out_.add(R"({{"seq":{},"t":{},"turn":0,"kind":"{}","task":{},"cause":{},"at":0{}}})"
             "\n",
             ++seq_, t_, kind, task, cause, own);
    return seq_;
}

void event_writer::be_born(lane_row& lane, std::uint32_t number, std::uint64_t cause) {
    lane.task = ++tasks_;
    ++counts_.lanes;
    lane.state = lane_state::ready;
    lane.ready_by = event(
        "spawn", 0, cause == 0 ? 1 : cause,
        fmt::format(R"(,"child":{},"name":{})", lane.task, json_text(from_.lanes[number].name)));
}

// What the arrow began with: the last thing that its lane had done by then.
std::uint64_t event_writer::cause_of(std::uint32_t arrow) const {
    if (arrow == no_arrow) return 0;
    const std::uint64_t known = arrow_seq_[arrow];
    return known != 0 ? known : lanes_[moments_.arrows[arrow]].last;
}

void event_writer::begin_step(std::uint32_t number, std::uint32_t arrow) {
    lane_row& lane = lanes_[number];
    interrupt();
    if (lane.state == lane_state::unborn) {
        be_born(lane, number, cause_of(arrow));
    } else if (lane.state == lane_state::parked) {
        const std::uint64_t cause = cause_of(arrow);
        const std::uint32_t by = cause == 0 ? 0 : lanes_[moments_.arrows[arrow]].task;
        lane.ready_by = event("wake", by == lane.task ? 0 : by, cause,
                              fmt::format(R"(,"woken":{},"why":"object")", lane.task));
        lane.state = lane_state::ready;
    }
    switch_in(number);
}

void event_writer::switch_in(std::uint32_t number) {
    lane_row& lane = lanes_[number];
    lane.last = lane.switched_in = event("switch_in", lane.task, lane.ready_by, "");
    lane.state = lane_state::running;
    running_ = number;
}

// Whoever runs goes to the ready queue.
void event_writer::interrupt() {
    if (running_ == nobody) return;
    lane_row& lane = lanes_[running_];
    lane.ready_by = event("switch_out", lane.task, lane.switched_in, R"(,"how":"yield")");
    lane.state = lane_state::ready;
    interrupted_.push_back(running_);
    running_ = nobody;
    ++counts_.interrupted;
}

void event_writer::stop(std::uint32_t number) {
    lane_row& lane = lanes_[number];
    const bool is_last = lane.left == 0;
    const std::uint64_t cause =
        is_last ? event("exit", lane.task, lane.switched_in, R"(,"outcome":"value")")
                : event("park", lane.task, lane.switched_in, R"(,"on":"object","object":1)");
    lane.last =
        event("switch_out", lane.task, cause, is_last ? R"(,"how":"exit")" : R"(,"how":"park")");
    lane.state = is_last ? lane_state::ended : lane_state::parked;
    running_ = nobody;
}

// The lane that was interrupted last goes on, when nobody else has the processor.
void event_writer::resume() {
    if (running_ != nobody || interrupted_.empty()) return;
    const std::uint32_t next = interrupted_.back();
    interrupted_.pop_back();
    switch_in(next);
}

void event_writer::end_step(std::uint32_t number) {
    if (running_ != number) {
        // Its step ends while another lane has the processor: it gets it for the end alone.
        interrupted_.erase(std::find(interrupted_.begin(), interrupted_.end(), number));
        interrupt();
        switch_in(number);
    }
    stop(number);
    resume();
}

void event_writer::note(std::uint32_t number, std::uint32_t name) {
    lane_row& lane = lanes_[number];
    const bool is_in_step = running_ == number || lane.state == lane_state::ready;
    if (!is_in_step) begin_step(number, no_arrow);
    lane.last =
        event("mark", lane.task, lane.switched_in, ",\"text\":" + json_text(from_.names[name]));
    if (!is_in_step) end_step(number);
}

void event_writer::take(const moment& each) {
    t_ = each.t;
    --lanes_[each.lane].left;
    switch (each.what) {
        case moment::sort::step_begins:
            begin_step(each.lane, each.arrow);
            lanes_[each.lane].last =
                event("mark", lanes_[each.lane].task, lanes_[each.lane].switched_in,
                      ",\"text\":" + json_text(from_.names[each.name]));
            if (each.is_short) end_step(each.lane);
            return;
        case moment::sort::step_ends:
            return end_step(each.lane);
        case moment::sort::note:
            return note(each.lane, each.name);
        case moment::sort::arrow_begins:
            arrow_seq_[each.arrow] = lanes_[each.lane].last;
            return;
    }
}

void event_writer::write(const std::string& program) {
    const std::string name = json_text(program);
    out_.add(R"({{"giambio_trace":1,"minor":1,"clock":"real","driver":"epoll","seed":0,)"
             R"("budget":64,"shuffle":1,"program":{0},"argv":[{0}]}})"
             "\n",
             name);
    event("run_begin", 0, 0, "");
    event("object_new", 0, 1, R"(,"object":1,"type":"outside")");
    // An arrow that begins on a lane says nothing of what the lane still has to do.
    const auto counts = [](const moment& each) { return each.what != moment::sort::arrow_begins; };
    for (const moment& each : moments_.all)
        if (counts(each)) ++lanes_[each.lane].left;
    for (const moment& each : moments_.all) {
        if (!counts(each)) ++lanes_[each.lane].left;
        take(each);
    }
    event("run_end", 0, 0, R"(,"outcome":"value")");
    out_.add(R"({{"end":{{"events":{},"turns":0,"t":{},"tasks":{},"lost":0}}}})"
             "\n",
             seq_, t_, tasks_);
    out_.flush();
}

}  // namespace

void write_moments(const chrome_file& from, const chrome_moments& moments,
                   const std::string& program, import_counts& counts, const receiver& to) {
    event_writer(from, moments, counts, to).write(program);
}

}  // namespace giambio::trace
