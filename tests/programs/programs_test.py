"""The small programs of lessons/programs: they print what their comments promise.

Those on the virtual clock are compared word for word; the chat room and the proxy are tried with
Python's sockets, and the chat room with its own client. Internal to tests/programs/.
"""

import pathlib
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from script import BIN, PATIENCE, check  # noqa: E402


def output_of(program):
    done = subprocess.run([BIN / program], capture_output=True, text=True, timeout=PATIENCE,
                          check=False)
    check(done.returncode == 0, f"{program} ends well", done.stdout, done.stderr)
    return done.stdout


def nested_pools():
    """Scenarios 24 and 25."""
    check(output_of("nested-pools") == """\
 0.00 s  outer 1 begins
 0.00 s  outer 2 begins
 0.00 s  inner 3 begins
 0.00 s  inner 4 begins
 1.00 s  outer 1 ends
 2.00 s  outer 2 ends
 3.00 s  inner 3 ends
 4.00 s  inner 4 ends
 4.00 s  the inner pool has ended
 4.00 s  the outer pool has ended
 0.00 s  inner 4 begins
 0.00 s  inner 6 begins
 2.00 s  inner 6 is cancelled: #2 cook failed: cook has burnt the soup
 2.00 s  inner 4 is cancelled: #2 cook failed: cook has burnt the soup
 2.00 s  caught: one task failed:
  #2 cook: cook has burnt the soup
""", "nested pools", output_of("nested-pools"))


def timeouts():
    """Scenarios 67 and 68."""
    check(output_of("timeouts") == """\
 7.00 s  the child of 7 seconds ends
12.00 s  too slow: the block did not end within its time limit
 7.00 s  the child of 7 seconds ends
10.00 s  timed out, and went on
 5.00 s  it did not happen
""", "timeouts", output_of("timeouts"))


def task_ipc():
    """Scenario 83."""
    told = output_of("task-ipc")
    lines = told.splitlines()
    got = [line for line in lines if line.startswith("got")]
    check(got == ["got 0", "got 1", "got 2", "got 3"], "the reader drains", told)
    check(lines.index("the writer closes") < lines.index("got 3"), "closed with items left", told)
    check(lines.index("the reader learns the end") == lines.index("got 3") + 1, "the end", told)
    check(lines[-4:] == ["read one", "read two", "read three", "the channel is closed"], "sockets",
          told)


class Running:
    """A program that serves until it is interrupted, and what it has logged."""

    def __init__(self, *command):
        self.process = subprocess.Popen([BIN / command[0], *command[1:]], stderr=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, bufsize=1)
        # Read as it comes: a program whose log nobody reads would stop in the middle of a line.
        self.log = queue.SimpleQueue()
        self.reader = threading.Thread(target=self.read_log, daemon=True)
        self.reader.start()

    def read_log(self):
        for line in self.process.stderr:
            self.log.put(line)
        self.log.put(None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        self.process.stderr.close()
        self.process.stdout.close()

    def wait_for(self, pattern):
        seen = []
        while (line := self.log.get(timeout=PATIENCE)) is not None:
            seen.append(line)
            found = re.search(pattern, line)
            if found:
                return found
        raise SystemExit(f"failed: the log never told {pattern!r}: {seen}")

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        out = self.process.stdout.read()
        return self.process.wait(PATIENCE), out


def lines_of(connection):
    return connection.makefile("r", encoding="utf-8", newline="\n")


def chat_room():
    with Running("chat-server", "0") as server:
        port = int(server.wait_for(r"open at .*:(\d+)").group(1))
        guests = []
        for name in ("ann", "bob", "cid"):
            guest = socket.create_connection(("127.0.0.1", port), PATIENCE)
            heard = lines_of(guest)
            check(heard.readline().startswith("Welcome"), "a greeting")
            guest.sendall((name + "\n").encode())
            server.wait_for(name + " has come")
            for _, others in guests:
                check(others.readline() == name + " has come\n", f"{name} is announced")
            guests.append((guest, heard))
        guests[0][0].sendall(b"hello, ")
        guests[0][0].sendall("dear všem\nand more\n".encode())
        for _, heard in guests[1:]:
            check(heard.readline() == "ann: hello, dear všem\n", "the first line")
            check(heard.readline() == "ann: and more\n", "the second line")
        guests[2][0].close()
        guests[2][1].close()
        check(guests[1][1].readline() == "cid has left\n", "who leaves is told")
        # The program's own client, with its keyboard a pipe.
        with subprocess.Popen([BIN / "chat-client", "dan", "localhost", str(port)], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as client:
            check(guests[1][1].readline() == "dan has come\n", "the client comes")
            client.stdin.write("good evening\n")
            client.stdin.flush()
            check(guests[1][1].readline() == "dan: good evening\n", "the client speaks")
            guests[1][0].sendall(b"welcome\n")
            check(client.stdout.readline().startswith("Welcome"), "the client is greeted")
            check(client.stdout.readline() == "bob: welcome\n", "the client hears")
            client.stdin.close()
            check(client.wait(PATIENCE) == 0, "the client ends with its keyboard")
        code, out = server.interrupt()
        check((code, out) == (0, "The chat room is closed.\n"), "Ctrl-C", code, out)
        for guest, heard in guests[:2]:
            heard.close()
            guest.close()


def proxy():
    with Running("echo-server", "0") as echo:
        target = echo.wait_for(r"at .*:(\d+)").group(1)
        with Running("proxy", "0", "localhost", target) as between:
            port = int(between.wait_for(r"at .*:(\d+)").group(1))
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as client:
                heard = lines_of(client)
                check(heard.readline() == "Welcome to the server pal!\n", "the greeting comes back")
                client.sendall(b"hello\n")
                check(heard.readline() == "Got: hello\n", "and the echo")
                client.sendall(b"x" * 200_000 + b"\n")
                client.shutdown(socket.SHUT_WR)  # the answer still comes
                rest = heard.read()
                check(rest.count("x") == 200_000, "all bytes come back after a half-close")
                heard.close()
            between.wait_for("is done")
            check(between.interrupt() == (0, "Exiting...\n"), "the proxy ends")
        with Running("proxy", "0", "localhost", "1") as between:
            port = int(between.wait_for(r"at .*:(\d+)").group(1))
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as client:
                check(client.recv(1) == b"", "nobody there: closed")
            between.wait_for("failed: ")
            check(between.interrupt() == (0, "Exiting...\n"), "the proxy has survived")


if __name__ == "__main__":
    began = time.monotonic()
    for test in (nested_pools, timeouts, task_ipc, chat_room, proxy):
        test()
        print(f"{test.__name__}: holds")
    sys.exit(0 if time.monotonic() - began < 10 * PATIENCE else 1)
