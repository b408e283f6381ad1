"""The cases of a whole program: how long it takes to start, to compile, and to write its trace.

Internal to tests/bench/.
"""

import json
import os
import shlex
from pathlib import Path

from measuring import BUILD, PYTHONS, built, case, missing, told_by, used_by

LESSON = "lessons/03-ready-queue/program.cpp"


def milliseconds_to_start(command, times, **environment):
    def measure():
        runs = [used_by(command(), **environment) for _ in range(times)]
        return (1e3 * sum(clock for clock, _ in runs) / times,
                {"ms CPU": 1e3 * sum(processor for _, processor in runs) / times})
    return measure


def start_case(folder, times):
    empty = "import asyncio\nasync def main(): pass\nasyncio.run(main())"
    ways = {"ours": milliseconds_to_start(lambda: [built("bench-start-ours")], times),
            "ours, to a file": milliseconds_to_start(lambda: [built("bench-start-ours")], times,
                                                     GIAMBIO_TRACE=str(Path(folder, "started"))),
            "empty main": milliseconds_to_start(lambda: [built("bench-start-minimal")], times),
            "asyncio": milliseconds_to_start(lambda: [PYTHONS[0], "-c", empty], times)}
    return case("program-start", "a process whose main task is empty, from its start to its end",
                "ms", ways, "ours", ("asyncio",), "empty main")


def nanoseconds_a_line(folder, tasks):
    """What writing the trace adds to a run, for each of its lines."""
    file = Path(folder, "lines.jsonl")

    def measure():
        command = [built("bench-ours"), "spawn", tasks]
        _, without = used_by(command)
        _, written = used_by(command, GIAMBIO_TRACE=str(file))
        with file.open("rb") as lines:
            count = sum(1 for _ in lines)
        size = file.stat().st_size
        file.unlink()
        return 1e9 * (written - without) / count, {"bytes a line": size / count, "lines": count}
    return measure


def nanoseconds_of_text(way, count):
    def measure():
        told = told_by("bench-text", way, count)
        return told["each"], {"bytes": told["count"]}
    return measure


def seconds_to_compile(folder, source, brief):
    """The compiler's processor time for one source, with the build's own command."""
    def measure():
        commands = BUILD / "compile_commands.json"
        if not commands.exists():
            raise missing(f"there is no {commands.name} in the build")
        entry = next((each for each in json.loads(commands.read_text())
                      if each["file"].endswith("/" + source)), None)
        if not entry:
            raise missing(f"{source} is not built")
        command = shlex.split(entry["command"])
        command[command.index("-o") + 1] = str(Path(folder, "compiled.o"))
        clock, processor = used_by(command + ["-fsyntax-only"] * brief, entry["directory"])
        return processor, {"s on the clock": clock}
    return measure


def program_cases(folder, brief):
    yield start_case(folder, 2 if brief else 50)
    yield case("program-line", "one line of a trace, spawning and joining tasks", "ns",
               {"ours": nanoseconds_a_line(folder, 10_000 if brief else 100_000)}, "ours",
               bar="<= 70")
    count = 10_000 if brief else 2_000_000
    yield case("program-text", "the text of a trace event, in memory", "ns",
               {"ours": nanoseconds_of_text("lines", count),
                "nlohmann, object and dump": nanoseconds_of_text("nlohmann", count),
                "nlohmann, dump alone": nanoseconds_of_text("dump", count)},
               "ours", ("nlohmann, object and dump", "nlohmann, dump alone"),
               bar="<= 120, <= 0.05 x nlohmann")
    sources = {"ours": LESSON, "ours, echo": "tests/bench/echo_ours.cpp",
               "asio, echo": "tests/bench/echo_asio.cpp", "empty main":
               "tests/bench/start_minimal.cpp"}
    yield case("program-compile", "a lesson's program, compiled against the built library",
               "s CPU", {way: seconds_to_compile(folder, source, brief)
                         for way, source in sources.items()},
               "ours", ("asio, echo",), "empty main")
