// refused with: a lesson counts in whole numbers
//
// Tries must_not_compile_test.py itself: nothing of giambio is needed for this refusal. The other
// programs of this folder look the same: the sentence, and the wrong line beside the right one.
#include <concepts>

template <class T>
constexpr T next(T number) {
    static_assert(std::integral<T>, "a lesson counts in whole numbers");
    return number + 1;
}

int main() {
#ifdef FIXED
    return next(1);
#else
    return static_cast<int>(next(1.5));
#endif
}
