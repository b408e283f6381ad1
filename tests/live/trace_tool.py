"""Runs `giambio-trace` and the programs that it watches, for the tests of this folder.

Used by the *_test.py beside it. Not here: any claim. Kept true: every process has ended when its
block is left; nothing waits for a fixed time, only until something is so, with a limit.
Internal to tests/live/.
"""

import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from script import BIN, PATIENCE, check, environment  # noqa: E402


def trace(*arguments, patience=PATIENCE):
    return subprocess.run([BIN / "giambio-trace", *map(str, arguments)], capture_output=True,
                          text=True, timeout=patience, check=False)


def until(condition, what):
    """Waits until the condition holds, and returns what it returned."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    check(False, f"waited in vain: {what}")


def run_all(*tests):
    """Each test gets a folder of its own."""
    for test in tests:
        with tempfile.TemporaryDirectory(prefix="giambio-live-") as folder:
            test(pathlib.Path(folder))
        print("ok:", test.__name__.replace("_", " "))
