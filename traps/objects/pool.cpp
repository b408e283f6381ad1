// The life of a pool: who is in it, what failed, and when its block may end. See pool.hpp.
//
// The kernel calls in when a child has ended; with_pool opens and closes.
// Not here: how a cancel reaches the children. They are inside the pool's scope, and the kernel
// does the rest.
// Kept true: the block ends when neither a living child nor anybody who starts one is left.
// Internal to traps/objects/.
#include "traps/objects/pool.hpp"

namespace giambio {

class pool::state final : public task_owner {
public:
    state(const pool_options& options, site at)
        : options_(options),
          scope_(scope::limits{.after = options.after, .at = options.at}),
          closers_("pool", at),
          askers_("pool", at) {
        here_.emplace(scope_, at, closers_.id());
        home = &here_->record();
    }
    ~state() {
        for (frame* each : ended_) {
            if (--each->handles == 0) bury(*each);
        }
    }

    void child_ended(frame& ended) noexcept override;
    void child_left(frame& living) noexcept override {
        if (options_.keep_ended) --living.handles;
        count(-1, "leave");
    }
    void child_came(frame& living) noexcept override {
        if (options_.keep_ended)
            ++living.handles;  // its value is kept for whoever asks for the next
        --starting_;
        count(+1, "adopt");
    }
    object_id number() const override { return closers_.number(); }

    // Changes the number of living children and tells it.
    void count(int more, const char* operation, site at = {});
    void fail(std::string who, const std::exception_ptr& error, cancel_source from);
    void cancel(cancel_source from, std::string reason, site at);
    bool empty() const { return children_ == 0 && starters_ == 0; }
    // When the pool is empty, those go on who wait for that, or for a child that can end.
    void look_whether_empty();
    coroutine<void> wait_for_children(site at);

