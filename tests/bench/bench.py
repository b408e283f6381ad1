"""Measures giambio beside its peers and beside the limits of the machine: `./giambio bench`.

A case has several ways of doing one thing: ours, the peers', and a hand-written program that does
the bare minimum (the limit). In each round every way runs once, so that a slow spell of the machine
meets all of them alike; the medians of all rounds are compared, with their range. What is measured
is in the programs beside this file; each prints one line of JSON. Peers that this machine does not
have are named and left out. Not here: the cases (bench_*.py, one file a suite), the rounds
(measuring.py). Internal to tests/bench/.
"""

import argparse
import json
import os
import re
import signal
import sys
import tempfile
from pathlib import Path

from bench_echo import echo_cases
from bench_kernel import kernel_cases
from bench_program import program_cases
from bench_reading import reading_cases
from measuring import PROCESSORS

SUITES = {"reading": reading_cases, "kernel": kernel_cases, "echo": echo_cases,
          "program": program_cases}


def number(value):
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def table_of(done):
    lines = [f"{done.name}: {done.what} [{done.unit}]" + (f", bar: {done.bar}" if done.bar else "")]
    for row in done.rows():
        ratio = done.ratio_to(row["way"])
        beside = "" if row["way"] == done.ours or ratio is None else f"  ours is {ratio:.2f} x this"
        also = ", ".join(f"{number(value)} {name}" for name, value in row["beside"].items())
        lines.append(f"    {row['way']:<16} {number(row['median']):>10}"
                     f"  ({number(row['min'])} - {number(row['max'])}){beside}"
                     + (f"  [{also}]" if also else ""))
    lines += [f"    {way:<16} left out: {why}" for way, why in done.left_out.items()]
    return "\n".join(lines)


def cpu_name():
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return found.group(1) if found else "unknown processor"


def processors():
    if len(PROCESSORS) == 1:
        return "1 processor, which servers share with their load"
    return f"{len(PROCESSORS)} processors"


def rounds(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of rounds")
    return int(text)


def chosen_cases(names, folder, brief):
    """The cases that are meant, and the names that mean none. A suite that nobody can mean is not
    asked for its cases, because some prepare much."""
    chosen = []
    for suite, cases in SUITES.items():
        if names and not any(suite.startswith(name) or name.startswith(suite) for name in names):
            continue
        chosen += [each for each in cases(folder, brief)
                   if not names or each.name.startswith(tuple(names))]
    return chosen, [name for name in names
                    if not any(each.name.startswith(name) for each in chosen)]


def stop(number, _):
    raise SystemExit(128 + number)


def main():
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)
    parser = argparse.ArgumentParser(prog="./giambio bench", description=__doc__.split("\n\n")[0])
    parser.add_argument("name", nargs="*", help="a suite, or the beginning of a case's name; "
                        f"suites: {' '.join(SUITES)}")
    parser.add_argument("--json", action="store_true", help="print one JSON object a case")
    parser.add_argument("--runs", type=rounds, default=5, help="rounds; each way runs once in each")
    parser.add_argument("--brief", action="store_true",
                        help="tiny sizes and one round: does everything still run?")
    wanted = parser.parse_args()
    runs = 1 if wanted.brief else wanted.runs
    with tempfile.TemporaryDirectory() as folder:
        chosen, unknown = chosen_cases(wanted.name, folder, wanted.brief)
        if unknown:
            parser.error(f"there is no suite and no case '{unknown[0]}'; "
                         f"there are the suites: {' '.join(SUITES)}")
        if not wanted.json:
            print(f"{cpu_name()}, {processors()}; medians of {runs} interleaved rounds", flush=True)
        for each in chosen:
            for _ in range(runs):
                each.run_round()
            print(json.dumps(each.summary()) if wanted.json else table_of(each), flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print("bench: interrupted.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # Nobody reads on (`| head -1`). What Python would still write at its end goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
