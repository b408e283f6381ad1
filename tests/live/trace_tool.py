"""Runs `giambio-trace` and the programs that it watches, for the tests of this folder.

Used by the *_test.py beside it. Not here: any claim. Kept true: every process has ended when its
block is left; nothing waits for a fixed time, only until something is so, with a limit.
Internal to tests/live/.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

BIN = pathlib.Path(os.environ.get("GIAMBIO_BIN", "build/release/bin")).resolve()
PATIENCE = 60  # seconds until something counts as stuck


def check(condition, what, *more):
    if condition:
        return
    print("FAILED:", what)
    for each in more:
        print("   ", str(each)[:2000])
    sys.exit(1)


def trace(*arguments, patience=PATIENCE):
    return subprocess.run([BIN / "giambio-trace", *map(str, arguments)], capture_output=True,
                          text=True, timeout=patience, check=False)


def environment(target):
    settings = {name: value for name, value in os.environ.items()
                if not name.startswith("GIAMBIO_TRACE")}
    return {**settings, "GIAMBIO_TRACE": str(target)}


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
