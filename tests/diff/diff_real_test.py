"""Runs of one program that differ in one thing: `trace diff` names that thing."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from script import BIN, check  # noqa: E402

folder = tempfile.TemporaryDirectory()


def run(name, shuffle=0, guests=0, nap=2):
    """The trace of one run."""
    path = pathlib.Path(folder.name, name)
    subprocess.run([BIN / "diff-kitchen", str(shuffle), str(guests), str(nap)], check=True,
                   timeout=60, env={**os.environ, "GIAMBIO_TRACE": str(path)})
    return path


def diff(a, b, *options):
    done = subprocess.run([BIN / "giambio-trace", "diff", a, b, "--json", *options], text=True,
                          capture_output=True, timeout=60)
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


plain = run("plain.json")
code, told = diff(plain, run("again.json"))
check(code == 0 and told["equal"], "the same program does the same", told)

code, told = diff(plain, run("longer.json", nap=5))
check(code == 1, "a changed line is seen", told)
check(told["decision"] == "The task asks for something else.", "it asks for another sleep", told)
check("5.000 ms" in told["first"]["b"]["text"], "the longer sleep is shown", told)
check([each["path"] for each in told["histories"]][0] == "main/cook[3]", "the third cook", told)

code, told = diff(plain, run("guest.json", guests=1))
check(code == 1 and told["decision"] == "Another task is spawned.", "one more task", told)
check(told["only_in_b"] == ["main/guest"] and not told["only_in_a"], "the guest is named", told)
later = [each["path"] for each in told["histories"] if each["path"].startswith("main/cook")]
check(not later, "the cooks do the same with a guest", told)

for seed in range(1, 20):
    other = run("shuffled.json", shuffle=seed)
    code, told = diff(plain, other)
    check(any("shuffle" in each for each in told["notes"]), "the shuffle is noted", told)
    if code == 1:
        break
check(code == 1, "one of 19 shuffles is another order", told)
check(told["decision"] == "Another task runs next.", "the order is the decision", told)
first = told["first"]
check(first["a"]["seq"] == first["b"]["seq"], "it is at the same place", told)

cut = pathlib.Path(folder.name, "cut.json")
text = plain.read_bytes()
for length in (len(text) // 3, len(text) // 2, len(text) - 90):
    cut.write_bytes(text[:length])
    code, told = diff(plain, cut)
    check(code == 1 and told["decision"] == "B ends here, A goes on.", f"cut at {length}", told)
    check(told["first"]["b"] is None, "B has nothing more", told)
code, told = diff(plain, pathlib.Path(folder.name, "missing.json"))
check(code == 2 and "missing.json" in told, "an unreadable file is named", told)
print("all right")
