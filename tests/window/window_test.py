"""Drives the real viewer on a virtual X server: presses keys, clicks, looks at state and pixels.

Xvfb draws, xdotool presses and clicks, xwd takes the picture from the server; the viewer prints
what it shows whenever that has changed (--announce). Nothing here sleeps and hopes: every wait is
for a condition and has an end. Not here: what the panes contain (tests/gui/). Kept true: each input
is checked twice, in the state and in the pixels, also in those that must not change.
Internal to tests/window/.
"""

import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import xwd

ROOT = Path(os.environ.get("GIAMBIO_SOURCE", Path(__file__).resolve().parents[2]))
VIEWER = Path(os.environ.get("GIAMBIO_BIN", ROOT / "build/release/bin")) / "giambio-view"
TRACE = ROOT / "tests/model/echo_sample.jsonl"
LESSON = ROOT / "lessons/05-time-is-a-queue"
PATIENCE = 30  # seconds until a wait is a failure
SKIPPED = 77


class Failure(Exception):
    pass


def until(condition, what):
    """The first true answer of condition(); a Failure when there is none in time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.02)
    raise Failure(f"waited {PATIENCE} s in vain: {what}")


class Server:
    """An X server on a display number that it chooses itself."""

    def __enter__(self):
        read, write = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
            pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        if not number:
            raise Failure("Xvfb did not start")
        os.environ["DISPLAY"] = ":" + number
        os.environ["LIBGL_ALWAYS_SOFTWARE"] = "1"
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Viewer:
    """The viewer in a window of 1280 x 720, with its state as it announces it."""

    def __init__(self, *arguments):
        self.state = {}
        self.rests = False  # has the viewer drawn everything after its last change?
        self.folder = tempfile.TemporaryDirectory()
        self.dump = Path(self.folder.name, "state.json")
        self.process = subprocess.Popen(
            [VIEWER, *arguments, "--size", "1280x720", "--announce", "--dump-state", self.dump],
            stdout=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def __enter__(self):
        self.wait(lambda state: state["timeline"]["width"] > 0, "the first frame")
        self.window = until(self.find, "the window").split()[0]
        # Without a window manager nobody else gives the window the keyboard.
        self.xdotool("windowfocus", "--sync", self.window)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line)

    def find(self):
        return subprocess.run(["xdotool", "search", "--pid", str(self.process.pid)],
                              capture_output=True, text=True).stdout

    def hear(self, line):
        told = json.loads(line)
        self.rests = "rest" in told
        self.state = self.state if self.rests else told

    def news(self):
        while not self.lines.empty():
            self.hear(self.lines.get())
        if self.process.poll() is not None:
            raise Failure(f"the viewer ended with {self.process.returncode}")

    def wait(self, condition, what):
        def holds():
            self.news()
            return self.state and condition(self.state)
        until(holds, f"{what}; the state is {self.state}")

    def xdotool(self, *words):
        subprocess.run(["xdotool", *map(str, words)], check=True, stdout=subprocess.DEVNULL)

    def press(self, key, **expected):
        """Presses a key and waits until the state has the expected values."""
        self.xdotool("key", key)
        self.wait(lambda state: all(state[name] == value for name, value in expected.items()),
                  f"{key} gives {expected}")

    def first_after(self, key):
        """Presses a key at rest, and returns the first state that is announced after it."""
        self.xdotool("key", key)
        try:
            self.hear(self.lines.get(timeout=PATIENCE))
            while self.rests:
                self.hear(self.lines.get(timeout=PATIENCE))
        except queue.Empty:
            raise Failure(f"{key} changes nothing") from None
        return self.state

    def click(self, x, y):
        self.xdotool("mousemove", "--window", self.window, int(x), int(y))
        self.xdotool("click", 1)

    def sees(self, condition, what):
        """The first picture for which condition(picture) holds, and which has come to rest."""
        last = [None]

        def holds():
            self.news()
            before, last[0] = last[0], xwd.take(self.window)
            same = before is not None and before.pixels == last[0].pixels
            return last[0] if self.rests and same and condition(last[0]) else None
        return until(holds, what)

    def still(self):
        return self.sees(lambda picture: has_playhead(picture, self.state), "the playhead's line")

    def close(self):
        self.xdotool("key", "ctrl+q")
        if self.process.wait(PATIENCE) != 0:
            raise Failure(f"the viewer ended with {self.process.returncode}")
        return json.loads(self.dump.read_text())


def places(state):
    """Where the panes are, in pixels, from what the viewer says about its timeline."""
    line = state["timeline"]
    return {
        "lanes": (line["x"] + line["names"], line["y"] + line["ruler"],
                  line["width"] - line["names"], line["height"] - line["ruler"]),
        "kernel": (line["x"] + line["width"] + 20, line["y"], 270, line["height"]),
        "source": (12, line["y"], line["x"] - 30, 500),
        "status": (8, 696, 800, 20),
        "transport": (8, 8, 500, 40),
    }


def changed(before, after, place):
    return before.part(place) != after.part(place)


def has_playhead(picture, state):
    """Is the playhead's line on the screen where the state says that it is?"""
    x, y, width, height = places(state)["lanes"]
    place = state["seq"] - 1 + (0.5 if state["axis"] == "events" else 0)
    at = x + width * (place - state["from"]) / (state["to"] - state["from"])
    line = picture.part((at - 2, y + height - 4, 5, 1))
    dark, light = bytes((0x29, 0x20, 0x1a)), bytes((0xff, 0xff, 0xff))  # palette::playhead
    wanted = dark if state["theme"] == "light" else light
    return wanted in (line[start:start + 3] for start in range(0, len(line), 4))


