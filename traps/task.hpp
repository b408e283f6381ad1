// A task as the program holds it: a small handle with which to join it, cancel it or ask its name.
//
// `spawn` makes one (calls.hpp). The kernel's record lives as long as the task or a handle does.
// Letting a handle go changes nothing for the task: it belongs to the run, which waits for it.
// Not here: what a task is doing; that is in the trace.
// Public.
#pragma once

#include "traps/coroutine.hpp"

#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace giambio {

// The value that a task has returned: in its record when it has room there, else in a piece of
// memory of its own. Discussion: of a spawn and join that piece would be a twentieth.
template <class T>
struct kept_value {
    struct piece : in_coroutine_memory {
        explicit piece(T&& kept) : value(std::move(kept)) {}
        T value;
    };
    // (Nothing is aligned to more than its size.)
    static constexpr bool is_small = sizeof(T) <= sizeof(frame::kept);
    using stored = std::conditional_t<is_small, T, piece*>;

    static bool is_in(const frame& asked) {
        return asked.ended && asked.keeps_value && asked.origin->keeper == &keeper;
    }
    // Before: the task keeps a value of this type.
    static T& of(frame& ended) {
        auto& place = *std::launder(reinterpret_cast<stored*>(ended.kept.data()));
        if constexpr (is_small) {
            return place;
        } else {
            return place->value;
        }
    }
    static void keep(frame& ended) noexcept {
        T&& made = *std::move(static_cast<coroutine_promise<T>*>(ended.innermost)->value);
        void* const place = ended.kept.data();
        try {
            if constexpr (is_small) {
                ::new (place) T(std::move(made));
            } else {
                ::new (place) stored(new piece(std::move(made)));
            }
            ended.keeps_value = true;
        } catch (...) {  // a value that cannot be moved is an error of the task
            ended.with_extras().error = std::current_exception();
        }
    }
    static void drop(frame& ended) noexcept {
        if constexpr (is_small) {
            of(ended).~T();
        } else {
            delete *std::launder(reinterpret_cast<stored*>(ended.kept.data()));
        }
    }
    static constexpr bool is_dropped = !is_small || !std::is_trivially_destructible_v<T>;
    static constexpr value_keeper keeper{keep, is_dropped ? drop : nullptr};
};

// The last handle of a task that has ended is gone: complains when nobody has asked for its value,
// and gives the record back.
inline void bury(frame& ended) noexcept {
    if (ended.keeps_value && !ended.joined) {
        if (kernel_door* kernel = door_if_open(); kernel != nullptr) kernel->never_joined(ended);
    }
    take_back(ended);
}

template <class T>
class joining;

template <class T = void>
class task {
public:
    task() = default;
    explicit task(frame& record) : record_(&record) { ++record.handles; }
    task(const task& other) : record_(other.record_) {
        if (record_ != nullptr) ++record_->handles;
    }
    task(task&& other) noexcept : record_(std::exchange(other.record_, nullptr)) {}
    task& operator=(task other) noexcept {
        std::swap(record_, other.record_);
        return *this;
    }
    ~task() {
        if (record_ != nullptr && --record_->handles == 0 && record_->ended) bury(*record_);
    }

    task_id id() const { return record().id; }
    const std::string& name() const { return record().name(); }
    bool ended() const { return record().ended; }
    bool was_cancelled() const { return record().was_cancelled; }

    // Asks the task to stop: its next trap throws `cancelled`; when it waits, it is woken for that.
    // Asking twice, or after the end, changes nothing. Join it to wait until it has stopped.
    void cancel(std::string reason = "cancelled", site at = site::current()) const {
        door().cancel(record(), std::move(reason), at);
    }

    // Waits for the end, whatever it is.
    coroutine<void> wait(site at = site::current()) const { return wait_only(*this, at); }

    // Asks it to stop and waits until it has.
    coroutine<void> cancel_and_wait(std::string reason = "cancelled",
                                    site at = site::current()) const {
        if (&record() == &door().current()) {
            throw misuse("a task cannot wait for its own end; cancel it without waiting");
        }
        cancel(std::move(reason), at);
        return wait_only(*this, at);
    }

    // Waits for the end. Returns what the task returned (several joiners each get a copy), throws
    // what it threw, or task_cancelled. An error that a joiner waits for has reached somebody: it
    // does not end the run.
    joining<T> join(site at = site::current()) const { return joining<T>(*this, at); }

    // The outcome of a task that has ended; misuse when it has not.
    T result() const;

    // For those who own tasks (objects/pool.hpp).
    frame& record() const {
        if (record_ == nullptr) throw misuse("this task handle is empty; use one that spawn gave");
        return *record_;
    }

private:
    // The handle is a parameter, and so part of the coroutine: the record outlives the wait.
    static coroutine<void> wait_only(task joined, site at) {
        co_await trap::join{at, &joined.record()};
        joined.record().joined = true;
    }

    frame* record_ = nullptr;
};

// Waits for a task's end, and answers what came of it.
template <class T>
class [[nodiscard("join does nothing until it is awaited")]] joining : public trap::join {
public:
    using asks = trap::join;
    using answer = T;

    joining(task<T> joined, site asked_at)
        : join{asked_at, &joined.record()}, joined_(std::move(joined)) {}
    T open() const {
        return joined_.result();
    }
    operator coroutine<T>() const {
        return as_coroutine(*this);
    }

private:
    task<T> joined_;  // the record outlives the wait
};

template <class T>
T task<T>::result() const {
    frame& asked = record();
    if constexpr (std::is_void_v<T>) {
        if (!asked.ended || asked.was_cancelled || asked.extras != nullptr) throw_outcome(asked);
        asked.joined = true;
    } else {
        if (!kept_value<T>::is_in(asked)) {
            throw_outcome(asked);
            throw misuse("the task returned a value of another type");
        }
        asked.joined = true;
        T& value = kept_value<T>::of(asked);
        if constexpr (std::is_copy_constructible_v<T>) {
            return value;
        } else {
            return std::move(value);  // whoever asks first has it
        }
    }
}

// Makes the kernel's recipe for a task out of a coroutine. The name must live until it is spawned.
// The coroutine is then the newcomer's, which destroys nothing: whoever refuses it has to. So the
// door, which may be closed, is asked for first.
template <class T>
newcomer as_newcomer(coroutine<T>&& body, std::string_view name, task_owner* owner = nullptr) {
    newcomer made;
    made.name = name;
    made.owner = owner;
    made.outermost = &body.release();
    if constexpr (!std::is_void_v<T>) {
        made.keeper = &kept_value<T>::keeper;
    }
    return made;
}

}  // namespace giambio