    const kernel_door* const in_ = &door();  // the run in which it is open
    pool_options options_;
    scope scope_;
    std::optional<scope::inside> here_;  // until the block ends
    wait_list closers_;                  // who waits until no child is left
    wait_list askers_;                   // who waits for the next child that ends
    std::deque<frame*> ended_;           // kept for them
    std::size_t children_ = 0;
    int starters_ = 0;  // tasks that start a child and have not gone on yet: the block waits
    int starting_ = 0;  // of these children those who are not ready, and so not here yet
    bool open_ = true;
    bool dismissed_ = false;     // its options have cancelled it, nothing else has
    std::exception_ptr flying_;  // the body was cancelled
    std::vector<error_group::member> errors_;
};

void pool::state::count(int more, const char* operation, site at) {
    children_ += static_cast<std::size_t>(more);
    door().object_did(closers_.id(), operation, task_id::none, static_cast<std::int64_t>(children_),
                      at);
    look_whether_empty();
}

void pool::state::look_whether_empty() {
    if (!empty()) return;
    while (wake_oldest(askers_)) {
    }
    while (wake_oldest(closers_)) {
    }
}

namespace {

std::string name_of(const frame& task) {
    return "#" + std::to_string(number_of(task.id)) + " " + task.name();
}

}  // namespace

// Called inside the child's last step. What failed is kept before anybody is cancelled for it.
void pool::state::child_ended(frame& ended) noexcept {
    if (options_.keep_ended) ended_.push_back(&ended);
    count(-1, "exit");
    if (options_.keep_ended) wake_oldest(askers_);
    if (const std::exception_ptr error = ended.error()) {
        fail(name_of(ended), error, cancel_source::failure);
    } else if (!ended.was_cancelled && options_.children == wait_for::any &&
               !scope_.cancel_requested()) {
        dismissed_ = true;
        cancel(cancel_source::by_request, name_of(ended) + " was the first to end", {});
    }
}

void pool::state::fail(std::string who, const std::exception_ptr& error, cancel_source from) {
    errors_.push_back({who, error});
    cancel(from, who + " failed: " + text_of(error), {});
}

void pool::state::cancel(cancel_source from, std::string reason, site at) {
    if (open_) door().cancel_scope(here_->record(), from, std::move(reason), at);
}

// --- the handle

// Asked first, because a newcomer that is refused would be destroyed by nobody. The door is closed
// for a host that uses the handle between two turns.
void pool::refuse_if_closed() const {
    const kernel_door* mine = &door();
    if (!state_->open_) throw misuse("this pool's block has ended; spawn into a pool that is open");
    if (mine == state_->in_) return;
    throw misuse("this pool is open in another run; leave a call there that spawns into it");
}

task_owner* pool::owner() const {
    return state_.get();
}

frame& pool::admit(const newcomer& who, site at) {
    frame& made = door().spawn(who, at);
    if (state_->options_.keep_ended) ++made.handles;
    state_->count(+1, "spawn", at);
    return made;
}

void pool::begin_start() {
    ++state_->starters_;
    ++state_->starting_;
}

void pool::end_start(bool child_came) {
    --state_->starters_;
    if (!child_came) --state_->starting_;
    state_->look_whether_empty();
}

void pool::cancel(std::string reason, site at) {
    state_->cancel(cancel_source::by_request, std::move(reason), at);
}

std::size_t pool::size() const {
    return state_->children_ + static_cast<std::size_t>(state_->starting_);
}

bool pool::open() const {
    return state_->open_;
}

bool pool::cancel_requested() const {
    return state_->scope_.cancel_requested();
}

void pool::shield(bool up, site at) {
    state_->scope_.shield(up, at);
}

void pool::move_deadline(std::optional<moment> due, site at) {
    state_->scope_.move_deadline(due, at);
}

coroutine<void> pool::wait_until_empty(site at) {
    if (state_->empty()) co_await checkpoint(at);
    while (!state_->empty()) co_await park(state_->closers_, at);
}

coroutine<frame*> pool::next_record(site at) {
    if (!state_->options_.keep_ended) {
        throw misuse(
            "this pool forgets who has ended; open it with keep_ended to ask for the next");
    }
    const std::shared_ptr<state> mine = state_;
    co_await checkpoint(at);
    while (mine->ended_.empty() && !mine->empty()) co_await park(mine->askers_, at);
    if (mine->ended_.empty()) co_return nullptr;
    frame* first = mine->ended_.front();
    mine->ended_.pop_front();
    co_return first;
}

// --- the block

pool_block::pool_block(const pool_options& options, site at)
    : state_(std::make_shared<pool::state>(options, at)), pool_(state_) {}

pool_block::~pool_block() {
    check(state_->empty(), "a pool's block ends while its tasks live");
    state_->open_ = false;
    state_->here_.reset();
}

void pool_block::body_threw() {
    const frame& me = door().current();
    try {
        throw;
    } catch (const cancelled&) {
        state_->flying_ = std::current_exception();
        if (!me.shall_stop) state_->cancel(cancel_source::body, "the body gave up", {});
    } catch (...) {
        state_->fail(name_of(me) + " (the body)", std::current_exception(), cancel_source::body);
    }
}

// Waits behind a shield, because the block has to wait for its children whatever happens; a cancel
// goes to the children, which are not inside the shield, and is told here when they have ended.
// Ending an empty pool lets others run once, and is no place to be cancelled.
coroutine<void> pool_block::close(site at) {
    if (state_->options_.children == wait_for::none && !state_->scope_.cancel_requested()) {
        state_->dismissed_ = true;
        state_->cancel(cancel_source::by_request, "the body has ended", at);
    }
    const bool has_children = !state_->empty();
    co_await shielded(state_->wait_for_children(at), at);
    state_->open_ = false;
    if (!has_children) co_return;
    try {
        co_await checkpoint(at);
    } catch (const cancelled&) {
        if (!state_->flying_) state_->flying_ = std::current_exception();
    }
}

coroutine<void> pool::state::wait_for_children(site at) {
    if (empty()) co_await yield(at);
    while (!empty()) co_await park(closers_, at);
}

bool pool_block::outcome() {
    const bool asked = state_->scope_.cancel_requested();
    const bool caught = asked && state_->here_->catches();
    if (!state_->errors_.empty()) throw error_group(std::move(state_->errors_));
    if (state_->flying_ && !caught) std::rethrow_exception(state_->flying_);
    if (!asked) state_->here_->returned();
    return !asked || state_->dismissed_;
}

}  // namespace giambio
