// Makes one row of the list of trace events.
//
// Called by the drawing for each row in sight, and by tests. Not here: which rows are in sight.
// Kept true: a row depends on nothing but its arguments.
// Internal to gui/; public to it through event_list.hpp.
#include "gui/model/event_list.hpp"

#include "gui/model/look.hpp"
#include "tracer/model/words.hpp"

namespace giambio::gui {

event_row event_row_at(const trace::recording& of, const causes& why, std::size_t index,
                       std::size_t playhead) {
    const trace::event that = of.events[index];
    event_row made;
    made.seq = std::to_string(that.seq);
    made.time = trace::duration_text(that.t);
    made.turn = std::to_string(that.turn);
    made.who = name_of(of, that.task);
    made.kind = trace::word_of(that.kind);
    made.sentence = trace::sentence(of, that);
    made.begins_turn = index > 0 && of.events[index - 1].turn != that.turn;
    if (index == playhead)
        made.relation = relation::current;
    else if (why.cause_of(playhead) == index)
        made.relation = relation::cause;
    else if (why.cause_of(index) == playhead)
        made.relation = relation::effect;
    return made;
}

}  // namespace giambio::gui
