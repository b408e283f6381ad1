// The chains of task-local values. See locals.hpp.
// Internal to traps/.
#include "traps/locals.hpp"

namespace giambio {

void release_locals(local_values* chain) noexcept {
    while (chain != nullptr && --chain->holders == 0) {
        local_values* older = chain->older;
        delete chain;
        chain = older;
    }
}

void inherit_locals(const frame& from, frame& to) {
    to.with_extras().locals = from.locals();
    ++from.locals()->holders;
}

void* find_local(const frame& in, const void* key) {
    for (const local_values* each = in.locals(); each != nullptr; each = each->older) {
        if (each->key == key) return each->value.get();
    }
    return nullptr;
}

// As far as nobody else holds the chain, a value is changed in place: a task that sets its keys
// again and again does not make the chain longer. The new link takes over the hold of the old head.
void set_local(frame& in, const void* key, std::shared_ptr<void> value) {
    for (local_values* each = in.locals(); each != nullptr && each->holders == 1;
         each = each->older) {
        if (each->key != key) continue;
        each->value = std::move(value);
        return;
    }
    in.with_extras().locals = new local_values{key, std::move(value), in.locals(), 1};
}

}  // namespace giambio
