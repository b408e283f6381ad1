"""Measures giambio beside its peers and beside the limits of the machine: `./giambio bench`.

A case has several ways of doing one thing: ours, the peers', and a hand-written program that does
the bare minimum (the limit). In each round every way runs once, so that a slow spell of the machine
meets all of them alike; the medians of all rounds are compared, with their range. What is measured
is in the programs beside this file; each prints one line of JSON. Peers that this machine does not
have are named and left out. Internal to tests/bench/.
"""

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("GIAMBIO_BIN", ROOT / "build/release/bin"))


class missing(Exception):
    """A peer or a program that is not there; the text says which."""


class case:
    """One thing that is measured: its ways, and how its result is read."""

    def __init__(self, name, what, unit, ways, ours, peers=(), limit=None, better="lower", bar=""):
        self.name, self.what, self.unit = name, what, unit
        self.ways, self.ours, self.peers, self.limit = ways, ours, peers, limit
        self.better, self.bar = better, bar
        self.values = {way: [] for way in ways}
        self.left_out = {}

    def run_round(self):
        for way, measure in self.ways.items():
            if way in self.left_out:
                continue
            try:
                self.values[way].append(measure())
            except missing as absent:
                self.left_out[way] = str(absent)

    def ratio_to(self, way):
        """Ours over the other's; above 1 is better where higher is better."""
        ours, theirs = self.values[self.ours], self.values.get(way)
        if not ours or not theirs:
            return None
        return statistics.median(ours) / statistics.median(theirs)

    def rows(self):
        for way, values in self.values.items():
            if values:
                yield {"name": self.name, "way": way, "unit": self.unit, "runs": len(values),
                       "min": min(values), "median": statistics.median(values),
                       "max": max(values)}

    def summary(self):
        medians = {row["way"]: row["median"] for row in self.rows()}
        peers = {way: medians[way] for way in self.peers if way in medians}
        return {"name": self.name, "what": self.what, "unit": self.unit, "better": self.better,
                "ours": medians.get(self.ours), "peer": peers,
                "limit": medians.get(self.limit) if self.limit else None,
                "ratio": {way: self.ratio_to(way) for way in medians if way != self.ours},
                "bar": self.bar, "left_out": self.left_out, "ways": list(self.rows()),
                "runs": max((len(values) for values in self.values.values()), default=0)}


def told_by(program, *arguments, prefix=()):
    """What a program of ours tells about its run, a line of JSON."""
    path = BIN / program
    if not path.exists():
        raise missing(f"{program} is not built")
    done = subprocess.run([*prefix, path, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode == 2:
        raise missing((done.stderr.strip() or f"{program} has no such way").splitlines()[-1])
    if done.returncode != 0:
        raise SystemExit(f"bench: {program} {' '.join(map(str, arguments))} failed:\n{done.stderr}")
    return json.loads(done.stdout)


# Reading a trace.


def long_trace(folder, clients, rounds):
    """A trace of an echo server in the simulated world; about 30 trace events a client's round."""
    path = Path(folder, f"echo-{clients}-{rounds}.jsonl")
    if not path.exists():
        subprocess.run([BIN / "bench-long-trace", str(clients), str(rounds), path], check=True)
    return path


def reading_cases(folder, brief):
    file = long_trace(folder, 100, 5 if brief else 350)
    long = long_trace(folder, 100, 10 if brief else 3400)

    def speed(way):
        def measure():
            told = told_by("bench-reading", way, file)
            return told["events"] / told["wall"] / 1e6
        return measure

    def value(way, key, of=file):
        return lambda: told_by("bench-reading", way, of)[key]

    def seconds(*command):
        def measure():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            done = subprocess.run([BIN / "giambio-trace", *command], capture_output=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if done.returncode > 1:
                raise missing(f"giambio-trace {command[0]} is not there")
            return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
        return measure

    ways = ("model", "columns", "simdjson", "nlohmann", "split")
    yield case("reading", "a trace into the whole model: columns, keyframes, lanes",
               "million trace events/s", {way: speed(way) for way in ways}, "model",
               ("simdjson", "nlohmann"), "split", "higher",
               ">= 0.5 x simdjson, >= 4 x nlohmann")
    yield case("reading-memory", "the model, beside the mapped file", "bytes/trace event",
               {"model": lambda: bytes_each(file)}, "model", bar="<= 40")
    yield case("reading-state", "the state at a random trace event, median of 1000", "ms",
               {"model": value("state", "median_ms", long)}, "model", bar="< 2")
    yield case("reading-state-worst", "the same, the worst of 1000", "ms",
               {"model": value("state", "worst_ms", long)}, "model", bar="< 5")
    for command in ("check", "stats"):
        yield case(f"reading-{command}", f"trace {command} over {events_in(file)} trace events",
                   "s", {"model": seconds(command, file)}, "model", bar="< 2")
    packed = pack(file)
    yield case("reading-packed-size", "the text over its .zst", "times",
               {"model": lambda: file.stat().st_size / packed().stat().st_size}, "model",
               better="higher", bar=">= 8")
    yield case("reading-packed", "the same trace from .jsonl.zst", "million trace events/s",
               {"packed": packed_speed(packed), "text": speed("model")}, "packed", ("text",),
               better="higher", bar=">= 0.7 x text")


def bytes_each(file):
    told = told_by("bench-reading", "model", file)
    return told["bytes"] / told["events"]


def events_in(file):
    return told_by("bench-reading", "split", file)["events"]


def pack(file):
    packed = Path(str(file) + ".zst")

    def packed_path():
        if not packed.exists():
            done = subprocess.run([BIN / "giambio-trace", "pack", file, "-o", packed],
                                  capture_output=True)
            if done.returncode != 0:
                raise missing("giambio-trace pack is not there")
        return packed
    return packed_path


def packed_speed(packed):
    def measure():
        told = told_by("bench-reading", "model", packed())
        return told["events"] / told["wall"] / 1e6
    return measure


# The kernel.


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
        yield case(f"kernel-switch-{tasks}", f"a yield in a round of {tasks} tasks", "ns",
                   beside("switch", size(tasks)), "ours", ("asio",), "minimal",
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
                       ("lock", "a lock handed over"), ("queue", "an item through a queue of one"),
                       ("cancel", "one of 100,000 tasks cancelled together"),
                       ("start-up", "a run of nothing, from scheduler to end")):
        count = {"cancel": 100_000, "start-up": 200}.get(what, 1_000_000)
        yield case(f"kernel-{what}", told, "ns",
                   beside(what, size(count), minimal=False, asio=False), "ours")


SUITES = {"reading": reading_cases, "kernel": kernel_cases}


# Tables.


def number(value):
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def table_of(done):
    lines = [f"{done.name}: {done.what} [{done.unit}]" + (f", bar: {done.bar}" if done.bar else "")]
    for row in done.rows():
        ratio = done.ratio_to(row["way"])
        beside = "" if row["way"] == done.ours or ratio is None else f"  ours is {ratio:.2f} x this"
        lines.append(f"    {row['way']:<12} {number(row['median']):>10}"
                     f"  ({number(row['min'])} - {number(row['max'])}){beside}")
    lines += [f"    {way:<12} left out: {why}" for way, why in done.left_out.items()]
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
