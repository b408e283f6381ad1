"""Drives the real viewer where a pane has more than it has room for, and on foreign keyboards.

Uses the server, the viewer and the waits of window_test.py. Not here: keys and clicks that do the
same everywhere (window_test.py), what the panes contain (tests/gui/).
Kept true: nothing waits for a fixed time, but for a second in which a held key repeats.
Internal to tests/window/.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from window_test import ROOT, TRACE, Viewer, changed, expect, on_a_screen, places, until

ECHO = ROOT / "lessons/06-echo-server"


def foreign_keyboards():
    """Ctrl with a sign goes by what is printed on the key, wherever that key is."""
    with Viewer(TRACE) as viewer:
        for layout in ("de", "fr"):
            subprocess.run(["setxkbmap", layout], check=True)
            viewer.press("ctrl+plus", scale=1.25)
            viewer.press("ctrl+minus", scale=1.0)
        viewer.xdotool("key", "ctrl+a")  # where an American keyboard has its Q
        viewer.press("ctrl+plus", scale=1.25)
        viewer.close()


def held():
    """A key that is held down goes on stepping, but switches once."""
    with Viewer(TRACE) as viewer:
        viewer.still()
        start = time.monotonic()
        viewer.xdotool("keydown", "t")
        until(lambda: time.monotonic() - start > 1, "a second to pass, as long as keys repeat")
        viewer.xdotool("keyup", "t")
        themes = []
        while not viewer.lines.empty():
            viewer.hear(viewer.lines.get())
            themes.append(viewer.state["theme"])
        expect(set(themes) == {"dark"}, f"the colours were {themes}")
        viewer.xdotool("keydown", "Right")
        viewer.wait(lambda state: state["seq"] > 5, "Right goes on stepping")
        viewer.xdotool("keyup", "Right")
        viewer.close()


def help_():
    """What is below the help steps back, also what stands in panes of their own."""
    with Viewer(TRACE) as viewer:
        ink, rows = bytes((0x29, 0x20, 0x1a)), (700, 655, 400, 30)  # of the list of trace events
        expect(ink in viewer.still().part(rows), "the list of trace events has no text")
        viewer.press("question", help=True)
        viewer.sees(lambda now: ink not in now.part(rows), "the list has stepped back")
        viewer.press("Escape", help=False)
        viewer.sees(lambda now: ink in now.part(rows), "the list is back")
        viewer.close()


def files():
    """A file whose tab has no room beside the others is shown by a click on the next row."""
    with Viewer(ECHO / "trace.jsonl", "--lesson", ECHO, "--step", "1") as viewer:
        expect(viewer.state["source"].endswith("program.cpp"), "the program is shown first")
        viewer.click(70, 444)
        viewer.wait(lambda state: state["source"].endswith("descriptor.hpp"), "the last tab")
        viewer.press("Right", source="lessons/06-echo-server/program.cpp")
        viewer.close()


def lanes():
    """Lanes that are out of sight are told by a bar beside the others, and a drag shows them."""
    with Viewer(ECHO / "trace.jsonl", "--scale", "1.5") as viewer:
        line = viewer.state["timeline"]
        room = line["height"] - line["ruler"]
        expect(viewer.state["lanes"] * line["lane"] > room + 60, "there is room for all lanes")
        x, y = int(line["x"] + line["width"] + 6), int(line["y"] + line["ruler"] + 10)
        viewer.xdotool("mousemove", "--window", viewer.window, x, y)
        viewer.still()
        viewer.xdotool("mousedown", 1)
        viewer.still()
        viewer.xdotool("mousemove", "--window", viewer.window, x, int(y + room))
        last = viewer.state["lanes"] * line["lane"] - room
        viewer.wait(lambda state: abs(state["timeline"]["scroll"] - last) < 1, "the last lane")
        viewer.xdotool("mouseup", 1)
        viewer.close()


def grown():
    """R reads a file that has grown since, and the playhead stays."""
    lines = TRACE.read_text().splitlines(keepends=True)
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder, "grown.jsonl")
        trace.write_text("".join(lines[:100]))
        with Viewer(trace) as viewer:
            shown = viewer.state["events"]
            viewer.press("End", seq=shown)
            before = viewer.still()
            trace.write_text("".join(lines))
            viewer.press("r", events=177, seq=shown)
            lanes = places(viewer.state)["lanes"]
            viewer.sees(lambda now: changed(before, now, lanes), "the rest of the run")
            trace.unlink()
            viewer.press("r")
            viewer.press("End", events=177, seq=177)
            viewer.close()


def fine_screen():
    """Text and window are as large as the desktop has them, unless the user says how large."""
    if not shutil.which("xprop"):
        print("there is no xprop, so the screen is an ordinary one")
        return
    with Viewer(TRACE) as usual:  # without a window the server forgets the desktop's settings
        expect(usual.state["scale"] == 1, "the text is not of its usual size")
        subprocess.run(["xprop", "-root", "-f", "RESOURCE_MANAGER", "8s",
                        "-set", "RESOURCE_MANAGER", "Xft.dpi:\t144\n"], check=True)
        with Viewer(TRACE) as fine:
            state = fine.state
            expect(state["scale"] == 1.5, f"at 144 dots an inch the scale is {state['scale']}")
            expect(state["timeline"]["width"] > usual.state["timeline"]["width"] * 1.4,
                   "the window is not larger")
            fine.press("ctrl+plus", scale=1.75)
            fine.press("ctrl+0", scale=1.5)
        with Viewer(TRACE, "--scale", "1") as asked:
            expect(asked.state["scale"] == 1, "the user's wish is not heard")


if __name__ == "__main__":
    sys.exit(on_a_screen([foreign_keyboards, held, help_, files, lanes, grown, fine_screen],
                         "what has no room can be reached, and the keys are where they are printed",
                         ["setxkbmap"]))
