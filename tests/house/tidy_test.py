"""Runs clang-tidy with .clang-tidy over the sources of the lower layers, and over their headers.

The lower layers are those that everybody reads; gui/ and lessons/ are left to the compiler's
warnings, so that the whole of `./giambio test` stays within its ten minutes. A file that passed is
remembered in the build folder by the hash of everything that it includes of ours. Not here: layout
(format_test.py). Kept true: a planted file with a wrong name and a wrong pointer is found.
Internal to tests/house/.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from tree import ROOT, finish, in_parallel, read_sources, skip

LAYERS = ("traps/", "kernel/", "tracer/")
BUILD = Path(os.environ.get("GIAMBIO_BUILD", ROOT / "build/release"))
PASSED = BUILD / "tidy-passed"
PLANTED = ("#include <coroutine>\n#include <source_location>\nnamespace giambio {\n"
           "int* BadName() { return 0; }\n}\n")


def find_tool():
    for name in ("clang-tidy-15", "clang-tidy-16", "clang-tidy"):
        said = subprocess.getoutput(f"{name} --version") if shutil.which(name) else "version 0"
        if int(re.search(r"version (\d+)", said).group(1)) >= 15:
            return name  # version 14 does not know the coroutines of GCC's library
    return skip("there is no clang-tidy of version 15 or later on this machine")


def fingerprint(path, sources, seen=None):
    """The hash of a file, of the files of ours that it includes, and of the rules."""
    seen = {} if seen is None else seen
    if path not in seen and path in sources:
        seen[path] = sources[path]
        for name in re.findall(r'#include ["<]([^">]+)', sources[path]):
            fingerprint(name, sources, seen)
    everything = [(ROOT / ".clang-tidy").read_text(), *(seen[name] for name in sorted(seen))]
    return hashlib.sha256("\0".join(everything).encode()).hexdigest()


def one_by_one(entries):
    """A file that includes many, to compile them at once, as one entry for each of them."""
    for entry in entries:
        unity = Path(entry["file"])
        if "Unity" not in unity.parts:
            yield entry
            continue
        for source in re.findall(r'#include "(/[^"]+)"', unity.read_text()):
            yield {**entry, "file": source,
                   "command": entry["command"].replace(entry["file"], source)}


def for_another_compiler(entries):
    """The same commands, without what no other compiler than that of the build can read."""
    for entry in entries:
        entry["command"] = re.sub(r" -Winvalid-pch| -include \S+cmake_pch\.hxx| --param=\S+", "",
                                  entry["command"])
    (PASSED / "compile_commands.json").write_text(json.dumps(entries))
    return entries


def findings(tool, path, *flags):
    done = subprocess.run([tool, "--quiet", path, *flags], cwd=ROOT, capture_output=True, text=True)
    return [] if done.returncode == 0 else [done.stdout or done.stderr]


def tidy(tool, path, sources):
    mark = PASSED / fingerprint(path, sources)
    if mark.exists():
        return []
    # The tree may have been configured for another compiler, with warnings that only that one has.
    found = findings(tool, path, "-p", str(PASSED), "--extra-arg=-Wno-unknown-warning-option")
    if not found:
        mark.touch()
    return found


def planted(tool):
    source = PASSED / "planted.cpp"
    source.write_text(PLANTED)
    rules = f"--config-file={ROOT}/.clang-tidy"
    found = "".join(findings(tool, str(source), rules, "--", "-std=c++20"))
    for check in ("readability-identifier-naming", "modernize-use-nullptr"):
        if check not in found:
            yield f"planted and not noticed: {check}\n{found}"


if __name__ == "__main__":
    tool = find_tool()
    sources = read_sources()
    PASSED.mkdir(exist_ok=True)
    commands = json.loads((BUILD / "compile_commands.json").read_text())
    compiled = {str(Path(entry["file"]).relative_to(ROOT))
                for entry in for_another_compiler([*one_by_one(commands)])
                if Path(entry["file"]).is_relative_to(ROOT)}
    chosen = sorted(path for path in compiled if path.startswith(LAYERS))
    wrong = [*planted(tool), *in_parallel(lambda path: tidy(tool, path, sources), chosen)]
    finish(wrong, f"{len(chosen)} sources and their headers against .clang-tidy")
