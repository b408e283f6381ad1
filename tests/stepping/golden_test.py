"""Scenario 106: the story of two sleeping children, trace event by trace event.

When the story is meant to change, write both golden files anew, from the root of the tree, with
the folder of the built programs in GIAMBIO_BIN, and read what the change is before committing it:

    python3 tests/stepping/golden_test.py --write
"""
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(os.environ.get("GIAMBIO_SOURCE", "."))
PROGRAMS = pathlib.Path(os.environ.get("GIAMBIO_BIN", "."))
TRACE = ROOT / "tests/stepping/two_sleepers.jsonl"
STORY = ROOT / "tests/stepping/two_sleepers.txt"


def told():
    """The trace of a run, and its story in words."""
    with tempfile.TemporaryDirectory() as folder:
        trace = pathlib.Path(folder) / "trace.jsonl"
        environment = {**os.environ, "GIAMBIO_TRACE": str(trace)}
        environment.pop("GIAMBIO_TRACE_PAYLOAD", None)
        subprocess.run([PROGRAMS / "stepping-two-sleepers"], env=environment, timeout=60,
                       check=True)
        story = subprocess.run([PROGRAMS / "giambio-trace", "text", trace], capture_output=True,
                               text=True, timeout=60, check=True)
        return trace.read_text(), story.stdout


def compare(golden, now):
    # Compilers do not agree on the column of a site.
    expected, now = (re.sub(r'"column":[0-9]+', '"column":0', text)
                     for text in (golden.read_text(), now))
    if expected == now:
        return True
    print(golden.name, "tells another story:")
    sys.stdout.writelines(difflib.unified_diff(
        expected.splitlines(keepends=True), now.splitlines(keepends=True), "golden", "now"))
    return False


def main():
    trace, story = told()
    if "--write" in sys.argv:
        TRACE.write_text(trace)
        STORY.write_text(story)
        return 0
    same = [compare(TRACE, trace), compare(STORY, story)]
    return 0 if all(same) else 1


sys.exit(main())
