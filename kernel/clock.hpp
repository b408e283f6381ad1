// What time it is, in the run. Nobody else asks the time.
//
// The loop and the handlers call in. The real clock follows the machine. The virtual clock stands
// still while tasks run: only `busy` moves it, and the simulated network, when the loop has nothing
// else to do, moves it to the next moment at which something happens (rule R12).
// Kept true: time never goes back.
// Internal to kernel/.
#pragma once

#include "kernel/tick_counter.hpp"
#include "traps/ids.hpp"

namespace giambio {

class clock {
public:
    virtual ~clock() = default;
    virtual moment now() const = 0;
    // Uses up time: keeps the processor busy, or just moves the hands.
    virtual void burn(duration length) = 0;
    virtual bool is_virtual() const = 0;
    const char* name() const { return is_virtual() ? "virtual" : "real"; }
};

class real_clock final : public clock {
public:
    moment now() const override { return passed_.passed(); }
    void burn(duration length) override {
        const moment until = later(now(), length);
        while (now() < until) {
        }
    }
    bool is_virtual() const override { return false; }

private:
    mutable tick_counter passed_;  // it keeps what it has learned of the machine
};

class virtual_clock final : public clock {
public:
    moment now() const override { return hands_; }
    void burn(duration length) override { hands_ = later(hands_, length); }
    void jump_to(moment ahead) {
        if (ahead > hands_) hands_ = ahead;
    }
    bool is_virtual() const override { return true; }

private:
    moment hands_{};
};

}  // namespace giambio
