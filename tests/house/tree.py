"""What the tests of tests/house/ share: which files the project consists of.

Called by every *_test.py of this folder; calls nothing of ours. Not here: any rule about the
files; each rule is a test of its own. Kept true: build folders and hidden folders are left out.
A test collects sentences about what is wrong and hands them to finish(). Internal to tests/house/.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(os.environ.get("GIAMBIO_SOURCE", Path(__file__).resolve().parents[2]))
SKIPPED = 77  # ctest counts a test that ends with this code as skipped


def files(*suffixes):
    """The files of the project with one of the suffixes, relative to its root, in order."""
    found = []
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name[0] != "." and not name.startswith("build")
                    and name != "__pycache__"]
        found += [Path(folder, name).relative_to(ROOT) for name in names if name != ".git"]
    return sorted(str(path) for path in found if path.suffix in suffixes or not suffixes)


def read_sources():
    """Path -> text of every C++ file."""
    return {path: (ROOT / path).read_text() for path in files(".hpp", ".cpp")}


def in_parallel(check, items):
    """check(item) for each; the sentences that they return, in the order of the items."""
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        return [sentence for found in workers.map(check, items) for sentence in found]


def compile_only(*arguments):
    """Runs the compiler without making anything; (did it accept, what it said)."""
    command = [os.environ.get("GIAMBIO_CXX", "c++"), "-std=c++20", "-fsyntax-only", "-Wall",
               "-Wextra", "-Werror", f"-I{ROOT}", f"-I{ROOT}/kernel/face", *imgui_flags(),
               *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True,
                          env={**os.environ, "LC_ALL": "C"})
    return done.returncode == 0, done.stdout + done.stderr


def imgui_flags():
    found = subprocess.run(["pkg-config", "--cflags", "imgui"], capture_output=True, text=True)
    return found.stdout.split()


def finish(wrong, checked):
    """Ends the test: with each sentence in `wrong`, or with what was checked."""
    for sentence in wrong:
        print(sentence)
    print(f"{checked}: {len(wrong)} wrong" if wrong else f"{checked}: all right")
    sys.exit(1 if wrong else 0)


def skip(reason):
    print(reason)
    sys.exit(SKIPPED)
