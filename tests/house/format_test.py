"""Holds the layout of every C++ file against .clang-format.

The layouts of clang-format's versions differ in small things; the project's is that of version 14,
the one of Debian 12. Not here: the words and sizes of a file (text_test.py). Kept true: a file
that is laid out otherwise is found, which is tried with a planted one. Internal to tests/house/.
"""

import re
import shutil
import subprocess

from tree import ROOT, files, finish, in_parallel, skip


def version(tool):
    said = subprocess.run([tool, "--version"], capture_output=True, text=True).stdout
    return re.search(r"version (\d+)", said).group(1)


def find_tool():
    for name in ("clang-format-14", "clang-format"):
        if shutil.which(name) and version(name) == "14":
            return name
    return skip("clang-format 14 is not on this machine")


def layout(name, text, tool):
    done = subprocess.run([tool, "--dry-run", "-Werror", f"--assume-filename={name}"], input=text,
                          cwd=ROOT, capture_output=True, text=True)
    first = done.stderr.partition("\n")[0].replace("<stdin>", name)
    return [f"{first} (put right with: clang-format -i {name})"] if done.returncode else []


if __name__ == "__main__":
    tool = find_tool()
    sources = files(".hpp", ".cpp")
    wrong = in_parallel(lambda name: layout(name, (ROOT / name).read_text(), tool), sources)
    if not layout("gui/planted.cpp", "int  twice( int a ){return 2*a;}\n", tool):
        wrong.append("a planted file with another layout was accepted")
    finish(wrong, f"{len(sources)} files in the layout of .clang-format")