def expect(truth, sentence):
    if not truth:
        raise Failure(sentence)


def steps(viewer):
    """Every way to step moves the playhead and the pixels that tell of it, and no others."""
    viewer.press("Home", seq=1)
    at = places(viewer.state)
    before = viewer.still()
    expect(before.colours(at["lanes"]) > 20, "the lanes are empty")
    expect(before.colours(at["kernel"]) > 5, "the kernel pane is empty")
    viewer.press("Right", seq=2)
    after = viewer.sees(lambda now: changed(before, now, at["lanes"])
                        and changed(before, now, at["kernel"]) and has_playhead(now, viewer.state),
                        "Right moves the playhead and changes the kernel pane on the screen")
    expect(not changed(before, after, at["status"]), "Right changed the status line")
    viewer.press("Left", seq=1)
    viewer.sees(lambda now: not changed(before, now, at["lanes"]), "Left undoes Right")
    viewer.press("ctrl+Right", seq=3)
    viewer.press("ctrl+Right", seq=19)
    viewer.press("ctrl+Left", seq=3)
    viewer.press("Right", seq=4)
    viewer.press("Right", seq=5)
    viewer.press("Right", seq=6, running=1)
    viewer.press("shift+Right", seq=7)
    viewer.press("shift+Left", seq=6)
    viewer.press("bracketleft", seq=2)
    viewer.press("bracketright", seq=3)
    viewer.press("End", seq=177, phase="over")
    viewer.press("Home", seq=1)


def looks(viewer):
    """Theme, text size, axis and zoom change pixels, and leave the playhead where it is."""
    before = viewer.still()
    viewer.press("t", theme="dark")
    viewer.sees(lambda now: now.brightness() < before.brightness() - 40, "dark colours")
    viewer.press("t", theme="light")
    viewer.sees(lambda now: now.pixels == before.pixels, "light again is the same picture")
    viewer.press("ctrl+plus", scale=1.25)
    viewer.sees(lambda now: changed(before, now, places(viewer.state)["transport"]), "larger text")
    viewer.press("ctrl+0", scale=1.0)
    whole = viewer.state["to"] - viewer.state["from"]
    at = places(viewer.state)
    x, y, width, height = at["lanes"]
    viewer.xdotool("mousemove", "--window", viewer.window, int(x + width / 2), int(y + height / 2))
    middle = (viewer.state["from"] + viewer.state["to"]) / 2
    before = viewer.still()
    viewer.xdotool("key", "w")
    viewer.wait(lambda state: state["to"] - state["from"] < whole * 0.9, "w zooms in")
    now = (viewer.state["from"] + viewer.state["to"]) / 2
    expect(abs(now - middle) < whole * 0.01, "zooming moved what was under the mouse")
    viewer.sees(lambda now: changed(before, now, at["lanes"]), "zooming is seen")
    viewer.press("x", axis="time")
    viewer.press("x", axis="events")
    viewer.press("question", help=True)
    viewer.press("Escape", help=False)
    expect(viewer.state["seq"] == 1, "looking has moved the playhead")


