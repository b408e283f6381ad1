"""The cases of the kernel: switches, tasks, timers, memory, without any input or output.

Internal to tests/bench/.
"""

from pathlib import Path

from counting import INSTRUCTIONS, each_by_difference
from measuring import PYTHONS, case, on_processor, told_by, told_by_command

TO_MEMORY = {"GIAMBIO_BENCH_TRACE": "memory"}
INTO_A_RING = {"GIAMBIO_BENCH_TRACE": "ring"}
# All ways on one and the same processor: another one may have other neighbours.
PINNED = on_processor(0)
ASYNCIO = Path(__file__).with_name("kernel_asyncio.py")
# Operations of a trace in a file, so that it stays small enough for any disk.
MOST_IN_A_FILE = 100_000


def each_of(program, what, count, **environment):
    """What one operation of a case costs, on a program of ours or a peer's."""
    return lambda: told_by(program, what, count, prefix=PINNED, **environment)["each"]


def each_to_a_file(folder, what, count):
    """The same with the whole trace written, of so many operations that it stays below 400 MB."""
    file = Path(folder, "kernel.jsonl")
    few = min(count, MOST_IN_A_FILE)

    def measure():
        told = told_by("bench-ours", what, few, prefix=PINNED, GIAMBIO_TRACE=str(file),
                       GIAMBIO_BENCH_ABOUT=str(max(100_000, 3 * few)))
        written = file.stat().st_size
        file.unlink()
        return told["each"], {"operations": told["count"], "MB written": written / 1e6}
    return measure


def each_in_asyncio(what, count):
    """A peer that takes some hundred times as long, so of fewer operations."""
    def measure():
        told = told_by_command([*PINNED, PYTHONS[0], ASYNCIO, what, str(count)])
        return told["each"], {"operations": told["count"]}
    return measure


def beside(folder, what, count, *, minimal=True, asio=True):
    ways = {"ours": each_of("bench-ours", what, count),
            "ours, traced": each_of("bench-ours", what, count, **TO_MEMORY),
            "ours, to a file": each_to_a_file(folder, what, count)}
    if minimal:
        ways["minimal"] = each_of("bench-minimal", what, count)
    if asio:
        ways["asio"] = each_of("bench-asio", what, count)
    return ways


def instructions_of(folder, program, what, brief, **environment):
    """Of a switch among 1,000 tasks, or of a spawn and join."""
    def run(prefix, length):
        count, about = (1000, length) if what == "switch" else (length, 0)
        return told_by(program, what, count, prefix=prefix, GIAMBIO_BENCH_ABOUT=str(about),
                       **environment)["count"]
    return each_by_difference(folder, INSTRUCTIONS, "instructions", run, 4000 if brief else 40_000)


def instructions_case(folder, what, told, brief):
    ways = {"ours": instructions_of(folder, "bench-ours", what, brief),
            "ours, traced": instructions_of(folder, "bench-ours", what, brief, **TO_MEMORY),
            "minimal": instructions_of(folder, "bench-minimal", what, brief),
            "asio": instructions_of(folder, "bench-asio", what, brief)}
    limit = "minimal"
    if what == "spawn":
        ways["minimal, a task"] = instructions_of(folder, "bench-minimal-task", what, brief)
        ways["bare frame"] = instructions_of(folder, "bench-minimal", "bare-frame", brief)
        limit = "bare frame"
    return case(f"kernel-{what}-instructions", told, "user-mode instructions", ways, "ours",
                ("asio",), limit)


def not_alike(count):
    """There is no ratio to a file with the trace of fewer operations."""
    return ("ours, to a file",) if count > MOST_IN_A_FILE else ()


def memory_case(folder, what, count, size):
    """Of a task that waits or sleeps, beside the frame of its coroutine."""
    ways = beside(folder, f"{what}-beside", size, minimal=False, asio=False)
    return case(f"kernel-{what}-beside-{count}", f"one of {count} tasks, beside its coroutine",
                "bytes", ways, "ours", bar="<= 192", unlike=("ours, to a file",))


def kernel_cases(folder, brief):
    def size(count):
        return max(1, count // 1000) if brief else count

    for tasks in (1, 10, 1000, 100_000):
        ways = beside(folder, "switch", size(tasks))
        ways["ours, kept"] = each_of("bench-ours", "switch", size(tasks), **INTO_A_RING)
        ways["minimal, as large"] = each_of("bench-minimal", "switch-large", size(tasks))
        ways["minimal, recorded"] = each_of("bench-minimal", "switch-recorded", size(tasks))
        ways["asyncio"] = each_in_asyncio("switch", size(tasks))
        yield case(f"kernel-switch-{tasks}", f"a yield in a round of {tasks} tasks", "ns",
                   ways, "ours", ("asio", "asyncio"), "minimal",
                   bar="<= 3.0 x minimal, <= 0.10 x asio; traced <= 0.45 x asio")
    yield instructions_case(folder, "switch", "a yield in a round of 1000 tasks", brief)
    ways = beside(folder, "spawn", size(1_000_000))
    ways["minimal, a task"] = each_of("bench-minimal-task", "spawn", size(1_000_000))
    ways["bare frame"] = each_of("bench-minimal", "bare-frame", size(1_000_000))
    ways["asyncio"] = each_in_asyncio("spawn", size(100_000))
    yield case("kernel-spawn", "a task is spawned and joined", "ns", ways, "ours",
               ("asio", "asyncio"), "bare frame", bar="<= 0.20 x asio, <= 2 x bare frame",
               unlike=not_alike(1_000_000))
    yield instructions_case(folder, "spawn", "a task is spawned and joined", brief)
    for count in (100_000, 1_000_000):
        yield case(f"kernel-parked-{count}", f"one of {count} tasks that wait on an event", "bytes",
                   beside(folder, "parked", size(count)), "ours", ("asio",), "minimal",
                   bar="<= 0.35 x asio", unlike=not_alike(count))
        yield case(f"kernel-asleep-{count}", f"one of {count} tasks that sleep", "bytes",
                   beside(folder, "asleep", size(count), minimal=False), "ours", ("asio",),
                   bar="<= 0.35 x asio", unlike=not_alike(count))
        for what in ("parked", "asleep"):
            yield memory_case(folder, what, count, size(count))
    yield case("kernel-timers", "one of 1,000,000 sleeps of random length, all included", "ns",
               beside(folder, "timers", size(1_000_000)), "ours", ("asio",), "minimal",
               bar="<= 0.30 x asio", unlike=not_alike(1_000_000))
    for what, told in (("deadlines", "a time limit that is set and not met"),
                       ("dropped", "one of 1,000,000 time limits, all set and then all dropped"),
                       ("lock", "a lock handed over"), ("queue", "an item through a queue of one"),
                       ("event", "an event that is made, waited for and triggered"),
                       ("cancel", "one of 100,000 tasks cancelled together"),
                       ("start-up", "a run of nothing, from scheduler to end")):
        count = {"cancel": 100_000, "start-up": 200}.get(what, 1_000_000)
        yield case(f"kernel-{what}", told, "ns",
                   beside(folder, what, size(count), minimal=False, asio=False), "ours",
                   unlike=not_alike(count))
