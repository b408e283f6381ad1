"""Starts the TLS programs for a test, with certificates of its own.

Used by the *_test.py beside it. Kept true: every server has a free port of its own and is gone when
its block is left; nothing waits for a fixed time, only for lines with a limit. Internal to
tests/tls/.
"""

import os
import pathlib
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from script import BIN, PATIENCE, check, environment, skip  # noqa: E402


class Certificates:
    """with Certificates() as made: made.pem("good"), made.key("good")."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        subprocess.run([BIN / "tls-make-certificates", self.folder.name], check=True,
                       timeout=PATIENCE)
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def pem(self, name):
        return os.path.join(self.folder.name, name + ".pem")

    def key(self, name):
        return os.path.join(self.folder.name, name + ".key")


class Program:
    """A server whose lines are read until one tells its port: with Program([...], r":(\\d+)$")."""

    def __init__(self, command, port_line, trace=None):
        settings = environment(trace)
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, env=settings)
        self.log = []
        self.port_line = port_line
        self._lines = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            text = line.decode(errors="replace").rstrip()
            self.log.append(text)
            self._lines.put(text)
        self._lines.put(None)

    def __enter__(self):
        self.port = int(re.search(self.port_line, self.wait_for(self.port_line)).group(1))
        return self

    def __exit__(self, kind, *_):
        self.process.kill()
        self.process.wait()
        self._reader.join(PATIENCE)
        if kind is not None:
            print("the server's log:", *self.log[-20:], sep="\n    ")

    def wait_for(self, pattern):
        """The next line of the log in which the pattern is found."""
        while True:
            try:
                line = self._lines.get(timeout=PATIENCE)
            except queue.Empty:
                line = None
            check(line is not None, f"the log never said '{pattern}'", *self.log[-20:])
            if re.search(pattern, line):
                return line

    def interrupt(self):
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        check(code == 0, f"the server ends with 0 after Ctrl-C, not with {code}", *self.log[-20:])
        check(self.log[-1] == "Exiting...", "the last word", *self.log[-5:])


def echo_server(made, *options, name="good", trace=None):
    return Program([BIN / "tls-echo-server", made.pem(name), made.key(name), *options],
                   r"serving at 127\.0\.0\.1:(\d+)$", trace)


def get(made, port, *options, host="good.example", authorities="ca"):
    """(exit code, standard output, standard error) of our client."""
    if authorities:
        options = (*options, "--authorities", made.pem(authorities))
    ended = subprocess.run([BIN / "tls-get", "127.0.0.1", str(port), host, "/page", *options],
                           capture_output=True, timeout=PATIENCE, check=False)
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


def passed(*tests):
    with Certificates() as made:
        for test in tests:
            test(made)
            print("passed:", test.__name__)
