// The limit of a program's start: an empty main. See start_ours.cpp.
// Internal to tests/bench/.
int main() {
    return 0;
}
