"""What tracer/INSTRUMENT.md shows is what the commands print.

A line `$ ...` of a block without a language is run in the root of the tree by a shell, with the
lines of its here document when it has one. What follows, up to the next, is its output, both
streams together, and `[exit code N]` where N is not 0; a line `...` stands for any lines. Examples
with sqlite3 are left out, and named, where there is none. Blocks of the language `console` are not
run. Internal to tests/model/.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from script import BIN, PATIENCE, ROOT  # noqa: E402

AT_LEAST = 18  # examples; fewer means that they are not found


def examples():
    """(command, expected output) of each example, in order."""
    text = (ROOT / "tracer/INSTRUMENT.md").read_text()
    for block in re.findall(r"^```\n(\$ .*?)^```$", text, flags=re.M | re.S):
        for example in re.split(r"^\$ ", block, flags=re.M)[1:]:
            here = re.match(r".*?<<'(\w+)'\n.*?^\1\n", example, flags=re.M | re.S)
            command = here.group() if here else example.partition("\n")[0]
            yield command, example[len(command) + (not here):]


def run(command, scratch):
    command = command.replace("/tmp/", scratch + "/")
    command = command.replace("./giambio trace", str(BIN / "giambio-trace"))
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, text=True, timeout=PATIENCE,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    told = f"[exit code {done.returncode}]\n" if done.returncode else ""
    return done.stdout.replace(scratch + "/", "/tmp/") + told


def is_as(promised, printed):
    pattern = "".join("(.*\n)*" if line == "..." else re.escape(line) + "\n"
                      for line in promised.rstrip().splitlines())
    return re.fullmatch(pattern, printed.rstrip() + "\n" if printed.strip() else "") is not None


wrong = count = 0
with tempfile.TemporaryDirectory() as folder:
    for asked, promised in examples():
        if asked.startswith("sqlite3") and shutil.which("sqlite3") is None:
            print("left out, there is no sqlite3 here:", asked.partition("\n")[0])
            continue
        count += 1
        printed = run(asked, folder)
        if not is_as(promised, printed):
            wrong += 1
            print(f"$ {asked}\n--- promised\n{promised}--- printed\n{printed}")
print(f"{count} examples, {wrong} wrong")
sys.exit(1 if wrong or count < AT_LEAST else 0)