def clicks(viewer):
    """A click on a lane selects its task and moves the playhead; buttons and rows work."""
    line = viewer.state["timeline"]
    x, _, width, _ = places(viewer.state)["lanes"]
    row = 2  # the loop, #1, then #2
    before = viewer.still()
    viewer.click(x + width * 0.6, line["y"] + line["ruler"] + line["lane"] * (row + 0.5))
    viewer.wait(lambda state: state["selected"] == 2 and state["seq"] > 1, "a click selects #2")
    lanes = places(viewer.state)["lanes"]
    viewer.sees(lambda now: changed(before, now, lanes), "the click is seen")
    seq = viewer.state["seq"]
    viewer.press("Escape", selected=0)
    viewer.click(x + width * 0.5, line["y"] + line["ruler"] / 2)
    viewer.wait(lambda state: state["seq"] != seq and state["selected"] == 0, "the ruler scrubs")
    seq = viewer.state["seq"]
    viewer.click(700, 680)  # a row of the list of trace events
    viewer.wait(lambda state: 0 < abs(state["seq"] - seq) < 8, "a click on a row goes there")
    seq = viewer.state["seq"]
    viewer.click(340, 26)  # the button that steps by one trace event
    viewer.wait(lambda state: state["seq"] == seq + 1, "the button steps")


def wheels(viewer):
    """The wheel pans with Shift and zooms with Ctrl, and leaves the playhead alone."""
    x, y, width, height = places(viewer.state)["lanes"]
    middle = int(x + width / 2), int(y + height / 2)
    viewer.xdotool("mousemove", "--window", viewer.window, *middle)
    before = dict(viewer.state)
    viewer.xdotool("keydown", "ctrl", "click", 4, "keyup", "ctrl")
    viewer.wait(lambda state: state["to"] - state["from"] < before["to"] - before["from"],
                "Ctrl and the wheel zoom in")
    left = viewer.state["from"]
    viewer.xdotool("keydown", "shift", "click", 5, "keyup", "shift")
    viewer.wait(lambda state: state["from"] > left, "Shift and the wheel pan")
    expect(viewer.state["seq"] == before["seq"], "the wheel has moved the playhead")


def finds(viewer):
    """What is typed after / is no command; Enter goes to what has the words."""
    viewer.press("Home", seq=1, axis="events")
    before, titles = viewer.still(), (300, 62, 700, 30)  # the line is over the titles of the cards
    viewer.press("slash", finds=True, words="")
    viewer.sees(lambda now: changed(before, now, titles), "the line")
    for letter in "tixe":
        viewer.press(letter)
    viewer.press("BackSpace", words="tix", axis="events", theme="light")
    viewer.press("BackSpace", words="ti")
    for letter in ("m", "e", "space", "h", "a", "s"):
        viewer.press(letter)
    viewer.wait(lambda state: state["words"] == "time has", "the words")
    viewer.press("Return", seq=75, playing=False)
    viewer.press("Return", seq=106)
    viewer.press("shift+Return", seq=75)
    viewer.press("Left", seq=74)
    viewer.press("Escape", finds=False, seq=74)
    viewer.press("Return", seq=75)
    viewer.press("ctrl+f", finds=True, words="")
    viewer.press("Escape", finds=False)
    viewer.press("Home", seq=1)
    viewer.sees(lambda now: not changed(before, now, titles), "nothing is left of the line")


def plays(viewer):
    viewer.press("Home", seq=1)
    viewer.press("4", speed=15.0)
    viewer.press("space", playing=True)
    viewer.wait(lambda state: state["seq"] >= 6, "playing moves the playhead")
    viewer.press("space", playing=False)


