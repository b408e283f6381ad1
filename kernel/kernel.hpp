// The kernel: the one who answers.
//
// This page is its table of contents: first what others call, then what only the kernel does. Each
// heading names the file, unless a line names its own. async_scheduler (face/) owns one for a run.
// Not here: objects. The kernel knows lines and descriptors, but no lock and no queue.
// Kept true: it is one thread's alone; tasks change state in schedule.cpp and nowhere else.
// Internal to kernel/ and face/.
#pragma once

#include "kernel/chronicle.hpp"
#include "kernel/dispatch.hpp"
#include "kernel/parts.hpp"
#include "kernel/ready_queue.hpp"
#include "kernel/snapshot.hpp"
#include "kernel/task_table.hpp"
#include "kernel/timer_queue.hpp"
#include "kernel/wait_table.hpp"
#include "traps/door.hpp"
#include "traps/error_group.hpp"
#include "traps/scope.hpp"

#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace giambio {

class kernel final : public kernel_door {
public:
    explicit kernel(const kernel_parts& parts);
    ~kernel();
    kernel(const kernel&) = delete;
    kernel& operator=(const kernel&) = delete;

    // --- loop.cpp: the phases of a turn                                           [trap 3/5]
    // Runs until the main task and every other have ended. Returns the error that `start` shall
    // throw, or null. Before: `main` was spawned here, and run was not called before.
    std::exception_ptr run(frame& main);
    // The same in pieces, for a host that steps the loop: begin once, turn while it is true, end.
    void begin(frame& main);  // fate.cpp
    bool turn(bool may_sleep) { return go_round(may_sleep, true); }
    bool anyone_alive() const { return awaited_ + daemons_ > 0; }
    std::exception_ptr end();  // fate.cpp
    // When the next turn has something to do; none when only the outside can wake anyone.
    std::optional<moment> next_deadline() const;
    // Everyone shall stop, because whoever steps the loop will not go on.
    void dismiss_everyone();  // fate.cpp

    // --- watching.cpp: those who watch the run
    void add_observer(observer& newcomer, bool at_once);
    // The same for one who is told what is there already. False: somebody watches already.
    bool add_late_observer(observer& newcomer);
    bool is_observed() const { return told_.on(); }
    void remove_observer(observer& leaving) { told_.remove(leaving); }
    loop_statistics count() const;
    // By its number; false when no such task is alive.
    bool cancel_task(task_id wanted, const std::string& reason);

    // --- snapshot.cpp
    snapshot look(bool with_chains = false) const;
    void print_tasks() const;
    // The program is about to abort: saves what was told so far and prints the task table.
    void last_words();

    // --- calls.cpp, and for descriptors plain_io.cpp: the plain door
    frame& current() override;
    moment now() override { return time_.now(); }
    bool time_is_virtual() override { return time_.is_virtual(); }
    void busy(duration length, site at) override;
    frame& spawn(const newcomer& who, site at) override;
    void wake(frame& waiting, site at) override;
    void wake_in_vain(frame& waiting, refusal why, const char* sentence) override;
    void cancel(frame& target, std::string reason, site at) override;
    void move(frame& waiting, wait_list& to, site at) override;  // schedule.cpp
    void adopt(frame& child, task_owner* to, site at) override;
    void never_joined(const frame& ended) noexcept override;
    wait_list& idle_line() override;
    const std::shared_ptr<post_box>& posts() override { return posts_; }
    void signal_came(int signo) override;  // posts.cpp
    object_id new_object(const char* type, site at) override;
    void end_object(object_id gone) override;
    void object_did(object_id which, const char* operation, task_id holder, std::int64_t length,
                    site at) override;
    int open_socket(address_family family, socket_type type, site at) override;
    std::array<int, 2> open_pair(socket_type type, site at) override;
    std::array<int, 2> open_pipe(site at) override;
    void adopt_descriptor(int fd, site at) override;
    void bind(int fd, const address& where, site at) override;
    void listen(int fd, int backlog, site at) override;
    address local_address(int fd) override;
    address peer_address(int fd) override;
    void shut_down_sending(int fd, site at) override;
    void set_option(int fd, socket_option option, int value, site at) override;
    int option(int fd, socket_option option) override;
    std::optional<name_answer> look_up(std::string_view name) override { return io_.look_up(name); }
    void close(int fd, site at) noexcept override;
    void say(said how, std::string_view text, site at) override;
    void dropped(site written_at) noexcept override;

