// Where the families of warnings put what they find: the same thing at the same place becomes one
// warning with a count.
//
// Each family calls `add`; check.cpp takes the result. A server with ten thousand slow handlers has
// one warning, told by the worst of them.
// Not here: what is worth a warning (check_*.cpp).
// Kept true: a sentence is made only for what is the worst of its group so far, so finding the same
// thing a hundred thousand times costs little.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/check.hpp"

#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace giambio::trace {

// What the trace shows of one finding: trace events, tasks, objects. Zeros stand for none.
struct evidence {
    std::vector<std::uint64_t> seqs;
    std::vector<std::uint32_t> tasks;
    std::vector<std::uint32_t> objects;
};

class findings {
public:
    // `place` tells things apart that are not the same: a site, an object, a task. `weight` says
    // which one of a place is the worst.
    void add(rule_id rule, std::uint64_t place, std::int64_t weight, const evidence& shown,
             const std::function<std::string()>& sentence);

    // By rule, the worst first; the findings are empty then.
    std::vector<warning> take();

private:
    struct group {
        warning told;
        std::int64_t weight = 0;
        std::vector<std::uint64_t> more;  // first seqs of those that are not the worst
    };
    std::map<std::pair<rule_id, std::uint64_t>, group> groups_;
};

}  // namespace giambio::trace
