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


def planted():
    with tempfile.TemporaryDirectory() as folder:
        header = Path(folder, "leaning.hpp")
        header.write_text("#pragma once\ninline std::string name() { return {}; }\n")
        return [] if alone(str(header)) else ["a planted header that leans on another is accepted"]


if __name__ == "__main__":
    headers = files(".hpp")
    finish(planted() + in_parallel(alone, headers), f"{len(headers)} headers, each compiled alone")