def plays_after_a_rest(viewer):
    """The time before Space was the user's: playing begins where the playhead stood."""
    viewer.press("Home", seq=1)
    viewer.press("5", speed=60.0)
    viewer.still()
    start = time.monotonic()
    until(lambda: time.monotonic() - start > 1, "a second to pass")
    first = viewer.first_after("space")
    expect(first["playing"] and first["seq"] == 1, f"playing began at {first['seq']}, not at 1")
    viewer.wait(lambda state: state["seq"] >= 6, "playing moves the playhead")
    viewer.press("Home", seq=1, playing=False)


def idles(viewer):
    """Nothing happens: no frame is drawn, no processor time is used."""
    viewer.xdotool("mousemove", "--window", viewer.window, 640, 60)
    viewer.still()

    def used():
        fields = Path(f"/proc/{viewer.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])
    before, start = used(), time.monotonic()
    until(lambda: time.monotonic() - start > 1, "a second to pass")
    ticks = used() - before
    expect(ticks <= 5, f"an idle window used {ticks} ticks of the processor in a second")


def on_a_trace():
    with Viewer(TRACE) as viewer:
        expect(viewer.state["lanes"] == 6, "the sample has five tasks and the loop")
        for part in (steps, looks, finds, clicks, wheels, plays, plays_after_a_rest, idles):
            part(viewer)
        state = viewer.state
        expect(viewer.close() == state, "the dump at the end is not what was shown last")


def on_a_lesson():
    with Viewer(LESSON / "trace.jsonl", "--lesson", LESSON, "--step", "1") as viewer:
        first = viewer.state["seq"]
        at = places(viewer.state)["source"]
        before = viewer.still()
        viewer.press("Next", step=2)
        second = viewer.state["seq"]
        expect(second != first, "the next step is at another trace event")
        viewer.sees(lambda now: changed(before, now, at), "PageDown lights another paragraph")
        viewer.press("Prior", step=1, seq=first)
        viewer.sees(lambda now: not changed(before, now, at), "PageUp undoes PageDown")
        # The paragraph of the first step is the lit one; the one below it belongs to the second.
        viewer.click(at[0] + 80, find_lit(viewer.still(), at) + 45)
        viewer.wait(lambda state: (state["step"], state["seq"]) == (2, second), "a click on text")
        answers(viewer, at)
        viewer.close()


def answers(viewer, at):
    """A question is a stop of its own; what answers it comes with the next key, or a click."""
    for step in (3, 4, 5):
        viewer.press("Next", step=step)
    seq = viewer.state["seq"]
    viewer.press("Next", step=5, seq=seq, asks=True)
    viewer.click(at[0] + 80, find_lit(viewer.still(), at) - 15)
    viewer.wait(lambda state: (state["step"], state["asks"]) == (6, False), "a click answers")
    viewer.press("Prior", step=5, seq=seq)
    viewer.press("Next", step=6, asks=False)


def find_lit(picture, place):
    """The row below the current step's paragraph, which has a background of its own."""
    x, y, _, height = (int(value) for value in place)
    column = x + 26
    colours = [picture.part((column, row, 1, 1))[:3] for row in range(y, y + int(height) // 2)]
    lit = bytes((0xf7, 0xec, 0xdc))  # palette::current, blue first
    rows = [row for row, colour in enumerate(colours) if colour == lit]
    expect(rows, "no paragraph is lit")
    return y + rows[-1]


def on_a_screen(parts, sentence, tools=()):
    """Runs the parts of a test on a screen of its own; returns the exit code."""
    missing = [tool for tool in ("Xvfb", "xdotool", "xwd", *tools) if not shutil.which(tool)]
    if missing or not VIEWER.exists():
        print("not on this machine: " + ", ".join(missing or [str(VIEWER)]))
        return SKIPPED
    try:
        with Server():
            for part in parts:
                part()
    except Failure as failure:
        print(failure)
        return 1
    print(sentence)
    return 0


if __name__ == "__main__":
    sys.exit(on_a_screen([on_a_trace, on_a_lesson], "the window does what keys and clicks ask for"))
