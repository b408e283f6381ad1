"""The command `giambio-trace check`: exit codes, options, JSON, and programs in which nothing is
found. The manual's example is tried in tests/model/documented_test.py.

When two_locks.cpp is meant to change, write its trace anew, from the root of the tree, and read
what the change is:

    python3 tests/check/check_command_test.py --write
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from script import BIN, ROOT, check  # noqa: E402

SAMPLE = pathlib.Path("tests/check/two_locks.jsonl")
MANUAL = ROOT / "tracer/INSTRUMENT.md"
CLEAN = ROOT / "lessons/06-echo-server/trace.jsonl"
# On the machine's clock anything may be late; that is not what these programs are tried for.
PATIENT = ["--long-step", "100s", "--never-yields", "100s", "--starved", "100s", "--late-timer",
           "100s", "--slow-cancel", "100s", "--held-lock", "100s"]


def run(*arguments):
    return subprocess.run([BIN / "giambio-trace", "check", *map(str, arguments)], cwd=ROOT,
                          capture_output=True, text=True, timeout=60)


def trace_of(folder, program, *arguments):
    trace = pathlib.Path(folder) / (program + ".jsonl")
    subprocess.run([BIN / program, *arguments], timeout=60, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, env={**os.environ, "GIAMBIO_TRACE": str(trace)})
    return trace


def the_sample_is_what_the_program_leaves():
    done = run(SAMPLE)
    check(done.returncode == 1, "a deadlock is something to warn of", done)
    with tempfile.TemporaryDirectory() as folder:
        fresh = run(trace_of(folder, "check-two-locks"))
        check(fresh.stdout == done.stdout, "the program still makes this trace", fresh)


def nothing_is_said_of_what_lies_behind_a_gap(folder):
    """The warning of the sample comes after seq 20, from where on trace events are missing here."""
    lines = SAMPLE.read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith('{"seq":20,'))
    lines[at] = re.sub('"kind".*', '"kind":"lost","task":0,"cause":0,"at":0,"events":1,'
                       '"text":"full"}', lines[at])
    gap = folder / "gap.jsonl"
    gap.write_text("\n".join(lines) + "\n")
    done = run(gap)
    check(done.returncode == 0 and "seq 20; what comes after was not looked at" in done.stdout,
          "it says where it stops", done)
    check("1 trace event is missing from seq 20 on" in done.stderr, "the gap is told", done)
    check(json.loads(run(gap, "--json").stdout)["not_looked_at_from"] == [20], "in JSON")
    check(json.loads(run(SAMPLE, "--json").stdout)["not_looked_at_from"] == [], "and if none is")


def exit_codes(folder):
    check(run(CLEAN).returncode == 0, "a clean trace")
    check(run(CLEAN).stdout == "Nothing to warn of.\n", "and what is said of it")
    for file in (folder / "none", folder):
        done = run(file)
        check(done.returncode == 2 and str(file) in done.stderr, "a file that is not there", done)
    check(run().returncode not in (0, 1), "no file at all", run())
    damaged = folder / "damaged.jsonl"
    damaged.write_text(CLEAN.read_text() + "{damaged\n")
    check(run(damaged).returncode == 0 and run(damaged).stderr != "", "a bad line is told")
    check(run(damaged, "--strict").returncode == 1, "and fails if that is asked for")


def names_choose():
    check(run(SAMPLE, "--allow", "deadlock_cycle").returncode == 0, "--allow")
    check(run(SAMPLE, "--only", "long_step,starved").returncode == 0, "--only others")
    check(run(SAMPLE, "--only", "long_step,deadlock_cycle").returncode == 1, "--only this")
    for option in ("--only", "--allow"):
        done = run(SAMPLE, option, "deadlocks")
        check(done.returncode not in (0, 1), "an unknown name is refused", done)
        check("deadlocks" in done.stderr and "--list" in done.stderr, "with a sentence", done)


def limits_are_read(folder):
    step = folder / "step.jsonl"
    line = '{"seq":%d,"t":%d,"turn":1,"kind":"%s","task":1,"cause":0,"at":0%s}\n'
    step.write_text('{"giambio_trace":1,"minor":1}\n' + line % (1, 0, "switch_in", "") +
                    line % (2, 20_000_000, "switch_out", ',"how":"yield"'))
    check(run(step).returncode == 1, "20 ms are a long step")
    for limit in ("21ms", "0.021s", "21000us", "20000001ns"):
        check(run(step, "--long-step", limit).returncode == 0, limit)
    check(run(step, "--long-step", "20ms").returncode == 1, "as long as the limit")
    for wrong in ("20", "ms", "-5ms", "0ms", "5 ms", "nans", "1e40s"):
        done = run(step, "--long-step=" + wrong)
        refused = done.returncode not in (0, 1) and "10ms" in done.stderr
        check(refused, f"{wrong!r} is refused", done)


def json_tells_the_same():
    done = run(SAMPLE, "--json")
    whole = json.loads(done.stdout)
    check(done.returncode == 1 and whole["events"] > 50, "the totals", done)
    (told,) = whole["warnings"]
    check(list(told) == ["name", "severity", "count", "seqs", "tasks", "objects", "sentence",
                         "explanation", "advice", "lesson"], "its keys", done)
    check((told["name"], told["severity"]) == ("deadlock_cycle", "error"), "its rule", done)
    check(told["tasks"] == [2, 3] and told["objects"] == [2, 1], "its evidence", done)
    lines = [json.loads(line) for line in (ROOT / SAMPLE).read_text().splitlines()]
    kinds = {line["seq"]: line["kind"] for line in lines if "seq" in line}
    check([kinds[seq] for seq in told["seqs"]] == ["park", "park", "deadlock"], "seqs", done)
    as_text = run(SAMPLE).stdout
    check(told["sentence"] in as_text and told["advice"] in as_text, "its texts", done)
    clean = run(CLEAN, "--json")
    check(clean.returncode == 0 and json.loads(clean.stdout)["warnings"] == [], "none", clean)


def the_list_and_the_manual_have_all():
    listed = run("--list")
    names = re.findall(r"^(\w+) \((?:error|warning)\)$", listed.stdout, re.MULTILINE)
    check(listed.returncode == 0 and len(names) == 17, "--list", listed)
    table = re.findall(r"^\| `(\w+)` \|.*\| (?:`(--[\w-]+) (\w+)`)? ?\|$", MANUAL.read_text(),
                       re.MULTILINE)
    check([row[0] for row in table if row[0] in names] == names, "the manual's table", listed)
    text = run("--help").stdout
    for name, option, value in table:
        if name not in names or not option:
            continue
        check(f"limit: {option}\n" in listed.stdout, f"--list names {option}", listed)
        number = re.match(r"\d+", value)[0]
        shown = re.search(re.escape(option) + r"\s.*?(?=\n  --|\n\n)", text, re.DOTALL)
        check(shown and re.search(rf"\b{number}\b", shown[0]), f"{option} is {value} by itself")


def the_lessons_programs_are_clean(folder):
    for program in ("lesson-03", "lesson-05", "nested-pools", "timeouts", "task-ipc"):
        done = run(trace_of(folder, program), *(PATIENT if program == "task-ipc" else []))
        check(done.returncode == 0, f"{program} is clean", done)
    done = run(trace_of(folder, "echo-server", "--simulated"))
    check(done.returncode == 0, "the demo is clean", done)


def the_servers_are_clean(folder):
    sys.path.insert(0, str(ROOT / "tests/programs"))
    os.environ["GIAMBIO_TRACE"] = str(folder / "%p.jsonl")
    import programs_test
    programs_test.chat_room()
    programs_test.proxy()
    del os.environ["GIAMBIO_TRACE"]
    traces = list(folder.glob("*.jsonl"))
    check(len(traces) >= 4, f"each program has left a trace: {traces}")
    for trace in traces:
        done = run(trace, *PATIENT)
        program = json.loads(trace.open().readline())["program"]
        check(done.returncode == 0, f"{program} is clean", done)


def main():
    if "--write" in sys.argv:
        (ROOT / SAMPLE).write_text(trace_of(tempfile.mkdtemp(), "check-two-locks").read_text())
        return
    the_sample_is_what_the_program_leaves()
    names_choose()
    json_tells_the_same()
    the_list_and_the_manual_have_all()
    for test in (exit_codes, nothing_is_said_of_what_lies_behind_a_gap, limits_are_read,
                 the_lessons_programs_are_clean, the_servers_are_clean):
        with tempfile.TemporaryDirectory() as folder:
            test(pathlib.Path(folder))


main()