    // --- cancelling.cpp: scopes, through the plain door
    void enter_scope(scope_record& entered, site at) override;
    void leave_scope(scope_record& left, leaving how, site at) override;
    void change_scope(scope_record& changed, std::optional<moment> due, bool shielded,
                      site at) override;
    void cancel_scope(scope_record& target, cancel_source source, std::string reason,
                      site at) override;

    // --- handlers.cpp: one for each trap, called by dispatch.hpp                   [trap 4/5]
    verdict handle(task_record& who, const trap::yield& asked);
    verdict handle(task_record& who, const trap::checkpoint& asked);
    verdict handle(task_record& who, const trap::sleep& asked);
    verdict handle(task_record& who, const trap::sleep_until& asked);
    verdict handle(task_record& who, const trap::park& asked);
    verdict handle(task_record& who, const trap::join& asked);
    verdict handle(task_record& who, const trap::accept& asked);
    verdict handle(task_record& who, const trap::connect& asked);
    verdict handle(task_record& who, const trap::receive& asked);
    verdict handle(task_record& who, const trap::send& asked);
    verdict handle(task_record& who, const trap::send_all& asked);
    verdict handle(task_record& who, const trap::receive_from& asked);
    verdict handle(task_record& who, const trap::send_to& asked);
    verdict handle(task_record& who, const trap::readable& asked);
    verdict handle(task_record& who, const trap::writable& asked);

private:
    using actor = chronicle::actor;
    // --- loop.cpp
    struct patience {
        const char* reason = nullptr;     // none: nobody can ever be woken
        std::optional<duration> limit{};  // none: for ever
        seq cause = 0;
    };
    [[gnu::noinline]] bool go_round(bool may_sleep, bool once);
    patience how_long_to_sleep();
    void poll_io(bool may_sleep);
    bool somebody_comes_at_once();
    void look_outside(bool rung);
    bool nothing_to_poll() const;
    void poll_nothing();
    void fire_timers();
    void wake_idle();
    [[gnu::always_inline]] inline void run_batch(bool once);
    bool begins_plain_turn();
    std::size_t prepare_next(std::size_t last);
    void step(task_record& who);
    bool goes_on(task_record& who, int& answers_left);
    verdict answer(task_record& who);

    // --- prologue.cpp: for a trace that begins in the middle of the run
    void tell_what_is_there();
    void tell_of_objects();
    using armed_timers = std::map<timer_id, timer>;
    void tell_of(task_record& who, const armed_timers& armed);
    seq tell_of_wait(task_record& who, seq step, const armed_timers& armed);

    // --- posts.cpp
    bool make_posted_calls();
    bool may_be_called() const;
    void wait_for_threads(patience& allowed);

    // --- handlers.cpp
    verdict sleep_to(task_record& who, moment begun, moment due, site at);
    verdict refuse(task_record& who, refusal why, std::int64_t value = 0);
    verdict refuse_misuse(task_record& who, const char* complaint);
    verdict refuse_cancelled(task_record& who);

    // --- schedule.cpp: every change of a task's state                              [trap 5/5]
    void admit(task_record& made);
    void tell_birth(task_record& made);
    [[gnu::cold]] void came_too_late(task_record& made);
    verdict park(task_record& who, wait_kind on, std::uint32_t target, site at);
    void make_ready(task_record& who, const char* why, task_id by, seq cause, site at);
    void line_up(task_record& who, const char* why, task_id by, seq cause, site at);
    void unlink(task_record& who, seq cause);
    void switch_in(task_record& who);
    void tell_step(task_record& who);
    void switch_out(task_record& who, const char* how, seq cause);
    void requeue(task_record& who, const char* how);
    void finish(task_record& who);
    void take_outcome(task_record& ended);
    [[gnu::cold]] void take_error(task_record& ended);
    void lose(task_record& ended, seq exit_seq);
    bool made_in_vain(const task_record& ended) const;
    void drop_what_it_holds(task_record& ended);
    void join_family(task_record& child);
    void leave_family(task_record& child);
    seq arm(timer_id& armed, moment due, task_record& owner, scope_id scope, seq cause, site at);
    void disarm(timer_id& armed, seq cause);
    timer take_timer();
    bool is_armed(const timer& in_queue) const;
    seq timer_set(const timer& armed) const;

    // --- cancelling.cpp
    void request_cancel(task_record& target, scope_record* only, cancel_note note, seq cause,
                        site at);
    bool note_cancel(task_record& target, scope_record* only, cancel_note note, seq cause, site at);
    void begin_deadline(scope_record& limited, seq cause, site at);
    bool is_late(const scope_record& left, leaving how) const;
    void expire(scope_record& late, seq cause);
    void spread(task_record& from, const scope_record* within);
    void obey(task_record& who);
    bool shall_newcomer_stop(const task_record& made) const;

