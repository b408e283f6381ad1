// The coroutine type, and the gate through which its traps go.                     [trap 2/5]
//
// `co_await` accepts three things. A request: it is put into the task's mailbox and control falls
// back to the kernel. A request that makes its answer in the asker's own step (is_opened_trap).
// Another coroutine: it becomes the innermost one and the kernel resumes it next. Nothing else
// compiles. The kernel (kernel/loop.cpp) is the only one that resumes anything.
// Not here: what a request means (kernel/handlers.cpp).
// Kept true: awaiting never nests native calls. A coroutine that calls or returns names the next
// one in the mailbox and suspends, so ten million awaits need no more stack than one, in every
// build.
// Public.
#pragma once

#include "traps/coroutine_memory.hpp"
#include "traps/door.hpp"
#include "traps/frame.hpp"

#include <concepts>
#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace giambio {

template <class T>
class coroutine;

// What every coroutine of a task has: the way back, and where it stands.
//
// Discussion: what stands here, and in a gate, is a part of every coroutine's memory. With 24 bytes
// less a switch takes a fourteenth less.
struct promise_base : in_coroutine_memory {
    frame* mailbox = nullptr;        // of the task; unset until the coroutine is awaited or spawned
    promise_base* caller = nullptr;  // who awaits this coroutine; null for the outermost
    site standing_at;                // its latest `co_await`; before the first, its own function
    std::exception_ptr error;

    // The coroutine around the promise. It begins at the same distance for each kind of them, which
    // get_return_object makes sure of.
    std::coroutine_handle<> self() {
        return std::coroutine_handle<promise_base>::from_promise(*this);
    }
};

// A trap whose answer is more than the kernel's: one of the traps (`asks`), with a function `open`
// that makes the answer in the asker's own step, once the kernel has replied. Objects that only
// have to wait and look offer these, where a coroutine would cost its memory for each wait. They
// may own something, for they have constructors: GCC 12 destroys aggregates twice, not those.
template <class R>
concept is_opened_trap = requires(const R& asked) {
    asked.open();
    requires is_trap<typename R::asks>;
    static_cast<const typename R::asks*>(&asked);
};

template <class R>
struct kind_of_trap {
    using type = R;
};
template <is_opened_trap R>
struct kind_of_trap<R> {
    using type = typename R::asks;
};

// A gate asks for nothing before await_suspend. Where an expression awaits twice, the compiler may
// make both gates before it waits at either; only then has this one's turn come. (The coroutine is
// said to stand at the second line all the while, if those are two.)

// Puts a request into the mailbox and waits for the kernel's answer. The trap itself lives in the
// memory of the coroutine that asks, as a part of the expression that awaits it.
template <class R>
class gate {
public:
    gate(const R& asked, frame& mailbox) : asked_(&asked), mailbox_(&mailbox) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) const noexcept {
        mailbox_->asked.template emplace<const typename kind_of_trap<R>::type*>(asked_);
        ++mailbox_->traps;
    }
    typename R::answer await_resume() const {
        const std::int64_t value = open_reply(*mailbox_);
        if constexpr (is_opened_trap<R>) {
            return asked_->open();
        } else {
            return static_cast<typename R::answer>(value);
        }
    }

private:
    const R* asked_;
    frame* mailbox_;
};

// Lets another coroutine run and waits for its end.
template <class T>
class call_gate {
public:
    explicit call_gate(coroutine<T>& callee) : callee_(&callee) {}
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> calling) const {
        callee_->enter(calling.promise());
    }
    T await_resume() const { return callee_->take_result(); }

private:
    coroutine<T>* callee_;
};

// The last stop of a coroutine: its caller goes on, or the task has ended.
struct return_gate {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> ending) const noexcept {
        promise_base& me = ending.promise();
        me.mailbox->ask_nothing();
        if (me.caller != nullptr) {
            me.mailbox->innermost = me.caller;
        } else {
            me.mailbox->returned = true;
        }
    }
    void await_resume() const noexcept {}
};

// A coroutine that was given away is used, or one that was awaited is spawned (coroutine.cpp).
[[noreturn]] void throw_moved_away();
[[noreturn]] void throw_awaited_already();

template <class T>
concept is_coroutine = requires {
    typename T::giambio_coroutine;
};

