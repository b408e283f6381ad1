// Puts a run together: clock, driver, kernel, and whoever watches.
//
// GIAMBIO_TRACE=file in the environment makes every program that uses the library write its trace,
// without a change to it; this is where it is looked at.
// Internal to kernel/face/.
#include "kernel/face/async_scheduler.hpp"

#include "kernel/epoll_driver.hpp"
#include "kernel/face/monitor.hpp"
#include "kernel/face/run_trace.hpp"
#include "kernel/kernel.hpp"
#include "kernel/simulated/network.hpp"

#include <cstdio>
#include <cstdlib>
#include <optional>
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
    const std::shared_ptr<watch_board> board = std::make_shared<watch_board>();

    // Of the current run; made when the first task is created.
    std::shared_ptr<post_box> posts;
    std::unique_ptr<interrupt_watch> interrupts;
    std::unique_ptr<clock> time;
    std::unique_ptr<io_driver> io;
    std::unique_ptr<run_trace> written;
    std::unique_ptr<giambio::kernel> kernel;
    std::unique_ptr<giambio::monitor> monitor;
    std::uint64_t number = 0;  // of the run
    bool stepping = false;     // a host steps the loop

    void make_kernel();
    void open_monitor();
    void end_run();
    std::exception_ptr finish();
};

