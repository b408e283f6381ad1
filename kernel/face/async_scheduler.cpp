// Puts a run together: clock, driver, kernel, and whoever watches.
//
// GIAMBIO_TRACE=file in the environment makes every program that uses the library write its trace,
// without a change to it; this is where it is looked at.
// Internal to kernel/face/.
#include "kernel/face/async_scheduler.hpp"

#include "kernel/epoll_driver.hpp"
#include "kernel/kernel.hpp"
#include "tracer/writer.hpp"

#include <fmt/format.h>

#include <sys/resource.h>

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

namespace giambio {

// What one scheduler has, whether a run is going on or not.
struct async_scheduler::world {
    std::optional<simulated> is_simulated;
    std::vector<observer*> watchers;
    bool every_record = false;
    int budget = 64;
    bool warnings = true;
    std::uint64_t shuffle = 0;

    // Of the current run; made when the first task is created.
    std::unique_ptr<interrupt_watch> interrupts;
    std::unique_ptr<clock> time;
    std::unique_ptr<io_driver> io;
    std::unique_ptr<trace_writer> writer;
    std::unique_ptr<giambio::kernel> kernel;

    void make_kernel();
    void end_run();
};

namespace {

std::size_t number_in_environment(const char* name) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::strtoul(text, nullptr, 10) : 0;
}

bool switched_off(const char* name) {
    const char* text = std::getenv(name);
    return text != nullptr && std::string_view(text) == "0";
}

// Who has the kernel of this thread's run, for the last words of a broken program.
thread_local giambio::kernel* running_kernel = nullptr;

void speak_last_words() {
    if (running_kernel != nullptr) running_kernel->last_words();
}

}  // namespace

void async_scheduler::world::make_kernel() {
    if (kernel != nullptr) return;
    interrupts.reset();  // left by an attempt that failed, it would keep Ctrl-C to itself
    interrupts = std::make_unique<interrupt_watch>();
    if (is_simulated) {
        auto hands = std::make_unique<virtual_clock>();
        const network_weather weather{is_simulated->seed, is_simulated->latency,
                                      is_simulated->jitter, is_simulated->max_chunk,
                                      is_simulated->buffer};
        io = std::make_unique<simulated_network>(*hands, weather);
        time = std::move(hands);
    } else {
        io = std::make_unique<epoll_driver>(interrupts->fd());
        time = std::make_unique<real_clock>();
    }
    std::vector<observer*> told = watchers;
    const char* file = std::getenv("GIAMBIO_TRACE");
    if (file != nullptr && *file != '\0') {
        writer = std::make_unique<trace_writer>(trace_file_of_next_run(file));
        told.push_back(writer.get());
    }
    kernel = std::make_unique<giambio::kernel>(
        kernel_parts{.time = *time,
                     .io = *io,
                     .interrupts = interrupts.get(),
                     .watchers = told,
                     .tape_capacity = every_record ? std::size_t{1} : std::size_t{256},
                     .budget = budget,
                     .payload = number_in_environment("GIAMBIO_TRACE_PAYLOAD"),
                     .warnings = warnings && !switched_off("GIAMBIO_WARNINGS"),
                     .shuffle = shuffle});
}

void async_scheduler::world::end_run() {
    kernel.reset();
    writer.reset();
    io.reset();
    time.reset();
    interrupts.reset();
}

// Opens the door for one run. Whatever happens, the thread is free for the next one afterwards.
class async_scheduler::open_run {
public:
    explicit open_run(world& kept) : world_(kept) {
        running_kernel = kept.kernel.get();
        set_last_words(speak_last_words);
        set_door(kept.kernel.get());
    }
    ~open_run() {
        set_door(nullptr);
        set_last_words(nullptr);
        running_kernel = nullptr;
        world_.end_run();
    }

private:
    world& world_;
};

async_scheduler::async_scheduler() : world_(std::make_unique<world>()) {}

async_scheduler::async_scheduler(const simulated& chosen) : async_scheduler() {
    world_->is_simulated = chosen;
}

async_scheduler::~async_scheduler() = default;

void async_scheduler::observe(observer& watcher, bool every_record) {
    world_->watchers.push_back(&watcher);
    if (every_record) world_->every_record = true;
}

void async_scheduler::set_budget(int answers) {
    if (answers < 1) throw misuse("a task needs a budget of at least one answer");
    world_->budget = answers;
}

void async_scheduler::set_warnings(bool on) {
    world_->warnings = on;
}

void async_scheduler::set_shuffle(std::uint64_t seed) {
    world_->shuffle = seed;
}

snapshot async_scheduler::look() const {
    if (world_->kernel == nullptr) throw misuse("no run is going on: there is nothing to look at");
    return world_->kernel->look();
}

void async_scheduler::refuse_inside_a_run() const {
    if (door_if_open() == nullptr) return;
    throw misuse(
        "a loop is running on this thread already: inside a coroutine use co_await, spawn or "
        "create_task instead of start");
}

void async_scheduler::refuse_other_runs() const {
    const kernel_door* running = door_if_open();
    if (running == nullptr || running == world_->kernel.get()) return;
    throw misuse("this scheduler does not run; create the task on the one that does");
}

frame& async_scheduler::admit(newcomer who, site at) {
    world_->make_kernel();
    return world_->kernel->spawn(std::move(who), at);
}

void async_scheduler::run(frame& main) {
    const open_run kept(*world_);
    const std::exception_ptr failure = world_->kernel->run(main);
    if (failure != nullptr) std::rethrow_exception(failure);
}

void raise_descriptor_limit(std::size_t needed) {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= needed) return;
    if (limit.rlim_max < needed) {
        throw io_error(
            EMFILE, fmt::format("this needs {} open descriptors, but the system allows at most {}; "
                                "raise the hard limit (ulimit -Hn {}, or 'nofile' in "
                                "/etc/security/limits.conf)",
                                needed, limit.rlim_max, needed));
    }
    limit.rlim_cur = needed;
    setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace giambio
