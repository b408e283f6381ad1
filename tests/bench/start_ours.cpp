// The smallest program on our kernel: its main task has nothing to do.
//
// bench_program.py starts it and start_minimal.cpp; what it takes longer is our library's start.
// Internal to tests/bench/.
#include <giambio.hpp>

namespace {

giambio::coroutine<> nothing() {
    co_return;
}

}  // namespace

int main() {
    giambio::async_scheduler().start(nothing());
    return 0;
}
