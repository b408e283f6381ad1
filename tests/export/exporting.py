"""What the scripts of tests/export/ share: starting the command, and traces to try it on.

Not here: any claim about an export. Kept true: a check that fails ends the script, with its
sentence.
Internal to tests/export/.
"""

import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from script import BIN, ROOT, check  # noqa: E402

TOOL = BIN / "giambio-trace"
SAMPLE = ROOT / "tests/model/echo_sample.jsonl"


def fail(what):
    print("FAILED:", what)
    sys.exit(1)


def trace(*arguments, stdout=subprocess.PIPE, **how):
    return subprocess.run([TOOL, *map(str, arguments)], stdout=stdout, stderr=subprocess.PIPE,
                          timeout=120, **how)


def export(path, *arguments):
    """What `trace export` writes to standard output; everything must be well."""
    done = trace("export", path, *arguments)
    check(done.returncode == 0, f"export {path} {arguments}: {done.stderr.decode()}")
    return done.stdout


def work_folder():
    class folder(tempfile.TemporaryDirectory):
        def __enter__(self):
            return pathlib.Path(super().__enter__())
    return folder(prefix="giambio-export-")


def traces_of_the_tree():
    return sorted([SAMPLE, *ROOT.glob("lessons/*/trace.jsonl"),
                   *ROOT.glob("tests/stepping/*.jsonl")])


def random_traces(folder, first, last):
    done = subprocess.run([BIN / "random-traces", folder, str(first), str(last)],
                          capture_output=True, text=True, timeout=120)
    check(done.returncode == 0, f"random-traces: {done.stderr}")
    return sorted(folder.glob("random-*.jsonl"))
