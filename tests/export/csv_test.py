"""The table made by `trace export --csv`, read back with Python's own reader and compared.

Internal to tests/export/.
"""

import csv
import io
import json

from exporting import SAMPLE, check, export, random_traces, traces_of_the_tree, work_folder

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


if __name__ == "__main__":
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