    // --- io.cpp: operations on descriptors
    verdict transfer(task_record& who, int fd, direction way, site at);
    struct attempt;
    bool try_operation(task_record& who, bool first, seq cause);
    io_result perform(const task_record& who, const trap::accept& asked, seq cause);
    io_result perform(const task_record& who, const trap::connect& asked, bool first, seq cause);
    io_result perform(const task_record& who, const trap::receive& asked, seq cause);
    io_result perform(task_record& who, const trap::send_all& asked, seq cause);
    io_result send(const task_record& who, int fd, std::string_view bytes, seq cause, site at);
    io_result perform(const task_record& who, const trap::receive_from& asked, seq cause);
    io_result perform(const task_record& who, const trap::send_to& asked, seq cause);
    verdict wait_for_fd(task_record& who, int fd, direction way, site at, bool afresh = false);
    [[gnu::cold]] io_result listen_to(int fd, bool to_read, bool to_write, task_id by, seq cause,
                                      site at);
    void fd_became_ready(const readiness& news);
    bool serve(int fd, direction way, seq cause);
    int take_in(int fd, seq cause);
    void lose_registration(int fd, seq cause);
    void forget(int fd, seq cause, site at);

    // --- plain_io.cpp
    void take_in_both(const char* operation, const std::array<int, 2>& ends, site at);
    void close_what_is_left();

    // --- fate.cpp: what befalls the run as a whole
    void obey_interrupt();
    void report_deadlock();
    [[gnu::cold]] void lift_shields(seq cause);
    [[gnu::cold]] void pass_on_failure(const task_record& failed, seq exit_seq);
    [[gnu::cold]] void dismiss_daemons(seq cause);
    [[gnu::cold]] void cancel_everyone(cancel_source source, const std::string& reason, seq cause);

    // --- watching.cpp
    run_facts facts() const;
    void report_to_watchers();
    void add_timers(snapshot& told) const;  // snapshot.cpp

    // --- calls.cpp
    task_origin& origin_of(const newcomer& who, site at);
    void absorbed(const task_record& ended);
    void warn(const std::string& sentence, const site& at) const noexcept;
    // What the wakes and cancels that are made now come from.
    seq because() const { return last_operation_ != 0 ? last_operation_ : who_acts().step; }
    task_id who_runs() const { return running_ != nullptr ? running_->id : task_id::none; }
    // Who does what is being told, and in which step; outside a step nobody, for the posted call.
    actor who_acts() const {
        if (running_ != nullptr) return {running_->id, step_};
        return {task_id::none, last_operation_};
    }

    clock& time_;
    io_driver& io_;
    std::shared_ptr<post_box> posts_;
    std::shared_ptr<watch_board> board_;
    bool watched_ = false;  // somebody looks at the board in this turn
    bool plain_ = false;    // there is no timer and no descriptor for a turn to look at
    interrupt_watch* interrupts_;
    chronicle told_;
    int budget_;
    std::size_t payload_;
    bool warnings_;
    std::uint64_t shuffle_;  // 0: first in first out
    std::mt19937_64 dice_;

    task_table tasks_;
    ready_queue ready_;
    timer_queue timers_;
    timer_id disarming_ = timer_id::none;  // its owner still names it
    wait_table waits_;
    running_task running_;
    task_record* main_ = nullptr;           // null once it has ended
    task_origin* latest_origin_ = nullptr;  // of the latest newcomer
    std::vector<task_record*> early_;       // spawned before the run began

    // Of the running step.
    seq step_ = 0, parked_ = 0;  // its switch_in, and the park with which it ends
    seq last_operation_ = 0;     // its latest object_op, adopt or exit; between steps the post

    std::size_t awaited_ = 0, daemons_ = 0;  // living tasks that are no daemons, and that are
    std::unique_ptr<wait_list> idle_;        // those who wait until nobody has anything to do
    std::vector<std::unique_ptr<std::string>> epitaphs_;  // of tasks that ended holding something

    std::vector<error_group::member> failures_;  // of tasks that the run itself owns
    std::exception_ptr deadlocked_;
    bool begun_ = false, interrupted_ = false;
    bool over_ = false, ending_ = false;  // nobody is taken in any more; everyone shall stop

    std::uint32_t last_task_ = 0, last_timer_ = 0, last_object_ = 0, last_scope_ = 0;
    seq begin_seq_ = 0, main_exit_seq_ = 0, polled_ = 0;  // polled_: this turn's io_done
    std::vector<readiness> ready_fds_;                    // kept for its memory
};

}  // namespace giambio
