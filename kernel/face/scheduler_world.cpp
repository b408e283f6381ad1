// Puts a run together: clock, driver, kernel, and whoever watches.
//
// GIAMBIO_TRACE=file in the environment makes every program that uses the library write its trace,
// without a change to it; this is where it is looked at.
// Internal to kernel/face/.
#include "kernel/face/scheduler_world.hpp"

#include "kernel/epoll_driver.hpp"
#include "kernel/simulated/network.hpp"

#include <cstdlib>
#include <string>
#include <utility>

namespace giambio {

namespace {

std::string text_in_environment(const char* name) {
    const char* text = std::getenv(name);
    return text != nullptr ? text : "";
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
        .tape_capacity = every_record ? std::size_t{1} : std::size_t{128},
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

}  // namespace giambio
