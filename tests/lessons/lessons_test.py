"""The command `giambio-lesson` as a user meets it: every subcommand, golden traces, exit codes.

`check` compares golden traces with fresh ones, in all but how a compiler spells a site; that it
notices a change is tried on a copy. Not here: selectors and texts (the C++ tests beside this file).
Kept true: nothing is written into the tree. Internal to tests/lessons/.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from script import BIN, ROOT, check  # noqa: E402

WINDOWLESS = {name: value for name, value in os.environ.items()
              if name not in ("DISPLAY", "WAYLAND_DISPLAY", "GIAMBIO_TRACE")}


def run(*arguments, folder, lessons=ROOT / "lessons"):
    settings = dict(WINDOWLESS, GIAMBIO_LESSONS=str(lessons), TMPDIR=str(folder))
    return subprocess.run([BIN / "giambio-lesson", *arguments], cwd=folder, env=settings, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=120)


def every_lesson_is_what_it_was(folder):
    done = run("check", folder=folder)
    check(done.returncode == 0, "golden, fresh and real runs fit the texts", done)
    check(done.stdout.count("every step is one trace event") == 3, "three were checked", done)
    check(not list(folder.glob("*.jsonl")), "check leaves no trace behind", done)


def without_sites(trace):
    """Compilers count columns differently, and name templates so."""
    return [line for line in trace.read_text().splitlines() if not line.startswith('{"site"')]


def a_changed_run_is_noticed(folder):
    copy = folder / "lessons"
    shutil.copytree(ROOT / "lessons", copy)
    golden = copy / "05-time-is-a-queue/trace.jsonl"
    golden.write_text(golden.read_text().replace('"due":100000000', '"due":100000001', 1))
    done = run("check", "5", folder=folder, lessons=copy)
    check(done.returncode == 1 and "./giambio lesson record 05" in done.stderr,
          "a golden trace that differs, and the command that records it anew", done)
    check('"due":100000001' in done.stderr and "is now" in done.stderr, "both lines", done)
    done = run("record", "5", folder=folder, lessons=copy)
    check(done.returncode == 0 and without_sites(golden) ==
          without_sites(ROOT / "lessons/05-time-is-a-queue/trace.jsonl"), "record", done)
    steps = copy / "03-ready-queue/steps.json"
    steps.write_text(steps.read_text().replace('"text": "a2"', '"text": "a*"'))
    done = run("check", "03", folder=folder, lessons=copy)
    check(done.returncode == 1 and "matches 3 trace events" in done.stderr,
          "a step that has become vague", done)


def list_names_every_lesson(folder):
    done = run("list", folder=folder)
    for part in ("03", "The ready queue", "05", "Time is a queue", "06", "The echo server", "min"):
        check(done.returncode == 0 and part in done.stdout, f"list: {part}", done)


def run_leaves_the_trace_here(folder):
    done = run("run", "3", "--text", folder=folder)
    trace = folder / "giambio-lesson-03.jsonl"
    check(done.returncode == 0 and trace.exists() and str(trace) in done.stdout, "the trace", done)
    check("a0 b0 a1 b1 a2 b2" in done.stdout, "the program's own output", done)
    check("Before you step on" in done.stdout and "ready #2 busy a" in done.stdout, "text", done)
    windowless = run("run", "03-ready-queue", folder=folder)
    why = "There is no display for the viewer's window, so here it is in words.\n\n"
    check(why in windowless.stdout and windowless.stdout.replace(why, "") == done.stdout,
          "without a display it is told in words, and why", windowless)
    check(run("text", "03", folder=folder).stdout in done.stdout, "text tells the same", done)
    quiet = run("run", "5", "--no-view", folder=folder)
    check(quiet.returncode == 0 and "Before you" not in quiet.stdout, "--no-view", quiet)
    check((folder / "giambio-lesson-05.jsonl").exists(), "--no-view leaves the trace", quiet)


def a_folder_that_cannot_be_written_is_no_obstacle(folder):
    settings = dict(WINDOWLESS, GIAMBIO_LESSONS=str(ROOT / "lessons"), TMPDIR=str(folder))
    done = subprocess.run([BIN / "giambio-lesson", "run", "5", "--no-view"], cwd="/proc", text=True,
                          env=settings, capture_output=True, timeout=60)
    check(done.returncode == 0 and str(folder / "giambio-lesson-05.jsonl") in done.stdout,
          "the trace goes to TMPDIR, and its path is told", done)


def the_echo_server_runs_in_both_worlds(folder):
    simulated = run("run", "06", "--simulated", "--text", folder=folder)
    check(simulated.returncode == 0 and "61.000 ms" in simulated.stdout, "exact times", simulated)
    real = run("run", "06", "--real", "--text", folder=folder)
    check(real.returncode == 0 and "Exiting..." in real.stdout, "real sockets", real)
    told = real.stdout[real.stdout.index("The echo server\n==="):]
    check("[[" not in told and "Got: 'two sugars, please\\n'" in told, "its values", real)


def wrong_commands_are_refused(folder):
    for arguments, code, part in (
            (("run", "4"), 1, "the lessons are 03, 05, 06"),
            (("run", "3", "--real"), 1, "virtual clock only"),
            (("run",), 2, "lesson"),
            (("run", "6", "--real", "--simulated"), 2, "simulated"),
            (("teach",), 2, "teach"),
            ((), 2, "subcommand")):
        done = run(*arguments, folder=folder)
        check(done.returncode == code and part in done.stderr, f"{arguments}", done)
    done = run("list", folder=folder, lessons=folder)
    check(done.returncode == 1 and "GIAMBIO_LESSONS" in done.stderr, "no lessons there", done)
    done = run("run", "--help", folder=folder)
    check(done.returncode == 0 and "--real" in done.stdout, "--help", done)


if __name__ == "__main__":
    for test in (every_lesson_is_what_it_was, a_changed_run_is_noticed, list_names_every_lesson,
                 run_leaves_the_trace_here, a_folder_that_cannot_be_written_is_no_obstacle,
                 the_echo_server_runs_in_both_worlds, wrong_commands_are_refused):
        with tempfile.TemporaryDirectory() as made:
            test(pathlib.Path(made).resolve())
        print("passed:", test.__name__)
