"""Files that are large and wrong: the reader ends, says where, and takes no more memory than it
may.

A hundred megabytes of each sort of rubbish behind a good header and before a good trace event, and
one line of a gigabyte. Not here: small wrong files (hostile_test.cpp), packed ones (tests/live/).
Kept true: memory is at most that of the file and 40 bytes for each of its lines, with something for
the program itself. Internal to tests/hostile/. """

import os
import pathlib
import random
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from script import BIN, check  # noqa: E402

SANITIZED = "sanitize" in os.environ.get("GIAMBIO_BUILD", "")
HEADER = b'{"giambio_trace":1,"minor":1,"clock":"virtual","driver":"simulated"}\n'
GOOD = b'{"seq":%d,"t":0,"turn":0,"kind":"mark","task":0,"cause":0,"at":0,"text":"good"}\n'
# With the sanitizers all is much slower, and memory tells nothing.
SIZE = int(os.environ.get("GIAMBIO_HOSTILE_MB", "4" if SANITIZED else "100")) << 20
PROGRAM = 64 << 20  # what the program takes for itself


def read(file):
    """(exit code, the number of trace events, complaints, seconds, peak memory in bytes)"""
    begin = time.monotonic()
    out, err = file.with_suffix(".out"), file.with_suffix(".err")
    child = os.posix_spawn(BIN / "giambio-trace", ["giambio-trace", "info", str(file)], os.environ,
                           file_actions=[(os.POSIX_SPAWN_OPEN, fd, str(to),
                                          os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                                         for fd, to in ((1, out), (2, err))])
    _, status, used = os.wait4(child, 0)
    took = time.monotonic() - begin
    events = [line for line in out.read_text(errors="replace").splitlines()
              if line.startswith("trace events ")]
    with open(err, errors="replace") as said:
        first = [line for line, _ in zip(said, range(3))]
    return (os.waitstatus_to_exitcode(status), int(events[0].split()[2]) if events else 0, first,
            took, used.ru_maxrss * 1024)


def rubbish(folder, name, piece, lines, events=2):
    """A file of many such pieces between two good trace events."""
    file = folder / f"{name}.jsonl"
    with open(file, "wb") as made:
        made.write(HEADER + GOOD % 1)
        for _ in range(SIZE // len(piece)):
            made.write(piece)
        made.write(b"\n" + GOOD % 2)
    code, read_events, first, took, memory = read(file)
    print(f"{name}: {took:.1f} s, {memory >> 20} MB for {file.stat().st_size >> 20} MB")
    check(code == 0, f"{name}: it is read", code, *first)
    check(read_events == events, f"{name}: the good lines are kept", read_events)
    check(not lines or (first and first[0].startswith(f"{file}:3:")), f"{name}: says the line",
          *first)
    allowed = file.stat().st_size + 40 * (1 + SIZE // len(piece) * piece.count(b"\n")) + PROGRAM
    check(SANITIZED or memory <= allowed, f"{name}: in {allowed >> 20} MB", memory >> 20)
    check(SANITIZED or took < 60, f"{name}: in a minute", took)
    file.unlink()


def a_line_of_a_gigabyte(folder, name, begin, end):
    """Holes take no disk: zeros between what begins the line and what ends it."""
    file = folder / f"{name}.jsonl"
    with open(file, "wb") as made:
        made.write(HEADER + GOOD % 1 + begin)
        made.seek(1 << 30, os.SEEK_CUR)
        made.write(end + b"\n" + GOOD % 2)
    code, events, first, took, memory = read(file)
    print(f"{name}: {took:.1f} s, {memory >> 20} MB for {file.stat().st_size >> 20} MB")
    check(code == 0 and events == 2, f"{name}: the lines around it are kept", code, events)
    check(first and first[0].startswith(f"{file}:3:"), f"{name}: says the line", *first)
    check(SANITIZED or memory <= 2 * file.stat().st_size + PROGRAM, "bounded", memory >> 20)
    file.unlink()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="giambio-hostile-") as made:
        place = pathlib.Path(made)
        draw = random.Random(7)
        noise = draw.randbytes(1 << 20)
        rubbish(place, "noise", noise, True)
        rubbish(place, "nothing", bytes(1 << 20), True)
        rubbish(place, "empty lines", b"\n" * (1 << 20), False)
        rubbish(place, "short lines", b"x\n" * (1 << 19), True)
        rubbish(place, "deep lists", b"[" * (1 << 20), True)
        rubbish(place, "deep objects", b'{"a":' * (1 << 18), True)
        rubbish(place, "deep in a key", b'{"seq":9,"a":' + b"[" * (1 << 20) + b"\n", True)
        rubbish(place, "the same seq", GOOD % 1, True)
        rubbish(place, "unknown sorts", b'{"later":1}\n' * 1000, False)
        rubbish(place, "unknown keys", b'{"seq":1,"t":0,"what":[[[{}]]]}\n' * 1000, True)
        a_line_of_a_gigabyte(place, "a gigabyte of zeros", b"", b"")
        a_line_of_a_gigabyte(place, "a gigabyte in a text", GOOD[:-3] % 1, b'"}')
