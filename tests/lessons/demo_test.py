"""`giambio-lesson demo` without a display: the run in words, a trace, a picture, and what to do
next.

Not here: the viewer's window (tests/window/). Kept true: the demo works when the usual port is
taken and leaves no process behind. Internal to tests/lessons/.
"""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from script import BIN, ROOT, check  # noqa: E402

USUAL_PORT = 25000


def demo(folder, *arguments):
    settings = {name: value for name, value in os.environ.items()
                if name not in ("DISPLAY", "WAYLAND_DISPLAY", "GIAMBIO_TRACE")}
    settings["GIAMBIO_LESSONS"] = str(ROOT / "lessons")
    return subprocess.run([BIN / "giambio-lesson", "demo", *arguments], cwd=folder, env=settings,
                          stdin=subprocess.DEVNULL, text=True, capture_output=True, timeout=120)


def is_complete(done, folder):
    trace, picture = folder / "giambio-demo.jsonl", folder / "giambio-demo.png"
    check(done.returncode == 0, "the demo ends well", done)
    check(str(trace) in done.stdout and str(picture) in done.stdout, "both paths are told", done)
    check(picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n", "the picture is a PNG", done)
    lines = [json.loads(line) for line in trace.read_text().splitlines()]
    check(lines[0]["driver"] == "epoll" and "end" in lines[-1], "a whole trace of a real run", done)
    check("Exiting..." in done.stdout and "Before you step on" in done.stdout, "log and text", done)
    check(done.stdout.splitlines()[-1].startswith("Next: ./giambio "), "the next command", done)
    check("does not fit" not in done.stderr and "not as it should" not in done.stdout,
          "every step is found in the real run", done)


if __name__ == "__main__":
    if not (BIN / "giambio-view").exists():
        print("skipped: this build has no viewer, and the demo draws its picture with it")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as made:
        place = pathlib.Path(made).resolve()
        is_complete(demo(place, "--no-window"), place)
    with tempfile.TemporaryDirectory() as made, socket.socket() as taken:
        place = pathlib.Path(made).resolve()
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("", USUAL_PORT))
            taken.listen()
        except OSError:
            pass  # somebody else has it, which serves as well
        second = demo(place)
        is_complete(second, place)
        check(f"Port {USUAL_PORT} is busy" in second.stdout, "another port, and it says so", second)
        check("There is no display for a window" in second.stdout, "why there is no window", second)
    # As a shell starts its background jobs; what is ignored here is so in every program below.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with tempfile.TemporaryDirectory() as made:
        place = pathlib.Path(made).resolve()
        is_complete(demo(place, "--no-window"), place)
    print("passed: the demo, with the usual port free and taken, and in the background")
