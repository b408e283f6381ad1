// A spawn and join with as little as the rules of our kernel leave, in one file and for nothing
// else: how near can a task come to the bare frame of minimal.cpp?
//
// A task here has a record with number, origin and handles, and keeps its value for who joins it;
// memory is taken from what others have left; a turn runs those who are ready at its beginning
// (rule R3) and each trap is looked at for cancellation. Where a kernel would go on to do
// something, for the trace, the poll, a timer or an error, there only the question stands. It is
// compiled with the kernel's own flags.
// Not here: scopes, budgets, owners, locals, what other traps need. Nobody could use it.
// Internal to tests/bench/.
#include "tests/bench/measure.hpp"

#include <array>
#include <atomic>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

namespace {

using site = std::source_location;

// Where a kernel would do something about it.
[[noreturn, gnu::cold, gnu::noinline]] void not_here() {
    std::terminate();
}

// Pieces of memory that coroutines have left, by size.
struct piece {
    piece* next;
};
std::array<piece*, 64> left_behind{};

struct in_left_memory {
    static void* operator new(std::size_t size) {
        piece*& of_size = left_behind[(size + 15) / 16];
        if (of_size == nullptr) return ::operator new((size + 15) / 16 * 16);
        piece* const found = of_size;
        of_size = found->next;
        return found;
    }
    static void operator delete(void* memory, std::size_t size) noexcept {
        piece*& of_size = left_behind[(size + 15) / 16];
        of_size = new (memory) piece{of_size};
    }
};

struct task_record;

struct promise : in_left_memory {
    task_record* mailbox = nullptr;
    promise* caller = nullptr;
    site standing_at;
    std::exception_ptr error;
    int value = 0;

    promise* get_return_object(site at = site::current()) {
        standing_at = at;
        return this;
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept;
    void return_value(int returned) { value = returned; }
    void unhandled_exception() { error = std::current_exception(); }
    auto self() { return std::coroutine_handle<promise>::from_promise(*this); }
};

struct coroutine {
    using promise_type = promise;
    coroutine(promise* made) : mine(made) {}
    promise* mine;
};

// Those that one line spawns share one.
struct task_origin {
    std::string name;
    site body;
    site born;
    std::uint32_t parent = 0;
    std::uint32_t holders = 1;
};

enum class trap : std::uint8_t { none, join };
enum class task_state : std::uint8_t { ready, running, parked, ended };

struct task_record {
    promise* innermost = nullptr;
    task_record* asked_for = nullptr;
    task_record* behind = nullptr;
    task_record* joiners = nullptr;
    task_origin* origin = nullptr;
    std::exception_ptr error;
    std::uint32_t id = 0;
    std::uint32_t traps = 0;
    std::uint32_t handles = 0;
    int kept = 0;
    trap asked = trap::none;
    task_state state = task_state::ready;
    bool returned = false, ended = false, shall_stop = false, refused = false;
    bool keeps_value = false, joined = false;
};

auto promise::final_suspend() noexcept {
    struct stop {
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<promise> ending) const noexcept {
            const promise& me = ending.promise();
            if (me.caller != nullptr) not_here();
            me.mailbox->returned = true;
        }
        void await_resume() const noexcept {}
    };
    return stop{};
}

// What a turn asks about.
struct {
    std::atomic<bool> rung{false};
    std::atomic<std::uint32_t> running_number{0};  // for those who watch
    bool told = false;
    std::size_t descriptors = 0, timers = 0, alive = 0;
    std::uint32_t turn = 0, last_number = 0;
    std::array<task_record*, 64> ready{};
    std::size_t front = 0, back = 0;
    task_record* running = nullptr;
    task_record* blank = nullptr;
    task_origin* latest_origin = nullptr;
} loop;

void make_ready(task_record& who) {
    if (loop.back - loop.front >= loop.ready.size()) not_here();
    who.state = task_state::ready;
    loop.ready[loop.back++ % loop.ready.size()] = &who;
}

task_origin& origin_of(const promise& body, std::string_view name, site at) {
    const std::uint32_t parent = loop.running != nullptr ? loop.running->id : 0;
    const task_origin* before = loop.latest_origin;
    if (before == nullptr || before->parent != parent || before->name != name ||
        before->born.line() != at.line() || before->body.line() != body.standing_at.line())
        loop.latest_origin = new task_origin{std::string(name), body.standing_at, at, parent};
    ++loop.latest_origin->holders;
    return *loop.latest_origin;
}

task_record& spawn(coroutine body, std::string_view name, site at = site::current()) {
    task_record& made = loop.blank != nullptr ? *loop.blank : *new task_record;
    loop.blank = made.behind;
    made.behind = nullptr;
    made.innermost = body.mine;
    body.mine->mailbox = &made;
    made.origin = &origin_of(*body.mine, name, at);
    made.id = ++loop.last_number;
    made.handles = 1;
    ++loop.alive;
    make_ready(made);
    if (loop.told) not_here();
    return made;
}

void let_go(task_record& held) {
    if (--held.handles > 0 || !held.ended) return;
    if (--held.origin->holders == 0 || held.error != nullptr) not_here();
    held.origin = nullptr;
    held.id = held.traps = 0;
    held.asked = trap::none;
    held.returned = held.ended = held.keeps_value = held.joined = false;
    held.behind = loop.blank;
    loop.blank = &held;
}

struct join {
    task_record& child;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<promise> asking) const {
        task_record& me = *asking.promise().mailbox;
        me.asked = trap::join;
        me.asked_for = &child;
        ++me.traps;
    }
    int await_resume() const {
        if (loop.running->refused || child.error != nullptr || !child.keeps_value) not_here();
        child.joined = true;
        return child.kept;
    }
};

