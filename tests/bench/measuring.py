"""A case that is measured in rounds, and the programs that measure. Called by every bench_*.py.

Not here: which cases there are, and tables (bench.py). Internal to tests/bench/.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("GIAMBIO_BIN", ROOT / "build/release/bin"))
BUILD = Path(os.environ.get("GIAMBIO_BUILD", BIN.parent))
# The distribution's is the same one on other machines; the one that runs this may be anyone's.
PYTHONS = [python for python in ("/usr/bin/python3", sys.executable) if Path(python).exists()]
PROCESSORS = sorted(os.sched_getaffinity(0))
# What a program is left out for when it is not installed.
PACKAGES = {"asio": "libasio-dev", "uv": "libuv1-dev"}


class missing(Exception):
    """A peer or a program that is not there; the text says which."""


class case:
    """One thing that is measured: its ways, and how its result is read.

    A way is a function that measures once: it returns the value, or the value and a dictionary of
    what else is worth knowing.
    """

    def __init__(self, name, what, unit, ways, ours, peers=(), limit=None, better="lower", bar="",
                 unlike=()):
        self.name, self.what, self.unit = name, what, unit
        self.ways, self.ours, self.peers, self.limit = ways, ours, peers, limit
        self.better, self.bar = better, bar
        self.unlike = unlike  # ways that measure something else, to which there is no ratio
        self.values = {way: [] for way in ways}
        self.beside = {way: [] for way in ways}
        self.left_out = {}

    def run_round(self):
        for way, measure in self.ways.items():
            if way in self.left_out:
                continue
            try:
                told = measure()
            except missing as absent:
                self.left_out[way] = str(absent)
                continue
            value, beside = told if isinstance(told, tuple) else (told, {})
            self.values[way].append(value)
            self.beside[way].append(beside)

    def ratio_to(self, way):
        """Ours over the other's; above 1 is better where higher is better."""
        ours, theirs = self.values[self.ours], self.values.get(way)
        if not ours or not theirs or way in self.unlike:
            return None
        return statistics.median(ours) / statistics.median(theirs)

    def rows(self):
        for way, values in self.values.items():
            if values:
                yield {"name": self.name, "way": way, "unit": self.unit, "runs": len(values),
                       "min": min(values), "median": statistics.median(values),
                       "max": max(values), "beside": self.medians_beside(way)}

    def medians_beside(self, way):
        told = self.beside[way]
        return {name: statistics.median(each[name] for each in told) for name in told[0]}

    def summary(self):
        medians = {row["way"]: row["median"] for row in self.rows()}
        ours = self.values[self.ours] or [None]
        peers = {way: medians[way] for way in self.peers if way in medians}
        return {"name": self.name, "what": self.what, "unit": self.unit, "better": self.better,
                "ours": medians.get(self.ours), "peer": peers,
                "min": min(ours), "median": medians.get(self.ours), "max": max(ours),
                "limit": medians.get(self.limit) if self.limit else None,
                "ratio": {way: self.ratio_to(way) for way in medians if way != self.ours},
                "bar": self.bar, "left_out": self.left_out, "ways": list(self.rows()),
                "runs": max((len(values) for values in self.values.values()), default=0)}


def built(program):
    """The path of a program of ours."""
    path = BIN / program
    if not path.exists():
        package = next((name for part, name in PACKAGES.items() if part in program), None)
        raise missing(f"{program} is not built" + (f", it needs {package}" if package else ""))
    return path


def environment_with(given):
    """What a measured program finds: nothing of giambio's that the user's shell has set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIAMBIO_")}
    return {**kept, **given}


def refuse_lost_trace(errors):
    """A program whose trace has ended early goes on, and faster: what it told is not to be used."""
    if "cannot write the trace" in errors:
        raise SystemExit(f"bench: a trace ended early, so what was measured is wrong:\n{errors}")


def told_by(program, *arguments, prefix=(), **environment):
    """What a program of ours tells about its run, a line of JSON."""
    return told_by_command([*prefix, built(program), *map(str, arguments)], **environment)


def told_by_command(command, **environment):
    name = " ".join(map(str, command))
    done = subprocess.run(command, capture_output=True, text=True,
                          env=environment_with(environment))
    if done.returncode == 2:
        raise missing((done.stderr.strip() or f"{name} is not a way").splitlines()[-1])
    if done.returncode != 0:
        raise SystemExit(f"bench: {name} failed:\n{done.stderr}")
    refuse_lost_trace(done.stderr)
    return json.loads(done.stdout)


def on_processor(place):
    """What to write before a command so that it stays on the first (0) or last (-1) processor."""
    return ("taskset", "-c", str(PROCESSORS[place]))


def used_by(command, folder=None, good=(0,), **environment):
    """Seconds on the clock and of the processor, to the microsecond, that a command takes."""
    before = Path.cwd()
    os.chdir(folder or before)
    with tempfile.TemporaryFile("w+") as said:
        quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                 (os.POSIX_SPAWN_DUP2, said.fileno(), 2)]
        try:
            begin = time.perf_counter()
            process = os.posix_spawnp(command[0], list(map(str, command)),
                                      environment_with(environment), file_actions=quiet)
            _, status, used = os.wait4(process, 0)
            end = time.perf_counter()
        finally:
            os.chdir(before)
        said.seek(0)
        errors = said.read()
    if os.waitstatus_to_exitcode(status) not in good:
        raise SystemExit(f"bench: {' '.join(map(str, command))} failed:\n{errors}")
    refuse_lost_trace(errors)
    return end - begin, used.ru_utime + used.ru_stime
