"""The cases of reading a trace: the whole of it, its states, its commands, and packed.

Internal to tests/bench/.
"""

import json
import subprocess
from pathlib import Path

from measuring import BIN, built, case, missing, told_by, used_by


def long_trace(folder, clients, rounds):
    """A trace of an echo server in the simulated world; about 22 trace events a client's round."""
    path = Path(folder, f"echo-{clients}-{rounds}.jsonl")
    if not path.exists():
        used_by([built("bench-long-trace"), clients, rounds, path])
        check_events(path, 22 * clients * rounds)
    return path


def check_events(path, least):
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 10_000))
        last = json.loads(file.readlines()[-1])
    if last.get("end", {}).get("events", 0) < least:
        raise SystemExit(f"bench: {path.name} has not the {least} trace events it should have")


def reading_cases(folder, brief):
    file = long_trace(folder, 100, 5 if brief else 350)
    sums = {}

    def speed(way):
        def measure():
            told = told_by("bench-reading", way, file)
            if way != "split":  # which only looks for the ends of lines
                same_sum(sums, way, told["sum"])
            return speed_and_processor(told)
        return measure

    def of_state(key):
        def measure():  # ten million trace events, which only this wants
            long = long_trace(folder, 100, 10 if brief else 4520)
            return told_by("bench-reading", "state", long)[key]
        return measure

    def seconds(*command):
        # A finding in the trace is 1, which is no failure here.
        return lambda: used_by([built("giambio-trace"), *command], good=(0, 1))[1]

    ways = ("model", "columns", "simdjson", "nlohmann", "split")
    yield case("reading", "a trace into the whole model: columns, keyframes, lanes",
               "million trace events/s", {way: speed(way) for way in ways}, "model",
               ("simdjson", "nlohmann"), "split", "higher",
               ">= 0.5 x simdjson, >= 4 x nlohmann")
    yield case("reading-memory", "the model, beside the mapped file", "bytes/trace event",
               {"model": lambda: bytes_each(file)}, "model", bar="<= 40")
    yield case("reading-state", "the state at a random trace event, median of 1000", "ms",
               {"model": of_state("median_ms")}, "model", bar="< 2")
    yield case("reading-state-worst", "the same, the worst of 1000", "ms",
               {"model": of_state("worst_ms")}, "model", bar="< 5")
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
        return speed_and_processor(told_by("bench-reading", "model", packed()))
    return measure


def speed_and_processor(told):
    """A packed trace is read by two threads: what they use together is told beside."""
    return told["events"] / told["wall"] / 1e6, {"s CPU": told["processor"], "s": told["wall"]}


def same_sum(sums, way, found):
    """All ways must have read the same numbers from the same file."""
    sums[way] = found
    if len(set(sums.values())) > 1:
        raise SystemExit(f"bench: the ways of reading a trace read different numbers: {sums}")
