"""What no neighbour changes is held: instructions of a switch and of a spawn, bytes of a task.

Times are measured by bench.py and have no threshold here; these figures are the same each time.
Instructions are compared with those of the minimal loop, which the same compiler has compiled, so
that another one does not fail for what is its own doing. The bounds are a tenth above what
tests/bench/RESULTS.md tells: who makes a step longer has to say so there.
"""
import sys
import tempfile

from bench_kernel import TO_MEMORY, instructions_of
from measuring import missing, told_by

# ours over the minimal loop's
MOST_INSTRUCTIONS = (("switch", {}, 1.55), ("switch", TO_MEMORY, 5.5), ("spawn", {}, 2.25))
# One of 100,000 tasks, beside its coroutine: the bar.
MOST_BYTES = (("parked-beside", 192), ("asleep-beside", 192))


def bytes_are_held():
    for what, most in MOST_BYTES:
        each = told_by("bench-ours", what, 100_000)["each"]
        print(f"{what}: {each:.1f} bytes a task, at most {most}")
        if each > most:
            sys.exit(f"a task takes {each:.1f} bytes in '{what}', and {most} are the bar")


def instructions_are_held(folder):
    for what, environment, most in MOST_INSTRUCTIONS:
        ours = instructions_of(folder, "bench-ours", what, True, **environment)()
        minimal = instructions_of(folder, "bench-minimal", what, True)()
        name = f"{what}, traced" if environment else what
        print(f"{name}: {ours:.0f} instructions, {ours / minimal:.2f} of the minimal loop")
        if ours > most * minimal:
            sys.exit(f"'{name}' takes {ours:.0f} instructions, more than {most} times the "
                     f"{minimal:.0f} of the minimal loop; make it shorter, or tell why in "
                     "tests/bench/RESULTS.md and set the bound here")


def main():
    bytes_are_held()
    with tempfile.TemporaryDirectory() as folder:
        try:
            instructions_are_held(folder)
        except missing as absent:
            print(f"instructions are not held: {absent}")


main()
