// refused with: a request is plain data
//
// GCC 12 destroys some temporaries of a co_await expression twice, so a request must have nothing
// to destroy: no string, no vector, only values and pointers to what the asker keeps.
#include "traps/request.hpp"

#include <string>

struct shout {
#ifdef FIXED
    const char* text;
#else
    std::string text;
#endif
};

int main() {
    giambio::check_request_set(giambio::request_of<shout>());
}
