"""Compiles every header alone: whoever includes one needs to include nothing before it.

Calls the compiler the tree is built with, without making object files. Not here: which headers a
header may include (layers_test.py). Kept true: a header that leans on another one is found, which
is tried with a planted one. Internal to tests/house/.
"""

import tempfile
from pathlib import Path

from tree import compile_only, files, finish, in_parallel


def alone(header):
    accepted, output = compile_only("-x", "c++", "-include", header, "/dev/null")
    return [] if accepted else [f"{header} does not compile alone:\n{output}"]


def first_of_its_source(header):
    """Its own source file includes it first, so the build itself compiles it alone."""
    source = Path(header).with_suffix(".cpp")
    if not source.exists():
        return False
    includes = [line for line in source.read_text().splitlines() if line.startswith("#include")]
    return bool(includes) and includes[0] == f'#include "{header}"'


def planted():
    with tempfile.TemporaryDirectory() as folder:
        header = Path(folder, "leaning.hpp")
        header.write_text("#pragma once\ninline std::string name() { return {}; }\n")
        return [] if alone(str(header)) else ["a planted header that leans on another is accepted"]


if __name__ == "__main__":
    headers = [each for each in files(".hpp") if not first_of_its_source(each)]
    finish(planted() + in_parallel(alone, headers), f"{len(headers)} headers, each compiled alone")
