"""The trace of a server that was killed under load: every line before the last sleep is whole.

Rule R11 with a real process and SIGKILL. Not here: what the trace says about a run that ended well.
Kept true: what the server had logged before its last sleep is in the trace. Internal to
tests/echo/. """

import json
import pathlib
import signal
import subprocess
import tempfile
import time

from echo_server import BIN, PATIENCE, Server, check, passed

ENOUGH = 5_000_000  # bytes of trace until the server is killed


def kill_under_load(trace):
    """Returns the server's log, without the date in front."""
    with Server(trace=trace) as server:
        load = subprocess.Popen(
            [BIN / "echo-swarm", str(server.port), "--connections", "200", "--rounds", "100000"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        while trace.stat().st_size < ENOUGH:
            check(time.monotonic() < end, "the trace grows", trace.stat().st_size)
            time.sleep(0.01)
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(PATIENCE)
        load.kill()
        load.wait(PATIENCE)
    return [line.split(" ", 3)[-1] for line in server.log]


def whole_events(trace):
    """The trace events, of which only those after the last sleep may be damaged."""
    lines = trace.read_bytes().split(b"\n")
    sleeps = [number for number, line in enumerate(lines) if b'"kind":"io_wait"' in line]
    check(len(sleeps) > 20, "the loop has slept often", len(sleeps))
    events = [json.loads(line) for line in lines[:sleeps[-1] + 1]]
    return [event for event in events if "seq" in event]


def nothing_is_lost_before_the_last_sleep():
    with tempfile.TemporaryDirectory() as made:
        trace = pathlib.Path(made) / "killed.jsonl"
        log = kill_under_load(trace)
        events = whole_events(trace)
        numbers = [event["seq"] for event in events]
        check(numbers == list(range(1, len(events) + 1)), "no seq is missing")
        told = [event["text"] for event in events if event["kind"] == "log"]
        check(len(told) > 1000 and told == log[:len(told)], "the trace has the log, line by line",
              len(told), len(log))
        info = subprocess.run([BIN / "giambio-trace", "info", trace], capture_output=True,
                              text=True, timeout=PATIENCE, check=False)
        check(str(events[-1]["turn"]) in info.stdout, "giambio-trace info opens it", info)


if __name__ == "__main__":
    passed(nothing_is_lost_before_the_last_sleep)