void finish(task_record& who) {
    promise& outermost = *who.innermost;
    if (outermost.error != nullptr) not_here();
    who.kept = outermost.value;
    who.keeps_value = who.handles > 0;
    outermost.self().destroy();
    who.innermost = nullptr;
    who.ended = true;
    who.state = task_state::ended;
    while (task_record* joiner = who.joiners) {
        who.joiners = joiner->behind;
        joiner->behind = nullptr;
        joiner->refused = false;
        make_ready(*joiner);
    }
    if (loop.told) not_here();
    --loop.alive;
}

void step(task_record& who) {
    who.state = task_state::running;
    loop.running = &who;
    loop.running_number.store(who.id, std::memory_order_relaxed);
    if (loop.told) not_here();
    who.innermost->self().resume();
    loop.running = nullptr;
    if (who.returned) return finish(who);
    if (loop.told || who.shall_stop || who.asked != trap::join) not_here();
    task_record& child = *who.asked_for;
    if (child.ended || child.joiners != nullptr) not_here();
    child.joiners = &who;
    who.state = task_state::parked;
}

void run() {
    while (loop.alive > 0) {
        if (loop.rung.load(std::memory_order_relaxed)) not_here();
        ++loop.turn;
        if (loop.front == loop.back || loop.descriptors > 0 || loop.told) not_here();
        if (loop.timers > 0) not_here();
        for (const std::size_t last = loop.back; loop.front != last;)
            step(*loop.ready[loop.front++ % loop.ready.size()]);
        loop.running_number.store(0, std::memory_order_relaxed);
    }
}

coroutine child() {
    co_return 1;
}

coroutine spawn_and_join(std::size_t count) {
    int sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        task_record& one = spawn(child(), "c");
        sum += co_await join{one};
        let_go(one);
    }
    co_return sum;
}

void measure(std::size_t count) {
    const task_record& main = spawn(spawn_and_join(count), "main");
    const double begin = bench::processor_ns();
    run();
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(count),
                static_cast<std::size_t>(main.kept));
}

}  // namespace

int main(int argc, char** argv) {
    return bench::run_case(argc, argv, {{"spawn", measure}});
}
