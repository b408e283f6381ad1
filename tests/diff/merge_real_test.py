"""A real server and three real clients, each process with its own trace, merged into one.

What was sent on one side and received on the other must be joined by arrows that never go back.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ["GIAMBIO_SOURCE"], "tests/echo"))
from echo_server import BIN, Server, check  # noqa: E402


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


with tempfile.TemporaryDirectory() as folder:
    ours, theirs, both = (pathlib.Path(folder, name) for name in ("s.json", "c.json", "both.json"))
    with Server(trace=ours) as server:
        subprocess.run([BIN / "echo-clients", str(server.port)], check=True, timeout=60,
                       stdout=subprocess.DEVNULL, env={**os.environ, "GIAMBIO_TRACE": str(theirs)})
        server.wait_for("closed", 3)
        server.interrupt() if hasattr(server, "interrupt") else server.process.send_signal(2)
        server.process.wait(60)
    done = subprocess.run([BIN / "giambio-trace", "merge", ours, theirs, "-o", both], text=True,
                          capture_output=True, timeout=60)
    print(done.stdout, done.stderr)
    check(done.returncode == 0, "the traces could be merged")
    check("3 connections" in done.stdout, "all three connections were matched")

    events = [line for line in lines(both) if "seq" in line]
    by_seq = {each["seq"]: each for each in events}
    check([each["seq"] for each in events] == list(range(1, len(events) + 1)), "seqs are in order")
    check(all(a["t"] <= b["t"] for a, b in zip(events, events[1:])), "times do not fall")
    arrows = [each for each in events if "from" in each]
    for each in arrows:
        start = by_seq[each["from"]]
        check(start["seq"] < each["seq"], "an arrow goes forward", start, each)
        check(start["process"] != each["process"], "an arrow joins two processes", start, each)
    got = [each for each in events if each["kind"] == "io" and each["op"] == "receive"
           and each.get("bytes", 0) > 0]
    check(all("from" in each for each in got), "each receive knows its send", *got)
    check(len(got) >= 7, "greetings and answers were received", len(got))

    text = subprocess.run([BIN / "giambio-trace", "text", "--strict", both], text=True,
                          capture_output=True, timeout=60)
    check(text.returncode == 0 and text.stderr == "", "the merged trace is read", text.stderr)
    check("echo-server:loop" in text.stdout and "echo-clients:main" in text.stdout,
          "the text tells the processes apart", *text.stdout.splitlines()[:20])
    middle = f"seq:{len(events) // 2}"
    state = subprocess.run([BIN / "giambio-trace", "state", "--at", middle, both], text=True,
                           capture_output=True, timeout=60)
    check(state.returncode == 0, "the state is rebuilt in the middle", state.stderr)
print("all right")
