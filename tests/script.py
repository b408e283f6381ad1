"""What the scripts among the tests share: where things are, how a claim fails, how one is left out.

Each *_test.py that starts programs uses it, itself or by the helper module of its folder. Not here:
any claim. Kept true: a check that fails ends the script, with its sentence and what was seen.
Internal to tests/.
"""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(os.environ.get("GIAMBIO_SOURCE", pathlib.Path(__file__).parents[1])).resolve()
BIN = pathlib.Path(os.environ.get("GIAMBIO_BIN", ROOT / "build/release/bin")).resolve()
PATIENCE = 60  # seconds until something counts as stuck


def as_text(seen):
    if isinstance(seen, subprocess.CompletedProcess):
        return f"exit {seen.returncode}\nstdout: {seen.stdout}\nstderr: {seen.stderr}"
    return str(seen)


def check(condition, what, *seen):
    if condition:
        return
    print("FAILED:", what)
    for each in seen:
        print("   ", as_text(each)[:4000])
    sys.exit(1)


def skip(why):
    print("skipped:", why)
    sys.exit(77)


def environment(trace=None, **more):
    """That of this process, with programs that write their trace there, or none."""
    settings = {name: value for name, value in os.environ.items()
                if not name.startswith("GIAMBIO_TRACE")}
    return {**settings, **({"GIAMBIO_TRACE": str(trace)} if trace else {}), **more}
