// The checks against what came before, and what a recording remembers of each trace event.
//
// Internal to tracer/model/.
#include "tracer/model/event_taker.hpp"

#include <nlohmann/json.hpp>

namespace giambio::trace {

// What is left out of a trace event that is otherwise good: better than to lose all of it.
void event_taker::leave_out(const std::string& what) {
    if (!fault_.empty()) fault_ += ' ';
    fault_ += what;
}

bool event_taker::take(event made, std::uint64_t keys_at) {
    if (!fault_.empty()) fault_.clear();
    if (made.seq <= last_seq_) {
        leave_out("The seq " + std::to_string(made.seq) +
                  " does not rise: the trace event before has " + std::to_string(last_seq_) + ".");
        return false;
    }
    check_order(made);
    check_site(made.at);
    made.index = static_cast<std::uint32_t>(into_->events.size());
    if (!into_->events.add(made, keys_at)) {
        leave_out("There are too many trace events, or too many bytes between two of them.");
        return false;
    }
    last_seq_ = made.seq;
    last_t_ = made.t;
    if (made.kind == kind::park) check_chain(made);
    remember(made);
    return true;
}

void event_taker::check_order(event& made) {
    if (made.t < last_t_) {
        leave_out("The time " + std::to_string(made.t) +
                  " is before that of the trace event before; that one's is used.");
        made.t = last_t_;
    }
    if (made.cause >= made.seq) {
        leave_out("The cause " + std::to_string(made.cause) +
                  " is not before the trace event itself; it is left out.");
        made.cause = 0;
    }
}

void event_taker::check_site(std::uint32_t& site) {
    if (site == 0 || into_->site_of(site) != nullptr) return;
    if (missing_sites_.insert(site).second)
        leave_out("The site " + std::to_string(site) +
                  " was not defined before it is used; its place is left out everywhere.");
    site = 0;
}

// A chain is read again whenever somebody asks; here only its sites are checked.
void event_taker::check_chain(const event& made) {
    into_->each_link(made, [this](std::uint32_t site) { check_site(site); });
}

// Tasks and objects are heard of by id, and whoever asks for one later must not have to look
// through the recording.
void event_taker::remember(const event& made) {
    const auto row_of = [&](id_table<life>& lives, key which) -> life* {
        const std::int64_t id = into_->number(made, which).value_or(0);
        if (id <= 0 || id > std::int64_t{0xffffffff}) return nullptr;
        return &lives[static_cast<std::uint32_t>(id)];
    };
    const auto begins = [&](life* row) {
        if (row != nullptr && row->born == life::never) row->born = made.index;
    };
    switch (made.kind) {
        case kind::spawn:
            begins(row_of(into_->tasks_, key::child));
            break;
        case kind::object_new:
            begins(row_of(into_->objects_, key::object));
            break;
        case kind::object_end:
            if (life* row = row_of(into_->objects_, key::object)) row->ended = made.index;
            break;
        case kind::exit:
            if (made.task == 0) break;
            into_->tasks_[made.task].ended = made.index;
            into_->exits_.push_back(made.index);
            break;
        default:
            break;
    }
}

void event_taker::decode_texts() {
    const char* const file = into_->text_->bytes().data();
    for (own_keys keys = into_->keys_of(into_->events.back()); keys.next();) {
        if (!keys.is_text() || !keys.has_escapes()) continue;
        const std::string_view quoted(keys.value().data() - 1, keys.value().size() + 2);
        into_->decoded_.emplace(
            static_cast<std::uint64_t>(keys.value().data() - file),
            std::make_shared<const std::string>(nlohmann::json::parse(quoted).get<std::string>()));
    }
}

}  // namespace giambio::trace