namespace {

std::string text_in_environment(const char* name) {
    const char* text = std::getenv(name);
    return text != nullptr ? text : "";
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
    posts = std::make_shared<post_box>();
    interrupts = std::make_unique<interrupt_watch>(*posts);
    if (is_simulated) {
        auto hands = std::make_unique<virtual_clock>();
        io = std::make_unique<simulated_network>(*hands, *is_simulated);
        time = std::move(hands);
    } else {
        io = std::make_unique<epoll_driver>(posts->bell());
        time = std::make_unique<real_clock>();
    }
    std::vector<observer*> told = watchers;
    const std::string file = text_in_environment("GIAMBIO_TRACE");
    written = std::make_unique<run_trace>(posts);
    if (!file.empty()) told.push_back(&written->open(trace_file_of_next_run(file)));
    kernel = std::make_unique<giambio::kernel>(kernel_parts{
        .time = *time,
        .io = *io,
        .posts = posts,
        .board = board,
        .interrupts = interrupts.get(),
        .watchers = told,
        .tape_capacity = every_record ? std::size_t{1} : std::size_t{64},
        .budget = budget,
        .payload = std::strtoul(text_in_environment("GIAMBIO_TRACE_PAYLOAD").c_str(), nullptr, 10),
        .warnings = warnings && text_in_environment("GIAMBIO_WARNINGS") != "0",
        .shuffle = shuffle});
    written->attach(*kernel);
    board->open(posts);
    number = next_run_number();
    open_monitor();
}

void async_scheduler::world::open_monitor() {
    const std::string path = text_in_environment("GIAMBIO_MONITOR");
    if (path.empty()) return;
    const auto cancel = [mine = kernel.get()](std::uint32_t task, const std::string& reason) {
        return mine->cancel_task(task_id{task}, reason);
    };
    const auto trace = [this](const std::string& file) { return written->switch_to(file); };
    monitor = std::make_unique<giambio::monitor>(path, watch_post(board), posts,
                                                 monitor::services{cancel, trace});
}

void async_scheduler::world::end_run() {
    board->open(nullptr);
    if (posts != nullptr) {
        // The kernel's end has done this, unless it never ran. Whoever waits for a call learns it.
        posts->close();
        posts->take();
    }
    monitor.reset();
    kernel.reset();
    written.reset();
    io.reset();
    time.reset();
    interrupts.reset();
    posts.reset();
    stepping = false;
}

// Opens the door of a run. Whatever happens, the thread is afterwards as it was: free for another
// run, or in the middle of one, for a task of that one may let this scheduler go.
class async_scheduler::open_run {
public:
    explicit open_run(const world& kept) { enter(kept.kernel.get(), kept.number); }
    ~open_run() { enter(before_, number_before_); }

private:
    static void enter(giambio::kernel* run, std::uint64_t number) {
        running_kernel = run;
        set_last_words(run != nullptr ? speak_last_words : nullptr);
        set_door(run, number);
    }
    giambio::kernel* const before_ = running_kernel;
    const std::uint64_t number_before_ = run_number();
};

// The last part of a run that is stepped: whoever is alive is asked to stop, and does.
std::exception_ptr async_scheduler::world::finish() {
    const open_run opened(*this);
    while (kernel->anyone_alive() && kernel->turn(true)) {
    }
    return kernel->end();
}

async_scheduler::async_scheduler() : world_(std::make_unique<world>()) {}

async_scheduler::async_scheduler(const simulated& chosen) : async_scheduler() {
    world_->is_simulated = chosen;
}

// In the middle of a run that is stepped the tasks get to clean up: coroutines are never just
// destroyed (rule R16). Their errors reach nobody any more, so they are told.
async_scheduler::~async_scheduler() {
    if (world_->stepping) {
        world_->kernel->dismiss_everyone();
        if (const std::exception_ptr failure = world_->finish()) {
            std::fprintf(stderr, "giambio: a scheduler went away in the middle of its run: %s\n",
                         text_of(failure).c_str());
        }
    }
    world_->end_run();
}

// The door is open while others are told what has happened so far: they may speak.
void async_scheduler::observe(observer& watcher, bool every_record) {
    if (world_->kernel != nullptr) {
        const open_run opened(*world_);
        world_->kernel->add_observer(watcher, every_record);
    }
    world_->watchers.push_back(&watcher);
    if (every_record) world_->every_record = true;
}

void async_scheduler::stop_observing(observer& watcher) {
    if (world_->kernel != nullptr) {
        const open_run opened(*world_);
        world_->kernel->remove_observer(watcher);
    }
    std::erase(world_->watchers, &watcher);
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

loop_statistics async_scheduler::statistics() const {
    if (world_->kernel == nullptr) throw misuse("no run is going on: there is nothing to count");
    return world_->kernel->count();
}

watch_post async_scheduler::watch() const {
    return watch_post(world_->board);
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

void async_scheduler::refuse_while_stepping() const {
    if (!world_->stepping) return;
    throw misuse("this scheduler's run is being stepped already; finish it first");
}

// Without a kernel nobody takes the coroutine, and nobody else has it any more.
frame& async_scheduler::admit(const newcomer& who, site at) {
    try {
        world_->make_kernel();
    } catch (...) {
        who.outermost->self().destroy();
        throw;
    }
    const open_run opened(*world_);
    return world_->kernel->spawn(who, at);
}

void async_scheduler::run(frame& main) {
    const auto end_run = [](world* ended) { ended->end_run(); };
    const std::unique_ptr<world, decltype(end_run)> whatever_happens(world_.get(), end_run);
    const open_run opened(*world_);
    const std::exception_ptr failure = world_->kernel->run(main);
    if (failure != nullptr) std::rethrow_exception(failure);
}

// --- stepping

void async_scheduler::begin_run(frame& main) {
    const open_run opened(*world_);
    world_->kernel->begin(main);
    world_->stepping = true;
}

kernel& async_scheduler::stepped() const {
    if (world_->stepping) return *world_->kernel;
    throw misuse("no run is being stepped; begin one with begin(main)");
}

bool async_scheduler::run_once(bool may_sleep) {
    refuse_inside_a_run();
    kernel& loop = stepped();
    const open_run opened(*world_);
    return loop.anyone_alive() && loop.turn(may_sleep);
}

void async_scheduler::finish() {
    refuse_inside_a_run();
    stepped();
    const std::exception_ptr failure = world_->finish();
    world_->end_run();
    if (failure != nullptr) std::rethrow_exception(failure);
}

std::optional<moment> async_scheduler::next_deadline() const {
    return stepped().next_deadline();
}

moment async_scheduler::now() const {
    return stepped().now();
}

int async_scheduler::pollable_descriptor() const {
    stepped();
    return world_->io->pollable() >= 0 ? world_->io->pollable() : world_->posts->bell();
}

loop_handle async_scheduler::handle() {
    world_->make_kernel();
    return loop_handle(world_->posts);
}

}  // namespace giambio
