// refused with: cannot convert
//
// A timer's number is not a task's, though both are small numbers (rule R17).
#include <giambio.hpp>

giambio::task_id same(giambio::task_id id) {
    return id;
}

int main() {
#ifdef FIXED
    const giambio::task_id id{1};
#else
    const giambio::timer_id id{1};
#endif
    return static_cast<int>(giambio::number_of(same(id)));
}
