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
import tempfile
from pathlib import Path

from bench_echo import echo_cases
from bench_kernel import kernel_cases
from bench_program import program_cases
from bench_reading import reading_cases

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


def main():
    parser = argparse.ArgumentParser(prog="./giambio bench", description=__doc__.split("\n\n")[0])
    parser.add_argument("name", nargs="*", help="a suite, or the beginning of a case's name; "
                        f"suites: {' '.join(SUITES)}")
    parser.add_argument("--json", action="store_true", help="print one JSON object a case")
    parser.add_argument("--runs", type=int, default=5, help="rounds; each way runs once in each")
    parser.add_argument("--brief", action="store_true",
                        help="tiny sizes and one round: does everything still run?")
    wanted = parser.parse_args()
    runs = 1 if wanted.brief else max(1, wanted.runs)
    suites = [suite for suite in SUITES
              if not wanted.name or any(name.startswith(suite) for name in wanted.name)]
    if not suites:
        parser.error(f"there is no suite '{wanted.name[0]}'; there are: {' '.join(SUITES)}")
    if not wanted.json:
        print(f"{cpu_name()}, {os.cpu_count()} processors; medians of {runs} interleaved rounds")
    with tempfile.TemporaryDirectory() as folder:
        for suite in suites:
            chosen = [each for each in SUITES[suite](folder, wanted.brief)
                      if not wanted.name or any(each.name.startswith(name)
                                                for name in wanted.name)]
            for each in chosen:
                for _ in range(runs):
                    each.run_round()
                print(json.dumps(each.summary()) if wanted.json else table_of(each), flush=True)


if __name__ == "__main__":
    main()