template <class T>
struct promise_common : promise_base {
    // The default argument is evaluated in the coroutine's function, so it names that function.
    coroutine<T> get_return_object(site at = site::current());
    std::suspend_always initial_suspend() const noexcept { return {}; }
    return_gate final_suspend() const noexcept { return {}; }
    void unhandled_exception() { error = std::current_exception(); }

    template <class Asked>
    auto await_transform(Asked&& asked, site at = site::current()) {
        using plain = std::remove_cvref_t<Asked>;
        standing_at = at;
        if constexpr (is_trap<plain> || is_opened_trap<plain>) {
            return gate<plain>(asked, *mailbox);
        } else if constexpr (is_coroutine<plain>) {
            return call_gate<typename plain::answer>(asked);
        } else {
            static_assert(is_trap<plain>,
                          "co_await takes a trap or a giambio::coroutine and nothing else; what "
                          "cannot block is a plain function and is called without co_await");
        }
    }
};

template <class T>
struct coroutine_promise : promise_common<T> {
    std::optional<T> value;
    template <class From = T>
    requires std::is_convertible_v<From&&, T>
    void return_value(From&& from) { value.emplace(std::forward<From>(from)); }
};

template <>
struct coroutine_promise<void> : promise_common<void> {
    void return_void() const noexcept {}
};

// Code that can stop. It runs when it is awaited or spawned, not when it is called.
template <class T = void>
class [[nodiscard("a coroutine does nothing until it is awaited or spawned")]] coroutine {
public:
    using promise_type = coroutine_promise<T>;
    using answer = T;                // as a trap has one
    using giambio_coroutine = void;  // how await_transform recognises it

    explicit coroutine(promise_type & mine) : mine_(&mine) {}
    coroutine(coroutine && other) noexcept : mine_(std::exchange(other.mine_, nullptr)) {}
    coroutine& operator=(coroutine&& other) noexcept {
        std::swap(mine_, other.mine_);
        return *this;
    }
    ~coroutine() {
        if (mine_ == nullptr) return;
        if (mine_->mailbox == nullptr) report_dropped(mine_->standing_at);
        mine_->self().destroy();
    }

    // Before it has run: where its function is.
    site standing_at() const {
        return promise().standing_at;
    }

    // Called by the promise of the coroutine that awaits this one.
    void enter(promise_base & caller);

    // Called once, after the end: the result, or the error thrown on.
    T take_result() {
        if (mine_->error) std::rethrow_exception(mine_->error);
        if constexpr (!std::is_void_v<T>) return *std::move(mine_->value);
    }

    // Gives the coroutine away, to be the outermost one of a task (task.hpp).
    promise_type& release() {
        promise_type& given = promise();
        if (given.mailbox != nullptr) throw_awaited_already();
        mine_ = nullptr;
        return given;
    }

private:
    promise_type& promise() const {
        if (mine_ == nullptr) throw_moved_away();
        return *mine_;
    }

    promise_type* mine_;
};

// What can be awaited: a coroutine, or a trap alone, sleep(2s).
template <class A>
concept awaitable = is_coroutine<A> || is_trap<A> || is_opened_trap<A>;

template <class A>
using awaited = typename A::answer;

template <class A, class T>
concept awaitable_of = awaitable<A> && std::same_as<awaited<A>, T>;

// What is to become a task, or a member of a list, is a coroutine.
template <class T>
coroutine<T>&& as_coroutine(coroutine<T>&& body) {
    return std::move(body);
}
template <class R>
requires(is_trap<R> || is_opened_trap<R>) coroutine<awaited<R>> as_coroutine(R asked) {
    co_return co_await asked;
}

template <class T>
coroutine<T> promise_common<T>::get_return_object(site at) {
    static_assert(alignof(coroutine_promise<T>) <= 2 * sizeof(void*),
                  "a coroutine cannot return what is aligned to more than 16 bytes");
    standing_at = at;
    return coroutine<T>(static_cast<coroutine_promise<T>&>(*this));
}

template <class T>
void coroutine<T>::enter(promise_base& caller) {
    if (promise().mailbox != nullptr) throw misuse("a coroutine can be awaited only once");
    mine_->mailbox = caller.mailbox;
    mine_->caller = &caller;
    caller.mailbox->innermost = mine_;
    caller.mailbox->ask_nothing();
}

}  // namespace giambio
