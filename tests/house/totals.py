"""Adds up what `ctest --output-junit` wrote, for the last line of `./giambio test`.

Called with one file per build (build/release/tests.xml, build/sanitize/tests.xml). It names what
failed, prints the reason of what was skipped, and ends with one line: "N passed, N failed", and
how many were skipped if any were. Not here: running tests (the script `giambio` and ctest do it).
Kept true: the exit code is 0 only when something passed and nothing failed; a file that is
missing, or a test that could not be started, is a failure. Internal to tests/house/.
"""

import sys
import xml.etree.ElementTree as xml
from pathlib import Path


def outcome(case):
    if case.get("status") == "run":
        return "passed"
    skipped = case.find("skipped")
    if skipped is not None and "SKIP" in skipped.get("message", ""):
        return "skipped"
    return "failed"


def reason(case):
    lines = (case.findtext("system-out") or "").strip().splitlines()
    return lines[-1] if lines else "it did not say why"


def main(paths):
    found = {"passed": [], "failed": [], "skipped": []}
    for path in map(Path, paths):
        build = path.parent.name
        if not path.exists():
            found["failed"].append(f"{build}: ctest did not finish")
            continue
        for case in xml.parse(path).getroot().iter("testcase"):
            name = f"{build}: {case.get('name')}"
            if outcome(case) == "skipped":
                name += f": {reason(case)}"
            found[outcome(case)].append(name)
    for kind in ("skipped", "failed"):
        for name in found[kind]:
            print(f"{kind}: {name}")
    if not any(found.values()):
        print("no test has such a name")
    skipped = f", {len(found['skipped'])} skipped" if found["skipped"] else ""
    print(f"{len(found['passed'])} passed, {len(found['failed'])} failed{skipped}")
    return 0 if found["passed"] and not found["failed"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
