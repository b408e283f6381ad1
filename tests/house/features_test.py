"""Holds kernel/FEATURES.md against the tests that it names.

Every row, point and scenario stands in its table exactly once; every test that is named exists,
with exactly that name and in that file; who has no test says "Not" and why. Not here: whether a
test shows what the page says of it; that is a reader's work. Kept true: each kind of mistake is
found, which is tried with planted ones. Internal to tests/house/.
"""

import re

from tree import ROOT, files, finish

PAGE = "kernel/FEATURES.md"
LETTERS = "ABCDEFGHILM"  # of the groups of points, and the first point of each
FIRST_POINTS = (1, 6, 11, 19, 34, 38, 46, 50, 60, 67, 72)
SCENARIOS = """1 2 3 4 5 6 8 11 12 13 15 16 18 19 20 21 23 24 25 27 28 30 31 32 34 35 36 38 39 40
    42 43 45 47 48 49 51 52 54 55 56 57 59 61 63 64 65 67 68 70 71 72 73 75 77 78 79 80 82 83 84 86
    88 89 92 93 94 96 97 99 101 102 104 106 107 108"""
NAMED = re.compile(r"`([^`]+)` ([\w./]+)|([\w./]+\.(?:py|cpp))")


def points():
    """2A-1 to 2M-77."""
    for number in range(1, 78):
        group = sum(number >= first for first in FIRST_POINTS) - 1
        yield f"2{LETTERS[group]}-{number}"


TABLES = {"1": [str(row) for row in range(1, 163)], "2": list(points()), "3": SCENARIOS.split()}


def cases():
    """File below tests/ -> the names of its test cases."""
    found = {}
    for path in files(".cpp"):
        if path.startswith("tests/"):
            text = (ROOT / path).read_text()
            calls = re.findall(r'TEST_CASE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)', text)
            found[path[len("tests/"):]] = {
                "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', call)) for call in calls}
    return found


def shown_by(cell, known):
    """What is wrong with the tests that one row names."""
    if cell and not re.fullmatch(rf"(?:{NAMED.pattern})(?:; (?:{NAMED.pattern}))*", cell):
        yield f"this is no list of tests: {cell}"
    for name, path, script in NAMED.findall(cell):
        if script and not (ROOT / "tests" / script).exists():
            yield f"there is no tests/{script}"
        elif name and name not in known.get(path, ()):
            yield f"tests/{path} has no test case `{name}`"


def rows(text):
    """(table, number, what is here, the tests) of each row: its first and its last two cells."""
    table = ""
    for line in text.splitlines():
        heading = re.match(r"## (\d)\. ", line)
        table = heading.group(1) if heading else table
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| ") and re.match(r"\d", cells[0]):
            yield table, cells[0], cells[-2], cells[-1]


def judge(text, known, tables):
    seen = {}
    for table, number, here, cell in rows(text):
        place = f"{PAGE}: {number} of table {table}"
        seen.setdefault(table, []).append(number)
        if not here:
            yield f"{place} says nothing"
        if not cell and not here.startswith("Not"):
            yield f"{place} names no test, and is not a 'Not' with its reason"
        for wrong in shown_by(cell, known):
            yield f"{place}: {wrong}"
    for table, numbers in tables.items():
        for number in numbers:
            count = seen.get(table, []).count(number)
            if count != 1:
                yield f"{PAGE}: {number} stands {count} times in table {table}"
        for number in sorted(set(seen.get(table, [])) - set(numbers)):
            yield f"{PAGE}: {number} in table {table} is no number of it"


def planted():
    known = {"a/b_test.cpp": {"it holds", "row 2: it, too"}}
    good = "## 1. One\n| 1 | one | It holds. | `it holds` a/b_test.cpp; house/tree.py |\n"
    tables = {"1": ["1", "2"]}
    for row, expected in (
            ("| 2 | two | Both. | `it holds` a/b_test.cpp; `row 2: it, too` a/b_test.cpp |", 0),
            ("| 2 | two | Not: why. | |", 0),
            ("| 2 | two | Here. | |", 1),  # no test
            ("| 2 | two | Here. | `it hold` a/b_test.cpp |", 1),  # no such case
            ("| 2 | two | Here. | `it holds` a/c_test.cpp |", 1),  # elsewhere
            ("| 2 | two | Here. | house/tees.py |", 1),  # no such script
            ("| 2 | two | Here. | `it holds` |", 1),  # without its file
            ("| 1 | one | Again. | house/tree.py |", 2),  # one twice, one missing
            ("| 2 | two | Not. | |\n| 3 | three | Not. | |", 1)):  # one too many
        if len(list(judge(good + row, known, tables))) != expected:
            yield f"planted and misjudged: {row}"


if __name__ == "__main__":
    wrong = [*planted(), *judge((ROOT / PAGE).read_text(), cases(), TABLES)]
    finish(wrong, f"{sum(map(len, TABLES.values()))} lines of {PAGE}")
