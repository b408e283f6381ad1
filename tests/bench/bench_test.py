"""Every benchmark still runs, with tiny sizes and once; what it measures then means nothing.

A case may be left out for a tool that is not on this machine, never for a program of ours.
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import case, missing, refuse_lost_trace

BENCH = Path(__file__).with_name("bench.py")
FIELDS = {"name", "unit", "ours", "peer", "limit", "ratio", "runs", "min", "median", "max"}


def main():
    done = subprocess.run([sys.executable, BENCH, "--brief", "--json"], capture_output=True,
                          text=True, env={**os.environ})
    if done.returncode != 0:
        sys.exit(f"bench.py failed:\n{done.stderr}{done.stdout}")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    if any(FIELDS - set(each) for each in told):
        sys.exit(f"a case does not tell all of {', '.join(sorted(FIELDS))}")
    left_out = [each["name"] for each in told
                if any("not on this machine" in why for way, why in each["left_out"].items()
                       if way == "ours")]
    wrong = [each["name"] for each in told
             if each["name"] not in left_out and not (each["ours"] and each["ours"] > 0)]
    if wrong:
        sys.exit(f"ours was not measured: {', '.join(wrong)}")
    print(f"{len(told) - len(left_out)} cases ran; left out: {' '.join(left_out) or 'none'}")
    wrong_words_are_refused()
    ends_quietly_when_nobody_reads()
    ends_all_when_told_to()
    figures_are_put_together()


def bench(*words, **options):
    return subprocess.Popen([sys.executable, BENCH, *words], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, **options)


def wrong_words_are_refused():
    for words, why in ((["nothing-like-it"], "'nothing-like-it'"), (["echo-typo"], "'echo-typo'"),
                       (["kernel", "nothing"], "'nothing'"),
                       (["kernel", "--runs", "-3"], "'-3' is not a number"),
                       (["kernel", "--runs", "0"], "'0' is not a number")):
        refused = bench(*words)
        _, errors = refused.communicate(timeout=60)
        if refused.returncode != 2 or why not in errors:
            sys.exit(f"{words} is not refused: {refused.returncode} {errors}")


def ends_quietly_when_nobody_reads():
    started = bench("program-te", "kern", "--brief", "--json")  # by the beginnings of names
    first = json.loads(started.stdout.readline())
    started.stdout.close()
    errors = started.stderr.read()
    started.wait(timeout=60)
    if not first["name"].startswith("kernel-") or errors:
        sys.exit(f"it does not end quietly after {first['name']}: {errors}")


def ends_all_when_told_to():
    for number, code, said in ((signal.SIGTERM, 128 + signal.SIGTERM, ""),
                               (signal.SIGINT, 130, "bench: interrupted.\n")):
        with tempfile.TemporaryDirectory() as folder:
            started = bench("echo-1", "--runs", "50", env={**os.environ, "TMPDIR": folder})
            started.stdout.readline()
            time.sleep(0.5)
            server = children_of(started.pid)
            started.send_signal(number)
            _, errors = started.communicate(timeout=60)
            left = [process for process in server if not is_gone_soon(process)]
            if (started.returncode != code or errors != said or left or not server
                    or os.listdir(folder)):
                sys.exit(f"signal {number}: {started.returncode} {errors} {left}")


def is_gone_soon(process):
    """It has been killed; who has become its parent still has to take note of that."""
    for _ in range(100):
        if not Path(f"/proc/{process}").exists():
            return True
        time.sleep(0.1)
    return False


def children_of(process):
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()


def figures_are_put_together():
    def absent():
        raise missing("not here")
    values = iter([4.0, 1.0, 3.0])
    made = case("a", "b", "c", {"ours": lambda: next(values), "half": lambda: (6, {"beside": 2}),
                                "fewer": lambda: 1, "gone": absent}, "ours", ("half", "gone"),
                unlike=("fewer",))
    for _ in range(3):
        made.run_round()
    told = made.summary()
    expected = {"ours": 3.0, "min": 1.0, "max": 4.0, "peer": {"half": 6}, "runs": 3,
                "ratio": {"half": 0.5, "fewer": None}, "left_out": {"gone": "not here"}}
    if any(told[name] != value for name, value in expected.items()):
        sys.exit(f"the figures are put together wrongly: {told}")
    if told["ways"][1]["beside"] != {"beside": 2}:
        sys.exit(f"what stands beside a figure is lost: {told}")
    for lost in ("giambio: cannot write the trace x: No space left on device", ""):
        try:
            refuse_lost_trace(lost)
            refused = False
        except SystemExit:
            refused = True
        if refused != bool(lost):
            sys.exit("a trace that ended early is taken for a whole one, or the other way round")


main()
