"""What tracer/INSTRUMENT.md shows of these commands is what they print.

Each line `$ ./giambio trace ...` of these sections is run in the root of the tree by a shell; what
follows it, up to the next, is its output, both streams together, and `[exit code N]` where N is
not 0. A line `...` stands for any lines.
"""
import os
import re
import subprocess
import sys
import tempfile

root = os.environ["GIAMBIO_SOURCE"]
program = os.path.join(os.environ["GIAMBIO_BIN"], "giambio-trace")
wanted_sections = ("query", "diff", "merge", "why", "stats")


def examples():
    """(command, expected output) of each example, in order."""
    with open(os.path.join(root, "tracer/INSTRUMENT.md"), encoding="utf-8") as file:
        text = file.read()
    for section in re.split(r"^## ", text, flags=re.M)[1:]:
        if section.split("\n", 1)[0].strip() not in wanted_sections:
            continue
        for block in re.findall(r"^```\n(\$ .*?)^```$", section, flags=re.M | re.S):
            for example in re.split(r"^\$ ", block, flags=re.M)[1:]:
                command, _, expected = example.partition("\n")
                yield command, expected


def run(command, scratch):
    command = command.replace("/tmp/", scratch + "/").replace("./giambio trace", program)
    done = subprocess.run(["bash", "-c", command], cwd=root, text=True, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    told = f"[exit code {done.returncode}]\n" if done.returncode else ""
    return done.stdout.replace(scratch + "/", "/tmp/") + told


def is_as(promised, printed):
    pattern = "".join("(.*\n)*" if line == "..." else re.escape(line) + "\n"
                      for line in promised.splitlines())
    return re.fullmatch(pattern, printed) is not None


wrong = count = 0
with tempfile.TemporaryDirectory() as folder:
    for asked, promised in examples():
        count += 1
        printed = run(asked, folder)
        if not is_as(promised.rstrip() + "\n", printed.rstrip() + "\n"):
            wrong += 1
            print(f"$ {asked}\n--- promised\n{promised}--- printed\n{printed}")
print(f"{count} examples, {wrong} wrong")
sys.exit(1 if wrong or count == 0 else 0)
