"""`trace follow` and GIAMBIO_TRACE=unix:PATH: a run is told while it goes on, and never waits.

Real programs and real sockets; what is checked is what was told and in which order, not when. Not
here: packed files (packed_test.py). Kept true: a follower that reads nothing loses lines, counted;
the program loses nothing. Internal to tests/live/. """

import json
import signal
import socket
import stat
import subprocess

from packed_test import Served, simulated
from trace_tool import BIN, PATIENCE, check, environment, run_all, trace, until


class Follower:
    def __init__(self, source, *options):
        self.process = subprocess.Popen(
            [BIN / "giambio-trace", "follow", str(source), *options], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def waits(self):
        check("waiting for it" in self.process.stderr.readline(), "it says that it waits")
        return self

    def told(self):
        """(exit code, what it told, what it complained about) once it has ended."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def seqs(text):
    return [line["seq"] for line in map(json.loads, text.splitlines()) if "seq" in line]


def a_follower_that_is_there_first_is_told_all(folder):
    path = folder / "socket"
    with Follower(f"unix:{path}", "--json") as follower:
        follower.waits()
        simulated(f"unix:{path}")
        code, out, err = follower.told()
    check(code == 0 and err == "", "it ends with the run", code, err)
    check(not path.exists(), "the socket is gone")
    came = seqs(out)
    check(came == list(range(1, len(came) + 1)), "every trace event in its order", came)
    check(json.loads(out.splitlines()[-1])["end"]["lost"] == 0, "up to the footer")
    file = simulated(folder / "file.jsonl")
    check(len(came) == len(seqs(file.read_text())), "as many as in a file", len(came))
    (folder / "kept.jsonl").write_text(out)
    check(trace("text", "--strict", folder / "kept.jsonl").stdout == trace("text", file).stdout,
          "and they tell the same")


def compare(told, words):
    """What `trace text` tells; only the columns may stand elsewhere."""
    for line, expected in zip(told.splitlines(), words):
        check(line.split() == expected, "told in the same words", line, " ".join(expected))
    check(len(told.splitlines()) == len(words), "all of it", len(told.splitlines()), len(words))


def a_file_is_followed_while_it_grows(folder):
    whole = simulated(folder / "whole.jsonl").read_bytes()
    grows = folder / "grows.jsonl"
    with Follower(grows) as follower:
        follower.waits()
        with open(grows, "wb", buffering=0) as file:
            for begin in range(0, len(whole), 777):  # lines are cut anywhere
                file.write(whole[begin:begin + 777])
        code, out, err = follower.told()
    check(code == 0 and err == "", "it ends at the footer", code, err)
    words = [line.split() for line in trace("text", folder / "whole.jsonl").stdout.splitlines()]
    compare(out, words)
    code, out, _ = Follower(grows).told()
    check(code == 0, "also afterwards", code)
    compare(out, words)


def a_follower_that_reads_nothing_holds_nobody_up(folder):
    path = folder / "socket"
    with Served(f"unix:{path}") as server:
        with socket.socket(socket.AF_UNIX) as idle:
            idle.connect(str(path))
            server.serve(100, 300)  # ends only when everyone was answered
            until(lambda: b'"seq"' in idle.recv(1 << 12, socket.MSG_PEEK), "the trace begins")
            server.process.send_signal(signal.SIGINT)
            came = b""
            while more := idle.recv(1 << 16):
                came += more
            server.process.wait(PATIENCE)
    file = folder / "kept.jsonl"
    file.write_bytes(came)
    gaps = [line for line in map(json.loads, came.splitlines()[:-1])
            if line.get("kind") == "lost"]
    check(gaps and all(gap["events"] > 0 for gap in gaps), "what is missing is counted", len(came))
    done = trace("info", file)
    check(done.returncode == 0, "the model survives the gap", done)
    total = sum(gap["events"] for gap in gaps)
    check(f"{total}" in done.stdout or f"{total:,}" in done.stdout, "and tells it", total, done)
    check(trace("state", file, "--at", f"seq:{gaps[-1]['seq']}").returncode == 0, "a state, too")


def who_comes_late_is_told_what_is_there(folder):
    path = folder / "socket"
    with Served(f"unix:{path}") as server:
        with socket.socket(socket.AF_UNIX) as first:
            first.connect(str(path))
            until(lambda: b'"seq"' in first.recv(1 << 12, socket.MSG_PEEK), "the first is served")
            code, _, err = Follower(f"unix:{path}").told()
            check(code == 1 and "followed by another" in err, "one at a time", code, err)
        late = folder / "late.jsonl"
        with socket.socket(socket.AF_UNIX) as second, open(late, "wb") as kept:
            def comes():
                second.connect(str(path))
                return not second.recv(64, socket.MSG_PEEK).startswith(b'{"busy"')
            until(comes, "the first has gone")
            server.serve(3, 2)
            server.process.send_signal(signal.SIGINT)
            while more := second.recv(1 << 16):
                kept.write(more)
    done = trace("text", late, "--strict")
    check(done.returncode == 0 and done.stderr == "", "a whole trace", done.stderr)
    check("#1" in trace("state", late, "--at", "end").stdout or "main" in done.stdout,
          "that knows who was there before", done.stdout)


def what_cannot_be_read_is_not_waited_for(folder):
    with Follower(folder) as follower:
        code, out, err = follower.told()
    check(code == 1 and out == "" and f"{folder} is a directory" in err, "a folder", code, err)
    with Follower("/proc/self/mem") as follower:  # reading its first byte is an error
        code, _, err = follower.told()
    check(code == 1 and "/proc/self/mem cannot be read" in err, "an error", code, err)


def a_killed_program_is_noticed(folder):
    path = folder / "socket"
    with Served(f"unix:{path}") as server:
        with Follower(f"unix:{path}") as follower:
            check("seq" in follower.process.stdout.readline(), "it is told")
            server.process.kill()
            code, _, err = follower.told()
    check(code == 1 and "without a footer" in err, "the exit code tells", code, err)
    simulated(f"unix:{path}")
    check(not path.exists(), "the socket that was left is taken over, and goes")


def only_the_owner_may_follow(folder):
    path = folder / "socket"
    with Served(f"unix:{path}"):
        check(stat.S_IMODE(path.stat().st_mode) == 0o600, "rights", oct(path.stat().st_mode))
    file = folder / "precious"
    file.write_text("precious")
    done = subprocess.run([BIN / "echo-server", "--simulated"], env=environment(f"unix:{file}"),
                          capture_output=True, text=True, timeout=PATIENCE, check=False)
    check(done.returncode == 0 and "not a socket" in done.stderr, "it goes on without", done)
    check(file.read_text() == "precious", "nothing is overwritten")


if __name__ == "__main__":
    run_all(a_follower_that_is_there_first_is_told_all, a_file_is_followed_while_it_grows,
            a_follower_that_reads_nothing_holds_nobody_up, who_comes_late_is_told_what_is_there,
            what_cannot_be_read_is_not_waited_for, a_killed_program_is_noticed,
            only_the_owner_may_follow)
