// What got lost: coroutines that nobody awaited, values that nobody asked for, errors that reached
// nobody, descriptors that nobody closed.
//
// The kernel tells most of it itself, in the very words. Here it is decided when that is no
// mistake: a coroutine that was not awaited because a cancel or an error came in between.
// Internal to tracer/model/.
#include "tracer/model/check_families.hpp"
#include "tracer/model/phrases.hpp"
#include "tracer/model/words.hpp"

namespace giambio::trace {
namespace {

struct failed_task {
    std::uint32_t task = 0;
    std::uint64_t seq = 0;  // of its exit
    std::uint32_t at = 0;
    std::string_view error;
};

class loss_family final : public family {
public:
    using family::family;

    void see(const event& next) override {
        switch (next.kind) {
            case kind::switch_in:
                interrupted_ = false;
                return;
            case kind::cancel_deliver:
                interrupted_ = true;
                return;
            case kind::reply:
                interrupted_ = interrupted_ || !of().text(next, key::error).empty();
                return;
            case kind::coroutine_dropped:
                return look_at_dropped(next);
            case kind::never_joined:
                return look_at_unjoined(next);
            case kind::exit:
                return look_at_exit(next);
            case kind::wake:
                return look_at_joiner(next);
            case kind::run_end:
                return look_at_end(next);
            case kind::fd_forget:
                return look_at_descriptor(next);
            default:
                return;
        }
    }

private:
    // A step in which a cancel or an error arrived unwinds past awaits that were to come.
    void look_at_dropped(const event& dropped) {
        if (interrupted_) return;
        found_.add(rule_id::never_awaited, dropped.at, 0, {{dropped.seq}, {dropped.task}, {}}, [&] {
            return name(dropped.task) + " called " +
                   std::string(of().text(dropped, key::function)) + in_brackets(of(), dropped.at) +
                   " and never awaited it, so nothing of it was done.";
        });
    }

    void look_at_unjoined(const event& told) {
        const std::uint32_t target = id_in(of(), told, key::target);
        const task_row* who = scene_.task(target);
        const std::uint64_t born = who == nullptr ? 0 : who->born_seq;
        found_.add(rule_id::never_joined, told.at, 0, {{told.seq, born}, {target}, {}}, [&] {
            return "Nobody can ask any more for what " + name(target) + " returned" +
                   in_brackets(of(), told.at) + ".";
        });
    }

    // An error of a task in a pool goes to the pool's block; that of a task of the run to those who
    // join it, and else to whoever started the run.
    void look_at_exit(const event& exit) {
        const task_row* who = scene_.task(exit.task);
        if (who == nullptr || who->pool != 0 || of().text(exit, key::outcome) != "error") return;
        failed_.push_back({exit.task, exit.seq, who->born_at, of().text(exit, key::error)});
    }

    void look_at_joiner(const event& wake) {
        if (failed_.empty() || wake.cause != failed_.back().seq) return;
        // The main task's error ends the run whoever has joined it.
        if (of().text(wake, key::why) == "exit" && failed_.back().task != scene_.main)
            failed_.pop_back();
    }

    void look_at_end(const event& end) {
        const std::string_view outcome = of().text(end, key::outcome);
        if (outcome != "interrupt" && outcome != "deadlock") return;
        for (const failed_task& each : failed_) {
            found_.add(rule_id::exception_dropped, each.at, 0,
                       {{each.seq, end.seq}, {each.task}, {}}, [&] {
                           return name(each.task) + " failed with \"" + one_line(each.error) +
                                  "\", but the run ended as " +
                                  (outcome == "deadlock" ? "a deadlock" : "an interrupt") +
                                  ", so that is what `start` throws; this error reaches nobody.";
                       });
        }
    }

    // With nobody alive, it is the end of the run that closes what is left.
    void look_at_descriptor(const event& forgotten) {
        if (forgotten.task != 0 || scene_.alive != 0) return;
        const std::uint32_t fd = id_in(of(), forgotten, key::fd);
        found_.add(
            rule_id::descriptor_left, fd, 0, {{forgotten.cause, forgotten.seq}, {}, {}}, [&] {
                return "descriptor " + std::to_string(fd) +
                       " was still open, and the loop still listened to it, when the last task had "
                       "ended; the end of the run closed it.";
            });
    }

    bool interrupted_ = false;  // in the step that goes on
    std::vector<failed_task> failed_;
};

}  // namespace

made_family loss_warnings(const scene& now, const check_limits& from, findings& into) {
    return std::make_unique<loss_family>(now, from, into);
}

}  // namespace giambio::trace
