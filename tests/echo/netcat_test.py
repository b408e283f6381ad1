"""The echo server with real netcat: several sessions at once, typed line by line, in changing
order.

Needs netcat-openbsd. Not here: clients that misbehave (client_test.py). Kept true: a session that
is silent never keeps another one from its answer. Internal to tests/echo/.
"""

import shutil
import subprocess
import time

from echo_server import GREETING, PATIENCE, Server, check, passed, skip


class Session:
    """One person at a netcat."""

    def __init__(self, port):
        self.process = subprocess.Popen(["nc", "-N", "localhost", str(port)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def types(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def sees(self, text):
        seen = self.process.stdout.readline()
        check(seen == text, f"netcat shows {seen!r}, not {text!r}")

    def leaves(self):
        self.process.stdin.close()
        check(self.process.stdout.read() == b"", "nothing more comes after the last answer")
        check(self.process.wait(PATIENCE) == 0, "netcat ends well")


def sessions_do_not_wait_for_each_other():
    with Server() as server:
        people = [Session(server.port) for _ in range(5)]
        for each in people:
            each.sees(GREETING)
        # The first one stays silent until the end; the others type in changing order.
        for turn in range(3):
            for number in (3, 1, 4, 2) if turn % 2 else (2, 4, 1, 3):
                time.sleep(0.02)  # as somebody types; nothing depends on it
                line = f"person {number}, line {turn}\n".encode()
                people[number].types(line)
                people[number].sees(b"Got: " + line)
        people[0].types(b"at last\n")
        people[0].sees(b"Got: at last\n")
        for each in reversed(people):
            each.leaves()
        server.wait_for("closed", times=5)
        check(server.interrupt() == "Exiting...\n", "the last word")
        check(sum("connected" in line for line in server.log) == 5, "five connections", *server.log)


def half_a_line_is_answered_too():
    with Server() as server:
        slow = Session(server.port)
        slow.sees(GREETING)
        slow.types(b"hel")
        server.wait_for("Got: 'hel'")
        slow.types(b"lo\n")
        server.wait_for("Got: 'lo\\n'")
        slow.sees(b"Got: helGot: lo\n")
        slow.leaves()


if __name__ == "__main__":
    version = subprocess.run(["nc", "-h"], capture_output=True, text=True, check=False) \
        if shutil.which("nc") else None
    if version is None or "OpenBSD" not in version.stdout + version.stderr:
        skip("there is no netcat-openbsd here")
    passed(sessions_do_not_wait_for_each_other, half_a_line_is_answered_too)
