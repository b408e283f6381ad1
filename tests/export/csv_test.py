"""The table made by `trace export --csv`, read back with Python's own reader and compared.

Internal to tests/export/.
"""

import csv
import io
import json

from exporting import (SAMPLE, check, export, random_traces, trace, traces_of_the_tree,
                       work_folder)

COMMON = ("seq", "t", "turn", "kind", "task", "cause", "at")


def rows_of(raw):
    """The rows, after a look at what RFC 4180 asks for: CR LF, and the same columns everywhere."""
    check(raw.endswith(b"\r\n"), "the last row ends with CR LF")
    rows = list(csv.reader(io.StringIO(raw.decode(), newline=""), strict=True))
    check(all(len(row) == len(rows[0]) for row in rows), "every row has the same columns")
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def same_as(path, raw):
    events = [each for each in map(json.loads, path.read_text().splitlines()) if "seq" in each]
    rows = rows_of(raw)
    check(len(rows) == len(events), f"{path.name}: a row for each trace event")
    for row, event in zip(rows, events):
        own = {key: value for key, value in event.items() if key not in COMMON}
        told = json.loads(row["args"])
        own.pop("chain", None) if not own.get("chain") else None
        check(told == own, f"{path.name}: seq {event['seq']}: {told} and not {own}")
        for key in COMMON:
            check(row[key] == str(event[key]), f"{path.name}: {key} of {event['seq']}")


def awkward(folder):
    path = folder / "awkward.jsonl"
    text = SAMPLE.read_text().replace('"name":"serve"', r'"name":"a,\"b\"\r\n,é"')
    path.write_text(text.replace('"kind":"log"', '"kind":"of a later, other version"'))
    return path


def windows_have_all_that_lies_in_them(folder):
    """Many trace events have the same time under the virtual clock; a seq may be missing."""
    lines = [line for line in SAMPLE.read_text().splitlines() if '{"seq":15,' not in line]
    path = folder / "gap.jsonl"
    path.write_text("\n".join(lines) + "\n")
    events = [json.loads(line) for line in lines if line.startswith('{"seq"')]
    for key, limits in (("seq", (1, 20)), ("seq", (15, 20)), ("seq", (10, 15)), ("seq", (16, 999)),
                        ("t", (0, 0)), ("t", (0, 1_000_000)), ("t", (1_000_000, 2_000_000)),
                        ("t", (2_000_000, 1 << 60))):
        unit = "ns" if key == "t" else ""
        done = rows_of(export(path, "--csv", "-", "--from", f"{limits[0]}{unit}",
                              "--to", f"{limits[1]}{unit}"))
        wanted = [each["seq"] for each in events if limits[0] <= each[key] <= limits[1]]
        check([int(row["seq"]) for row in done] == wanted and wanted, f"{key} {limits}", wanted)
    for limits in (("--from", "9999"), ("--from", "9s"), ("--to", "0"), ("--from", "15", "--to",
                                                                         "15")):
        done = trace("export", path, "--csv", "-", *limits)
        check(done.returncode == 2 and b"no trace event" in done.stderr, f"{limits}", done)


if __name__ == "__main__":
    with work_folder() as place:
        windows_have_all_that_lies_in_them(place)
    with work_folder() as place:
        paths = [*traces_of_the_tree(), awkward(place), *random_traces(place, 1, 20)]
        for each in paths:
            same_as(each, export(each, "--csv", "-"))
        names = {row["task_name"] for row in rows_of(export(place / "awkward.jsonl", "--csv", "-"))}
        check('#2 a,"b"\r\n,é' in names,
              "a name with commas, quotes and line ends comes back as it was")
    window = rows_of(export(SAMPLE, "--csv", "-", "--from", "10", "--to", "20"))
    check([row["seq"] for row in window] == [str(seq) for seq in range(10, 21)], "a window")
    mine = rows_of(export(SAMPLE, "--csv", "-", "--task", "3"))
    check(mine and all("3" in (row["task"], str(json.loads(row["args"]).get("woken")),
                               str(json.loads(row["args"]).get("child"))) for row in mine),
          "one task's rows")
    print(f"{len(paths)} traces as tables: all right")
