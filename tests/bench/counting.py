"""Counts what noise cannot reach, instructions and system calls, with the tools that are there.

A counter is three functions: does it work here, what to write before a command, and the count that
it has left in a file. Called by bench_kernel.py and bench_echo.py. Internal to tests/bench/.
"""

import re
import shutil
import subprocess
from pathlib import Path

from measuring import missing


def by_perf(event):
    """Counts an event of perf, where the system lets it."""
    def prefix(out):
        return ["perf", "stat", "-x,", "-e", event, "-o", out]

    def count(out):
        found = re.search(r"^(\d+),", out.read_text(), re.MULTILINE)
        return int(found.group(1)) if found else None

    def works(out):
        if not shutil.which("perf"):
            return False
        done = subprocess.run([*prefix(out), "true"], capture_output=True)
        return done.returncode == 0 and count(out) is not None
    return works, prefix, count


def by_strace():
    def prefix(out):
        return ["strace", "-f", "-c", "-U", "calls,name", "-o", out]

    def count(out):
        return int(re.search(r"(\d+) total\s*$", out.read_text()).group(1))

    def works(out):
        return bool(shutil.which("strace")) and subprocess.run(
            [*prefix(out), "true"], capture_output=True).returncode == 0
    return works, prefix, count


def by_callgrind():
    def prefix(out):
        return ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                f"--log-file={out}"]

    def count(out):
        return int(re.search(r"Collected : (\d+)", out.read_text()).group(1))

    def works(out):
        return bool(shutil.which("valgrind"))
    return works, prefix, count


SYSTEM_CALLS = (by_perf("raw_syscalls:sys_enter"), by_strace())
INSTRUCTIONS = (by_perf("instructions:u"), by_callgrind())


def each_by_difference(folder, counters, what, run, few):
    """How many of `what` one operation takes: a long run's less a short run's, so that the start
    and the end fall out. `run(prefix, length)` returns how many operations there were."""
    out = Path(folder, "counted")

    def measure():
        counter = next((each for each in counters if each[0](out)), None)
        if not counter:
            raise missing(f"not on this machine: what counts {what} (perf, strace or valgrind)")
        _, prefix, count = counter
        short, before = run(prefix(out), few), count(out)
        long, after = run(prefix(out), 3 * few), count(out)
        return (after - before) / (long - short)
    return measure
