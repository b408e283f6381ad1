// Workers and the jobs that wait for them. See workers.hpp.
// Internal to traps/objects/.
#include "traps/objects/workers.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace giambio {

namespace {

constexpr std::chrono::seconds patience{10};  // of a worker without a job

struct workshop {
    std::mutex guard;  // of all that follows
    std::condition_variable job_came;
    std::deque<std::function<void()>> jobs;
    std::size_t idle = 0;
};

// Never destroyed: at the end of the process a worker may still be in a call that nobody waits for.
workshop& the_workshop() {
    static auto* const shared = new workshop;
    return *shared;
}

void work() {
    workshop& shop = the_workshop();
    std::unique_lock held(shop.guard);
    while (true) {
        ++shop.idle;
        const bool found =
            shop.job_came.wait_for(held, patience, [&] { return !shop.jobs.empty(); });
        --shop.idle;
        if (!found) return;
        std::function<void()> job = std::move(shop.jobs.front());
        shop.jobs.pop_front();
        held.unlock();
        job();
        job = nullptr;  // what it leaves behind may take its time to go, so not under the guard
        held.lock();
    }
}

}  // namespace

void give_to_worker(std::function<void()> job) {
    workshop& shop = the_workshop();
    const std::lock_guard held(shop.guard);
    // An idle worker counts as one until it has run off with a job, so jobs that wait count
    // against.
    if (shop.idle <= shop.jobs.size()) std::thread(work).detach();
    shop.jobs.push_back(std::move(job));
    shop.job_came.notify_one();
}

}  // namespace giambio
