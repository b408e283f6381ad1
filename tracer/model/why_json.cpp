// The answers to "why?" for a program.
//
// Internal to tracer/; its functions are declared in why_text.hpp.
#include "tracer/model/why_text.hpp"
#include "tracer/model/words.hpp"

#include <nlohmann/json.hpp>

namespace giambio::trace {
namespace {

using json = nlohmann::ordered_json;

std::string text_of(const json& made) {
    return made.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

json seq_of(const recording& of, std::uint32_t index) {
    if (index == life::never) return nullptr;
    return of.events.seq(index);
}

json steps_of(const recording& of, const std::vector<step_meanwhile>& steps) {
    json made = json::array();
    for (const step_meanwhile& each : steps)
        made.push_back({{"task", of.task_name(each.task)},
                        {"seq", of.events.seq(each.begins)},
                        {"ns", each.inside}});
    return made;
}

json gap_of(const recording& of, const gap& that) {
    json made{{"task", of.task_name(that.task)},
              {"from", that.from},
              {"to", that.to},
              {"over", that.over},
              {"left_seq", seq_of(of, that.left)},
              {"wake_seq", seq_of(of, that.woken)},
              {"ran_seq", seq_of(of, that.ran)},
              {"asked_ns", that.asked},
              {"loop_ns", that.loop},
              {"queue_ns", that.queue},
              {"in_loop", steps_of(of, that.in_loop)},
              {"in_queue", steps_of(of, that.in_queue)},
              {"causes", json::array()}};
    for (const std::uint32_t each : that.causes)
        made["causes"].push_back({{"seq", of.events.seq(each)},
                                  {"t", of.events.time(each)},
                                  {"what", sentence(of, of.events[each])}});
    made["missing_cause"] = that.missing_cause == 0 ? json(nullptr) : json(that.missing_cause);
    return made;
}

}  // namespace

std::string gap_json(const recording& of, const gap& before) {
    return text_of(gap_of(of, before));
}

std::string why_json(const recording& of, const state& now, std::uint32_t task,
                     const why_answer& answer) {
    constexpr const char* words[] = {"not there yet", "running", "ready", "parked", "ended"};
    json made{{"task", of.task_name(task)},
              {"seq", now.seq},
              {"t", now.t},
              {"is", words[static_cast<std::size_t>(answer.is)]},
              {"sentence", situation(of, now, task)}};
    if (answer.gap.left != life::never) made["gap"] = gap_of(of, answer.gap);
    made["waits_for"] = json::array();
    for (std::size_t i = 1; i < answer.chain.size(); ++i)
        made["waits_for"].push_back(of.task_name(answer.chain[i]));
    made["deadlock"] = answer.circle < answer.chain.size();
    made["nobody_can_end_it"] = answer.nobody || answer.circle < answer.chain.size();
    return text_of(made);
}

std::string path_json(const recording& of, const std::vector<path_piece>& path) {
    constexpr const char* words[] = {"running", "queue", "outside", "busy", "before"};
    json made = json::array();
    for (const path_piece& each : path)
        made.push_back({{"task", of.task_name(each.task)},
                        {"spent", words[static_cast<std::size_t>(each.with)]},
                        {"seq", of.events.seq(each.begins)},
                        {"from", each.from},
                        {"to", each.to},
                        {"ns", each.to - each.from}});
    return text_of(made);
}

}  // namespace giambio::trace
