"""What tracer/INSTRUMENT.md shows of `export`, `import` and SQL is what the commands print.

A line `$ ./giambio trace ...` is run in the root of the tree by a shell, with the lines of its here
document when it has one; what follows, up to the next, is its output, both streams together. Ends
with 77 where there is no sqlite3. Internal to tests/export/.
"""

import re
import shutil
import subprocess
import sys

from exporting import ROOT, TOOL, work_folder

SECTIONS = ("export", "import", "SQL")


def examples():
    """(command, expected output) of each example, in order."""
    text = (ROOT / "tracer/INSTRUMENT.md").read_text()
    for section in re.split(r"^## ", text, flags=re.M)[1:]:
        if section.split("\n", 1)[0].strip() in SECTIONS:
            for block in re.findall(r"^```\n(\$ .*?)^```$", section, flags=re.M | re.S):
                for example in re.split(r"^\$ ", block, flags=re.M)[1:]:
                    here = re.match(r".*?<<'(\w+)'\n.*?^\1\n", example, flags=re.M | re.S)
                    command = here.group() if here else example.partition("\n")[0]
                    yield command, example[len(command) + (not here):]


def run(command, scratch):
    command = command.replace("/tmp/", f"{scratch}/").replace("./giambio trace", str(TOOL))
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, text=True, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    told = f"[exit code {done.returncode}]\n" if done.returncode else ""
    return done.stdout.replace(f"{scratch}/", "/tmp/") + told


if __name__ == "__main__":
    if shutil.which("sqlite3") is None:
        print("there is no sqlite3 on this machine")
        sys.exit(77)
    with work_folder() as folder:
        shown = [(command, promised, run(command, folder)) for command, promised in examples()]
    wrong = [each for each in shown if each[1] != each[2]]
    for command, promised, printed in wrong:
        print(f"$ {command}\n--- promised\n{promised}--- printed\n{printed}")
    print(f"{len(shown)} examples, {len(wrong)} wrong")
    sys.exit(1 if wrong or len(shown) < 8 else 0)
