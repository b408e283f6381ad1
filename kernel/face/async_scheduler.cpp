// The scheduler's doorkeeper: who may come into its run, when, and from where.
//
// Programs call in; each call finds out whether it may, opens the run's door and lets the kernel do
// the work.
// Not here: putting a run together (scheduler_world.cpp).
// Internal to kernel/face/.
#include "kernel/face/async_scheduler.hpp"

#include "kernel/face/scheduler_world.hpp"

#include <cstdio>

namespace giambio {

namespace {

// Who has the kernel of this thread's run, for the last words of a broken program.
thread_local giambio::kernel* running_kernel = nullptr;

void speak_last_words() {
    if (running_kernel != nullptr) running_kernel->last_words();
}

}  // namespace

// Opens the door of a run. Whatever happens, the thread is afterwards as it was: free for another
// run, or in the middle of one, for a task of that one may let this scheduler go.
class async_scheduler::open_run {
public:
    // Before: no other thread is inside.
    explicit open_run(world& kept) : thread_inside_(kept.thread_inside) {
        thread_inside_ = std::this_thread::get_id();
        enter(kept.kernel.get(), kept.number);
    }
    ~open_run() {
        enter(before_, number_before_);
        thread_inside_ = inside_before_;
    }
    open_run(const open_run&) = delete;
    open_run& operator=(const open_run&) = delete;

private:
    static void enter(giambio::kernel* run, std::uint64_t number) {
        running_kernel = run;
        set_last_words(run != nullptr ? speak_last_words : nullptr);
        set_door(run, number);
    }
    giambio::kernel* const before_ = running_kernel;
    const std::uint64_t number_before_ = run_number();
    std::atomic<std::thread::id>& thread_inside_;
    const std::thread::id inside_before_ = thread_inside_;
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
        const open_run opened(*world_);
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
    refuse_other_threads();
    if (world_->kernel != nullptr) {
        const open_run opened(*world_);
        world_->kernel->add_observer(watcher, every_record);
    }
    world_->watchers.push_back(&watcher);
    if (every_record) world_->every_record = true;
}

void async_scheduler::stop_observing(observer& watcher) {
    refuse_other_threads();
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
    refuse_other_threads();
    if (world_->kernel == nullptr) throw misuse("no run is going on: there is nothing to look at");
    return world_->kernel->look();
}

loop_statistics async_scheduler::statistics() const {
    refuse_other_threads();
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

void async_scheduler::refuse_other_threads() const {
    const std::thread::id inside = world_->thread_inside;
    if (inside == std::thread::id() || inside == std::this_thread::get_id()) return;
    throw misuse(
        "this scheduler's run goes on in another thread; leave a call there, with a loop_handle");
}

void async_scheduler::refuse_while_stepping() const {
    if (!world_->stepping) return;
    throw misuse("this scheduler's run is being stepped already; finish it first");
}

// Whoever is refused leaves a coroutine that nobody takes, and nobody else has it any more.
frame& async_scheduler::admit(const newcomer& who, site at) {
    try {
        refuse_other_threads();
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
    refuse_other_threads();
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
