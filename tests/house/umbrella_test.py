"""Holds the umbrella header against the headers that say of themselves that they are public.

A header of traps/objects/ whose opening paragraph ends with "Public" is for programs, and programs
include only kernel/face/giambio.hpp: so it must be named there, and one that is not for programs
must not. The headers beside the umbrella and in traps/ are not counted: most of them come with an
object. Not here: who may include what (layers_test.py). Kept true: a forgotten header is found,
which is tried with a planted one. Internal to tests/house/.
"""

import re

from tree import ROOT, files, finish

UMBRELLA = "kernel/face/giambio.hpp"


def is_public(text):
    """Does the paragraph that opens the file end with a line that begins with "Public"?"""
    opening = re.match(r"(//[^\n]*\n)*", text).group().splitlines()
    return bool(opening) and re.match(r"// Public\b(?! to)", opening[-1]) is not None


def compare(headers, umbrella):
    """headers: path -> text. The sentences about what is wrong."""
    named = set(re.findall(r'#include "(traps/objects/[^"]+)"', umbrella))
    for path, text in sorted(headers.items()):
        if is_public(text) and path not in named:
            yield f"{path} says that it is public, and {UMBRELLA} does not include it"
        if path in named and not is_public(text):
            yield f"{UMBRELLA} includes {path}, which does not say that it is public"
    for path in sorted(named - headers.keys()):
        yield f"{UMBRELLA} includes {path}, and there is no such file"


def planted():
    told = {"traps/objects/a.hpp": "// A.\n// Public.\n", "traps/objects/b.hpp": "// B.\n// Public"
            " to tracer/.\n", "traps/objects/c.hpp": "// C.\n// Public, and more.\n"}
    for umbrella, expected in (("a c", 0), ("a", 1), ("a b c", 1), ("a c d", 1), ("", 2)):
        text = "".join(f'#include "traps/objects/{name}.hpp"\n' for name in umbrella.split())
        if len(list(compare(told, text))) != expected:
            yield f"planted and misjudged: an umbrella with '{umbrella}'"


if __name__ == "__main__":
    headers = {path: (ROOT / path).read_text() for path in files(".hpp")
               if path.startswith("traps/objects/")}
    wrong = [*planted(), *compare(headers, (ROOT / UMBRELLA).read_text())]
    finish(wrong, f"{len(headers)} headers of objects against the umbrella")
