"""Draws pictures with no display at all, and holds the command line to what it promises.

The viewer runs without DISPLAY and WAYLAND_DISPLAY. The PNG is read here with nothing but the
standard library. Not here: a window (window_test.py). Kept true: the same question gives the same
bytes, and what is wrong gives a sentence and an exit code. Internal to tests/window/.
"""

import json
import os
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

ROOT = Path(os.environ.get("GIAMBIO_SOURCE", Path(__file__).resolve().parents[2]))
VIEWER = Path(os.environ.get("GIAMBIO_BIN", ROOT / "build/release/bin")) / "giambio-view"
TRACE = "tests/model/echo_sample.jsonl"
LESSON = "lessons/05-time-is-a-queue"
SKIPPED = 77
wrong = []


def view(*arguments, **variables):
    """Runs the viewer without a display; (exit code, what it wrote to standard error)."""
    clean = {name: value for name, value in os.environ.items()
             if name not in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR")}
    done = subprocess.run([VIEWER, *map(str, arguments)], cwd=ROOT, env={**clean, **variables},
                          capture_output=True, text=True, timeout=120)
    return done.returncode, done.stderr + done.stdout


def check(truth, sentence):
    if not truth:
        wrong.append(sentence)


def read_png(path):
    """(width, height, pixel rows as bytes with three for each pixel)."""
    data = path.read_bytes()
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("no PNG")
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    if (depth, kind) != (8, 2):
        raise ValueError("not 8 bits of red, green and blue")
    packed, at = b"", 8
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at:at + 8])
        packed += data[at + 8:at + 8 + length] if name == b"IDAT" else b""
        at += 12 + length
    return width, height, unfiltered(zlib.decompress(packed), width * 3, height)


def paeth(left, up, corner):
    guess = left + up - corner
    return min((abs(guess - left), 0, left), (abs(guess - up), 1, up),
               (abs(guess - corner), 2, corner))[2]


