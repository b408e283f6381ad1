// Those who watch a run: observers that come and go.
//
// The scheduler calls in.
// Not here: what is told (chronicle.cpp), keeping and handing over (tape.cpp).
// Kept true: watching changes nothing for the tasks.
// Internal to kernel/.
#include "kernel/kernel.hpp"

namespace giambio {

run_facts kernel::facts() const {
    return {time_.name(), io_.name(), io_.seed(), budget_, shuffle_};
}

void kernel::add_observer(observer& newcomer, bool at_once) {
    if (at_once) told_.hand_over_at_once();
    told_.add(newcomer);
    if (begun_) newcomer.begin(facts());  // the others were told when the run began
}

}  // namespace giambio
