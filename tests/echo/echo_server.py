"""Starts the echo server for a test, reads its log, and ends it as Ctrl-C does.

Used by the *_test.py beside it. Not here: clients. Kept true: every server has a free port of its
own and is gone when its block is left; nothing waits for a fixed time, only for lines with a limit.
Internal to tests/echo/.
"""

import pathlib
import queue
import signal
import socket
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from script import BIN, PATIENCE, ROOT, check, environment, skip  # noqa: E402

GREETING = b"Welcome to the server pal!\n"


class Server:
    """with Server() as server: server.port, server.log (lines so far),
server.wait_for("closed")."""

    def __init__(self, *arguments, trace=None, before=None):
        settings = environment(trace)
        self.process = subprocess.Popen(
            [BIN / "echo-server", *(arguments or ("0",))], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=settings, preexec_fn=before)
        self.log = []
        self._lines = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.log.append(line.rstrip("\n"))
            self._lines.put(line)
        self._lines.put(None)

    def __enter__(self):
        first = self.wait_for("serving asynchronously at ")
        self.port = int(first.rsplit(":", 1)[1])
        return self

    def __exit__(self, kind, *_):
        self.process.kill()
        self.process.wait()
        self._reader.join(PATIENCE)
        if kind is not None:
            print("the server's log:", *self.log[-20:], sep="\n    ")

    def wait_for(self, part, times=1):
        """The line of the log in which `part` comes for the n-th time from here on."""
        while True:
            try:
                line = self._lines.get(timeout=PATIENCE)
            except queue.Empty:
                line = None
            check(line is not None, f"the log never said '{part}'", *self.log[-20:])
            times -= part in line
            if times == 0:
                return line.rstrip("\n")

    def connect(self):
        """A socket that has been greeted."""
        made = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        check(receive(made, len(GREETING)) == GREETING, "the greeting")
        return made

    def interrupt(self):
        """Ctrl-C; what it prints on standard output, after the exit code was looked at."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        check(code == 0, f"the server ends with 0 after Ctrl-C, not with {code}", *self.log[-20:])
        return self.process.stdout.read()


def receive(from_socket, size):
    """Exactly so many bytes, or fewer when the other side closes."""
    got = b""
    while len(got) < size:
        piece = from_socket.recv(size - len(got))
        if not piece:
            break
        got += piece
    return got


def passed(*tests):
    for test in tests:
        test()
        print("passed:", test.__name__)
