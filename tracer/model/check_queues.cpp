// Queues that grow because more is put than taken, and nothing stops those who put.
//
// From one moment at which a queue is empty to the next, its peak is watched: how many items, over
// how many turns they were put, and how many were taken on the way up. A queue that is filled in
// one go and then worked off is no such case, nor is one that made somebody
// wait for room.
// Internal to tracer/model/.
#include "tracer/model/check_families.hpp"
#include "tracer/model/phrases.hpp"
#include "tracer/model/words.hpp"

namespace giambio::trace {
namespace {

// Growth is something that goes on for a while.
constexpr std::uint32_t fewest_turns = 16;
// Somebody who takes an item now and then works on it meanwhile.
constexpr std::int64_t fewest_gets = 2;

struct queue_row {
    std::uint32_t id = 0;
    std::uint32_t putter = 0;
    std::uint32_t getter = 0;
    std::uint32_t turn = 0;   // of the latest put
    std::uint32_t turns = 0;  // in which something was put, since it was empty
    std::uint32_t peak_turns = 0;
    std::int64_t length = 0;
    std::int64_t gets = 0;  // since it was empty
    std::int64_t peak = 0;
    std::int64_t peak_gets = 0;
    std::uint64_t from_seq = 0;  // the first put
    std::uint64_t peak_seq = 0;
    std::int64_t from = 0;
    std::int64_t peak_t = 0;
};

// An object of the queue's type on which somebody has parked.
struct line_row {
    std::uint32_t id = 0;
    std::uint32_t at = 0;  // where it was made
};

class queue_family final : public family {
public:
    using family::family;

    void see(const event& next) override {
        if (next.kind == kind::park) return look_at_park(next);
        if (next.kind == kind::object_end) return end(id_in(of(), next, key::object));
        if (next.kind != kind::object_op) return;
        const std::uint32_t id = id_in(of(), next, key::object);
        const object_row* object = scene_.object(id);
        if (object == nullptr || object->kind != object_kind::queue) return;
        const std::string_view op = of().text(next, key::op);
        const std::int64_t length = of().number(next, key::length).value_or(0);
        queue_row& queue = queues_[id];
        if (op == "put" || op == "send") put(queue, next, length);
        if (op == "get" || op == "receive") {
            ++queue.gets;
            queue.getter = next.task;
        }
        queue.length = length;
        if (length > 0) return;
        judge(queue);
        queues_.erase(id);
    }

    void finish() override {
        queues_.each([&](const queue_row& each) { judge(each); });
    }

private:
    void look_at_park(const event& next) {
        if (of().text(next, key::on) != "object") return;
        const object_row* line = scene_.object(id_in(of(), next, key::object));
        if (line != nullptr && line->kind == object_kind::queue) lines_[line->id].at = line->at;
    }

    // A queue is two lines, of those who want an item and of those who want room; they are made
    // together, so their numbers are neighbours. Its operations are told of the first alone.
    bool somebody_waited_for_room(std::uint32_t queue, std::uint32_t made_at) const {
        const auto is_its_other = [&](std::uint32_t line) {
            const line_row* parked = lines_.find(line);
            return parked != nullptr && parked->at == made_at;
        };
        return is_its_other(queue + 1) || (queue > 1 && is_its_other(queue - 1));
    }

    static void put(queue_row& queue, const event& next, std::int64_t length) {
        if (queue.turns == 0) {
            queue.from_seq = next.seq;
            queue.from = next.t;
        }
        if (queue.turns == 0 || queue.turn != next.turn) ++queue.turns;
        queue.turn = next.turn;
        queue.putter = next.task;
        if (length <= queue.peak) return;
        queue.peak = length;
        queue.peak_seq = next.seq;
        queue.peak_t = next.t;
        queue.peak_gets = queue.gets;
        queue.peak_turns = queue.turns;
    }

    void end(std::uint32_t id) {
        const queue_row* queue = queues_.find(id);
        if (queue == nullptr) return;
        judge(*queue);
        queues_.erase(id);
    }

    // Somebody takes, but not fast enough; or nobody does, and most of it stays where it is.
    void judge(const queue_row& queue) {
        if (queue.peak < limits_.queue_growth || queue.peak_turns < fewest_turns) return;
        const bool too_slow = queue.peak_gets >= fewest_gets;
        const bool stays = queue.length >= queue.peak / 2;
        if (!too_slow && !stays) return;
        const object_row* object = scene_.object(queue.id);
        const std::uint32_t made_at = object == nullptr ? 0 : object->at;
        if (somebody_waited_for_room(queue.id, made_at)) return;
        found_.add(
            rule_id::queue_growth, made_at == 0 ? queue.id : made_at, queue.peak,
            {{queue.from_seq, queue.peak_seq}, {queue.putter, queue.getter}, {queue.id}}, [&] {
                return of().object_name(queue.id) + " grew to " + counted(queue.peak, "item") +
                       " within " + duration_text(queue.peak_t - queue.from) + ": " +
                       name(queue.putter) + " put, and only " + counted(queue.peak_gets, "item") +
                       (queue.peak_gets == 1 ? " was" : " were") +
                       " taken meanwhile. Nobody who put had to wait.";
            });
    }

    id_table<queue_row> queues_;
    id_table<line_row> lines_;
};

}  // namespace

made_family queue_warnings(const scene& now, const check_limits& from, findings& into) {
    return std::make_unique<queue_family>(now, from, into);
}

}  // namespace giambio::trace
