"""The cases of the kernel: switches, tasks, timers, memory, without any input or output.

Internal to tests/bench/.
"""

import os

from measuring import case, told_by


def each_of(program, what, count, trace=None):
    """What one operation of a case costs, on a program of ours or a peer's."""
    def measure():
        if trace:
            os.environ["GIAMBIO_BENCH_TRACE"] = trace
        try:
            return told_by(program, what, count)["each"]
        finally:
            os.environ.pop("GIAMBIO_BENCH_TRACE", None)
    return measure


def beside(what, count, *, minimal=True, asio=True, traced=True):
    ways = {"ours": each_of("bench-ours", what, count)}
    if traced:
        ways["ours, traced"] = each_of("bench-ours", what, count, "memory")
    if minimal:
        ways["minimal"] = each_of("bench-minimal", what, count)
    if asio:
        ways["asio"] = each_of("bench-asio", what, count)
    return ways


def kernel_cases(folder, brief):
    def size(count):
        return max(1, count // 1000) if brief else count

    for tasks in (1, 10, 1000, 100_000):
        ways = beside("switch", size(tasks))
        ways["minimal, as large"] = each_of("bench-minimal", "switch-large", size(tasks))
        yield case(f"kernel-switch-{tasks}", f"a yield in a round of {tasks} tasks", "ns",
                   ways, "ours", ("asio", "minimal, as large"), "minimal",
                   bar="<= 3.0 x minimal, <= 0.10 x asio; traced <= 0.45 x asio")
    ways = beside("spawn", size(1_000_000))
    ways["bare frame"] = each_of("bench-minimal", "bare-frame", size(1_000_000))
    yield case("kernel-spawn", "a task is spawned and joined", "ns", ways, "ours", ("asio",),
               "bare frame", bar="<= 0.20 x asio, <= 2 x bare frame")
    for count in (100_000, 1_000_000):
        yield case(f"kernel-parked-{count}", f"one of {count} tasks that wait on an event", "bytes",
                   beside("parked", size(count), traced=False), "ours", ("asio",), "minimal",
                   bar="<= 0.35 x asio")
        yield case(f"kernel-asleep-{count}", f"one of {count} tasks that sleep", "bytes",
                   beside("asleep", size(count), minimal=False, traced=False), "ours", ("asio",),
                   bar="<= 0.35 x asio")
    yield case("kernel-timers", "one of 1,000,000 sleeps of random length, all included", "ns",
               beside("timers", size(1_000_000)), "ours", ("asio",), "minimal",
               bar="<= 0.30 x asio")
    for what, told in (("deadlines", "a time limit that is set and not met"),
                       ("dropped", "one of 1,000,000 time limits, all set and then all dropped"),
                       ("lock", "a lock handed over"), ("queue", "an item through a queue of one"),
                       ("event", "an event that is made, waited for and triggered"),
                       ("cancel", "one of 100,000 tasks cancelled together"),
                       ("start-up", "a run of nothing, from scheduler to end")):
        count = {"cancel": 100_000, "start-up": 200}.get(what, 1_000_000)
        yield case(f"kernel-{what}", told, "ns",
                   beside(what, size(count), minimal=False, asio=False), "ours")
