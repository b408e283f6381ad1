"""`giambio-lesson` is killed while a program of its own runs: nothing of it is left.

The program is a stand-in that begins a trace and ends only when it is killed; it inherits a pipe
from the runner, and the pipe ends when both are gone. Not here: a demo that goes well
(demo_test.py).
Internal to tests/lessons/.
"""

import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from script import BIN, PATIENCE, ROOT, check, environment  # noqa: E402

STAND_IN = f"""#!{sys.executable}
import os, time
open(os.environ["GIAMBIO_TRACE"], "w").write("begun")
os.write(int(os.environ["PIPE"]), b"runs")
time.sleep({PATIENCE * 4})
"""


def has_come(pipe):
    return select.select([pipe], [], [], PATIENCE)[0] and os.read(pipe, 100)


def killed(folder, how, program, *arguments):
    """The programs stand beside the runner, so a copy of it has programs of its own."""
    (folder / "passing").mkdir(exist_ok=True)
    runner = shutil.copy(BIN / "giambio-lesson", folder)
    (folder / program).write_text(STAND_IN)
    (folder / program).chmod(0o755)
    pipe, end = os.pipe()
    started = subprocess.Popen(
        [runner, *arguments], cwd=folder, pass_fds=[end], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=environment(GIAMBIO_LESSONS=str(ROOT / "lessons"), PIPE=str(end),
                        TMPDIR=str(folder / "passing")))
    os.close(end)
    check(has_come(pipe) == b"runs", f"{program} runs")
    started.send_signal(how)
    started.wait()
    check(has_come(pipe) == b"", f"{program} ends with the runner, killed by {how.name}")
    os.close(pipe)
    left = os.listdir(folder / "passing")
    check(left == [], f"nothing lies where temporary files go, after {how.name}", left)


if __name__ == "__main__":
    for signal_ in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        with tempfile.TemporaryDirectory() as made:
            place = pathlib.Path(made).resolve()
            killed(place, signal_, "echo-server", "demo", "--no-window")
            killed(place, signal_, "lesson-03", "run", "3", "--no-view")
            killed(place, signal_, "lesson-03", "check", "3")
    print("passed: no program and no passing trace outlives the runner")
