"""The cases of the echo server: ours, the peers' and a bare one on epoll, under the same load.

A server is started on one processor and the load (echo_load.cpp) on another. The figure is what the
server's process uses, in the system too, for a million requests: it is the same whether the clients
are fast or slow, which requests a second are not. System calls and instructions are counted in runs
of two lengths, so that the start and connecting fall out. Internal to tests/bench/.
"""

import contextlib
import os
import resource
import signal
import subprocess
import tempfile
from pathlib import Path

from counting import INSTRUCTIONS, SYSTEM_CALLS, each_by_difference
from measuring import (PYTHONS, built, case, environment_with, missing, on_processor,
                       refuse_lost_trace, told_by)

PYTHON_SERVER = Path(__file__).with_name("echo_peers.py")


def compiled(name):
    return lambda: [built(f"bench-echo-{name}")]


def with_python(name):
    return lambda: [python_with(name), PYTHON_SERVER, name]


def python_with(name):
    """The system's Python, or the one that runs this, whichever knows the module."""
    for python in PYTHONS:
        look = f"import {name.partition('-')[0]}"
        if subprocess.run([python, "-c", look], capture_output=True).returncode == 0:
            return python
    raise missing(f"{name} is not on this machine (python3-{name})")


COMPILED = {"ours": compiled("ours"), "raw epoll": compiled("epoll"), "asio": compiled("asio"),
            "libuv": compiled("uv")}
IN_PYTHON = {"asyncio": with_python("asyncio"), "asyncio protocol": with_python("asyncio-protocol"),
             "trio": with_python("trio")}
PEERS = ("asio", "libuv", *IN_PYTHON)


@contextlib.contextmanager
def serving(command, prefix=(), **traced):
    """A server that listens; its port and the number of its process."""
    on_its_own = [*on_processor(0), *prefix, *command]
    with tempfile.TemporaryFile("w+") as errors:
        started = subprocess.Popen(on_its_own, stdout=subprocess.PIPE, stderr=errors, text=True,
                                   env=environment_with(traced))
        process = started.pid
        try:
            said = started.stdout.readline().split()
            if not said:
                started.wait()
                errors.seek(0)
                raise SystemExit(f"bench: {' '.join(map(str, command))} failed:\n{errors.read()}")
            port, process = map(int, said)
            yield port, process
        finally:
            if started.poll() is None:
                os.kill(process, signal.SIGTERM)
            started.wait(timeout=60)
            started.stdout.close()
        errors.seek(0)
        refuse_lost_trace(errors.read())


def loaded(port, process, connections, requests, seconds):
    return told_by("bench-echo-load", port, process, connections, requests, seconds,
                   prefix=on_processor(-1))


def allow_descriptors(needed):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise missing(f"a process may open {hard} descriptors on this machine, {needed} are needed")
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


# Processor time.


def request_costs(command, connections, length, **traced):
    def measure():
        allow_descriptors(connections + 100)
        with serving(command(), **traced) as (port, process):
            told = loaded(port, process, connections, *length)
        for name in {"GIAMBIO_TRACE", "GIAMBIO_BENCH_WRITES"} & traced.keys():
            Path(traced[name]).unlink()
        return (1e6 * told["server_cpu"] / told["requests"],
                {"requests/s": told["requests_per_second"], "us p50": told["p50_us"],
                 "us p99": told["p99_us"]})
    return measure


def connections_case(folder, name, what, connections, length, bar=""):
    ours, raw = COMPILED["ours"], COMPILED["raw epoll"]
    file = str(Path(folder, "echo.jsonl"))
    ways = {"ours": request_costs(ours, connections, length),
            "ours, traced": request_costs(ours, connections, length, GIAMBIO_BENCH_TRACE="memory"),
            "ours, to a file": request_costs(ours, connections, length, GIAMBIO_TRACE=file)}
    if bar:  # what a trace costs whose text is had for nothing: the limit of the one before
        ways["raw epoll, writes"] = request_costs(raw, connections, length,
                                                  GIAMBIO_BENCH_WRITES=file)
    for way, command in {**COMPILED, **IN_PYTHON}.items():
        ways.setdefault(way, request_costs(command, connections, length))
    return case(f"echo-{name}", f"64 bytes there and back, {what}",
                "server CPU s/million requests", ways, "ours", PEERS, "raw epoll", bar=bar)


# System calls and instructions.


def counted_each(folder, counters, what, command, connections, requests):
    """How many of something a request takes."""
    def run(prefix, requests):
        with serving(command(), prefix=prefix) as (port, process):
            return loaded(port, process, connections, requests, 60)["requests"]
    return each_by_difference(folder, counters, what, run, requests)


def counting_case(folder, name, what, counters, bar, brief):
    connections, requests = (5, 200) if brief else (100, 10_000)
    ways = {way: counted_each(folder, counters, what, command, connections, requests)
            for way, command in COMPILED.items()}
    return case(f"echo-{name}", f"{what} of a request, 100 connections at once", "each", ways,
                "ours", PEERS[:2], "raw epoll", bar=bar)


def echo_cases(folder, brief):
    for named, small in ((1, 1), (100, 4), (1000, 8), (10_000, 16)):
        length = (300, 10) if brief else (10**9, 1.5)
        yield connections_case(folder, named, f"connections at once: {named}",
                               small if brief else named, length,
                               "<= 1.05 x raw epoll, <= asio, libuv; to a file <= 1.20 x ours")
    # Few enough that the ports of the connections that are gone suffice for all ways.
    yield connections_case(folder, "connect", "a connection for each", 0,
                           (100, 10) if brief else (5000, 10))
    yield counting_case(folder, "calls", "system calls", SYSTEM_CALLS, "<= 2.1", brief)
    yield counting_case(folder, "instructions", "user-mode instructions", INSTRUCTIONS,
                        "<= 900, target 350", brief)