def unfiltered(data, stride, height):
    rows, above = [], bytearray(stride)
    for index in range(height):
        start = index * (stride + 1)
        kind, row = data[start], bytearray(data[start + 1:start + 1 + stride])
        for x in range(stride if kind else 0):
            left = row[x - 3] if x >= 3 else 0
            corner = above[x - 3] if x >= 3 else 0
            guess = (0, left, above[x], (left + above[x]) // 2, paeth(left, above[x], corner))[kind]
            row[x] = (row[x] + guess) & 255
        rows.append(bytes(row))
        above = row
    return rows


def pictures(folder):
    one, same, other, dark = (folder / name for name in ("a.png", "b.png", "c.png", "d.png"))
    state = folder / "state.json"
    for path, more in ((one, ["--dump-state", state]), (same, []), (dark, ["--theme", "dark"])):
        code, said = view(TRACE, "--at", "seq:75", "--size", "900x600", "--screenshot", path, *more)
        check(code == 0, f"drawing a picture ended with {code}: {said}")
    view(TRACE, "--at", "2.5ms", "--size", "900x600", "--screenshot", other)
    check(one.read_bytes() == same.read_bytes(), "the same moment gives two different pictures")
    check(one.read_bytes() != other.read_bytes(), "two moments give the same picture")
    width, height, rows = read_png(one)
    check((width, height, len(rows)) == (900, 600, 600), f"the size is {width}x{height}")
    check(len({row[x:x + 3] for row in rows for x in range(0, 2700, 3)}) > 50, "it is nearly empty")
    light, night = (sum(map(sum, rows[::10])) for rows in (rows, read_png(dark)[2]))
    check(night < light / 2, "the dark picture is not dark")
    told = json.loads(state.read_text())
    check((told["seq"], told["ready"], told["theme"]) == (75, [2, 4], "light"), f"dumped {told}")


def lessons(folder):
    state = folder / "lesson.json"
    code, said = view(f"{LESSON}/trace.jsonl", "--lesson", LESSON, "--step", 2, "--scale", 2,
                      "--screenshot", folder / "l.png", "--dump-state", state)
    check(code == 0, f"a lesson's picture ended with {code}: {said}")
    told = json.loads(state.read_text())
    check(told["step"] == 2 and told["steps"] > 5 and told["scale"] == 2, f"dumped {told}")


def titles(folder):
    """What stands at the right end of a title is there, however short it is."""
    state, picture = folder / "time.json", folder / "time.png"
    view(TRACE, "--axis", "time", "--screenshot", picture, "--dump-state", state)
    line = json.loads(state.read_text())["timeline"]
    right, top = int(line["x"] + line["width"]), int(line["y"])
    part = {row[3 * x:3 * x + 3] for row in read_png(picture)[2][top - 28:top - 6]
            for x in range(right - 40, right)}
    check(len(part) > 5, "the title of the timeline does not say that the axis is time")


def trace_of(folder, events):
    """A trace with these trace events, at which nothing is odd."""
    first = {"giambio_trace": 1, "minor": 0, "clock": "real", "driver": "epoll", "seed": 0,
             "budget": 64, "program": "named", "argv": ["named"]}
    lines = [{"seq": seq, "t": 0, "turn": 0, "cause": 0, "at": 0, **each}
             for seq, each in enumerate(events, 1)]
    trace = folder / "made.jsonl"
    trace.write_text("".join(json.dumps(each) + "\n" for each in [first, *lines]))
    return trace


def named(folder, name):
    """The picture of a task with this name, which runs."""
    picture = folder / "named.png"
    trace = trace_of(folder, [{"kind": "spawn", "task": 0, "child": 1, "name": name},
                              {"kind": "switch_in", "task": 1}])
    view(trace, "--at", "seq:2", "--screenshot", picture)
    return picture


def crowd(folder):
    """The bar that tells of lanes out of sight can be seen, however many they are."""
    state, picture = folder / "crowd.json", folder / "crowd.png"
    trace = trace_of(folder, [{"kind": "spawn", "task": 0, "child": child, "name": "one"}
                              for child in range(1, 3000)])
    view(trace, "--screenshot", picture, "--dump-state", state)
    line = json.loads(state.read_text())["timeline"]
    x, top = int(line["x"] + line["width"]) + 3, int(line["y"])
    column = [row[3 * x:3 * x + 3] for row in read_png(picture)[2][top:top + int(line["height"])]]
    bar = column.count(bytes((0xd9, 0xdd, 0xe3)))  # palette::border
    check(12 <= bar <= 40, f"the bar beside three thousand lanes is {bar} pixels high")


def names(folder):
    """A name has its letters where the font has them, and ends where its pane ends."""
    seen = {named(folder, letter).read_bytes() for letter in "\u20ac\u1eef\u2122\u021b"}
    check(len(seen) == 4, f"of four names {len(seen)} can be told apart")
    rows = read_png(named(folder, "n" * 100))[2][140:170]  # who runs, in the kernel pane
    check(len({row[3 * 1261:3 * 1269] for row in rows}) == 1, "a long name runs out of its plate")


def narrow(folder):
    """Letters that leave no room for the buttons are made smaller, others are as wished."""
    state = folder / "narrow.json"
    for size, scale, ruler in (("480x360", 3, 28), ("1280x720", 3, 84), ("640x480", 2, 42)):
        view(TRACE, "--size", size, "--scale", scale, "--screenshot", folder / "narrow.png",
             "--dump-state", state)
        told = json.loads(state.read_text())
        check(told["timeline"]["ruler"] == ruler, f"{size} at scale {scale}: {told['timeline']}")
        check(told["scale"] == scale, "the user's wish is forgotten")


def refusals(folder):
    out = folder / "never.png"
    nothing = folder / "nothing.jsonl"
    nothing.write_text("this is no trace\n")
    for arguments, code, part in (
            ([TRACE], 2, "--screenshot"),
            (["no/such/file", "--screenshot", out], 1, "no/such/file"),
            ([nothing, "--screenshot", out], 1, "nothing.jsonl"),
            ([TRACE, "--at", "soon", "--screenshot", out], 2, "soon"),
            ([TRACE, "--size", "huge", "--screenshot", out], 2, "huge"),
            ([TRACE, "--select", "waiter", "--screenshot", out], 2, "#2 serve"),
            ([TRACE, "--lesson", "no/such", "--screenshot", out], 2, "no/such"),
            ([TRACE, "--step", 1, "--screenshot", out], 2, "--lesson"),
            ([TRACE, "--screenshot", "no/such/folder/a.png"], 1, "no/such/folder"),
            ([TRACE, "--bogus"], 2, "--bogus"),
            ([], 2, "FILE")):
        ended, said = view(*arguments)
        check(ended == code and part in said, f"{arguments}: ended with {ended} and said {said!r}")
    check(not out.exists(), "a refused command has made a picture")
    code, said = view("--help")
    check(code == 0 and "./giambio view" in said, f"--help ended with {code} and said {said!r}")


def main():
    if not VIEWER.exists():
        print(f"not built: {VIEWER}")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        for part in (pictures, lessons, titles, names, crowd, narrow, refusals):
            part(Path(folder))
    print("\n".join(wrong) or "pictures need no display, and faults are told")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
