"""The rules that a Chrome trace of ours must keep, so that every importer opens it cleanly.

chrome_test.py calls broken_rules() with a file and the trace that it was made from. Each rule is
one that an importer of Perfetto, chrome://tracing or Tracy complains about, or silently draws
wrongly. Not here: which traces are tried. Kept true: times are compared as whole nanoseconds, never
as floating point numbers. Internal to tests/export/.
"""

import json
import re
from collections import Counter, defaultdict

LOOP = 1
FIRST_TASK = 1000


def ns(microseconds):
    """The exact text of a number of microseconds, as nanoseconds."""
    whole, dot, part = microseconds.partition(".")
    if not re.fullmatch(r"\d+", whole) or (dot and not re.fullmatch(r"\d{3}", part)):
        raise ValueError(f"{microseconds} is no time with three decimals")
    return int(whole) * 1000 + int(part or 0)


def entries(raw):
    """One object a line, after `[` and before `]`; numbers with a point stay text."""
    return json.loads(raw, parse_float=lambda text: text,
                      parse_constant=lambda text: 1 / 0)


def in_text(raw):
    if any(byte < 0x20 and byte != 0x0a for byte in raw):
        yield "a byte below 0x20 stands in the file"
    lines = raw.split(b"\n")
    if lines[0] != b"[" or lines[-2] != b"]" or lines[-1] != b"":
        yield "the array does not open on the first line and close on the last"
    for line in lines[1:-3]:
        if not (line.startswith(b"{") and line.endswith(b"},")):
            yield f"an entry is not alone on its line: {line[:60]!r}"


def in_fields(each):
    """What every entry must have for its phase."""
    if each.get("ph") not in list("MXCisf"):
        yield f"unknown phase: {each}"
    for key in ("pid", "tid"):
        if not isinstance(each.get(key), int) or not 1 <= each[key] < 2**32:
            yield f"{key} is no number from 1 on: {each}"
    if not isinstance(each.get("name"), str) or not each["name"]:
        yield f"no name: {each}"
    if each["ph"] != "M" and not isinstance(each.get("ts"), (str, int)):
        yield f"no time: {each}"
    if each["ph"] == "X" and ("dur" not in each or ns(each["dur"]) <= 0):
        yield f"a slice without a length: {each}"
    if each["ph"] in "sf" and not re.fullmatch(r"0x[0-9a-f]+", each.get("id", "")):
        yield f"an arrow whose id is not hexadecimal: {each}"
    if each["ph"] == "f" and each.get("bp") != "e":
        yield f"an arrow that ends in the next slice: {each}"
    if each["ph"] == "C" and not each.get("args"):
        yield f"a counter without a value: {each}"


def in_lane(tid, slices):
    """Tiling by the outer slices, nesting of the inner ones, order of time."""
    outer = [each for each in slices if each["cat"] in ("state", "loop")]
    for before, after in zip(outer, outer[1:]):
        end = ns(before["ts"]) + ns(before["dur"])
        if end != ns(after["ts"]):
            yield f"lane {tid}: {before} does not end where {after} begins"
    open_ends = []
    for each in slices:
        begin, end = ns(each["ts"]), ns(each["ts"]) + ns(each["dur"])
        while open_ends and open_ends[-1] <= begin:
            open_ends.pop()
        if open_ends and end > open_ends[-1]:
            yield f"lane {tid}: {each} is longer than what it stands in"
        if each["cat"] in ("trap", "wake") and not open_ends:
            yield f"lane {tid}: {each} stands in nothing"
        open_ends.append(end)


def in_order(found):
    """Times do not fall on any lane, in the order of the file."""
    last = defaultdict(int)
    for each in found:
        if each["ph"] == "M":
            continue
        if ns(each["ts"]) < last[each["tid"]]:
            yield f"time goes back on lane {each['tid']}: {each}"
        last[each["tid"]] = ns(each["ts"])


def topmost(slices, time):
    """What an importer ties an arrow to: the slice that began last, if it has not ended."""
    begun = [each for each in slices if ns(each["ts"]) <= time]
    return begun[-1] if begun and time < ns(begun[-1]["ts"]) + ns(begun[-1]["dur"]) else None


def in_arrows(found, lanes):
    starts, ends = ([each for each in found if each["ph"] == phase] for phase in "sf")
    for which in (starts, ends):
        twice = [name for name, count in Counter(each["id"] for each in which).items() if count > 1]
        if twice:
            yield f"arrows with an id that comes twice: {twice[:5]}"
    position = {id(each): number for number, each in enumerate(found)}
    by_id = {each["id"]: each for each in starts}
    for end in ends:
        start = by_id.get(end["id"])
        if start is None or position[id(start)] > position[id(end)]:
            yield f"an arrow that ends before it begins: {end}"
        elif start["ts"] != end["ts"]:
            yield f"an arrow that takes time: {end}"
    if len(starts) != len(ends):
        yield f"{len(starts)} arrows begin and {len(ends)} end"
    for each in starts + ends:
        under = topmost(lanes[each["tid"]], ns(each["ts"]))
        if under is None:
            yield f"an arrow outside every slice: {each}"
        elif each["ph"] == "s" and under["cat"] != "wake":
            yield f"an arrow that begins in {under['name']} and not in its wake: {each}"
        elif each["ph"] == "f" and under["name"] != "ready" and under["cat"] != "trap":
            yield f"an arrow that ends in {under['name']} and not in a ready slice: {each}"


def changes_of(events):
    """Task -> how often its state changed, counted without the exporter's help."""
    changes = Counter()
    for each in events:
        kind = each["kind"]
        if kind == "spawn":
            changes[each["child"]] += 1
        elif kind == "wake":
            changes[each["woken"]] += 1
        elif kind == "move":
            changes[each["target"]] += 1
        elif kind == "switch_in" or (kind == "switch_out" and each["how"] != "exit"):
            changes[each["task"]] += 1
    return changes


def against_trace(found, lanes, trace):
    events = [each for each in map(json.loads, trace.splitlines()) if "seq" in each]
    wakes = sum(each["kind"] == "wake" for each in events)
    arrows = sum(each["ph"] == "s" for each in found)
    if wakes != arrows:
        yield f"{wakes} wakes and {arrows} arrows"
    for task, count in changes_of(events).items():
        slices = sum(each["cat"] == "state" for each in lanes[FIRST_TASK + task])
        if slices != count:
            yield f"task {task}: {count} changes of state and {slices} slices"
    phases = sum(each["kind"] in ("io_wait", "io_done", "batch") for each in events)
    if events and len([each for each in lanes[LOOP] if each["cat"] == "loop"]) != phases + 1:
        yield f"the loop's lane does not have a slice for each of {phases} phases"
    said = sum(each["kind"] in ("mark", "log") for each in events)
    if said != sum(each["ph"] == "i" and each["cat"] in ("mark", "log") for each in found):
        yield f"not an instant for each of {said} marks and lines"


def in_names(found, lanes):
    for what in ("thread_name", "thread_sort_index"):
        named = [each["tid"] for each in found if each["name"] == what]
        if sorted(named) != sorted(tid for tid, slices in lanes.items() if slices):
            yield f"{what} is not told once for each lane"


def broken_rules(raw, trace=None):
    """Sentences about what is wrong with the bytes of a Chrome trace; none when all is well."""
    yield from in_text(raw)
    found = entries(raw)
    for each in found:
        yield from in_fields(each)
    lanes = defaultdict(list)
    for each in found:
        if each["ph"] == "X":
            lanes[each["tid"]].append(each)
    yield from in_order(found)
    for tid, slices in lanes.items():
        yield from in_lane(tid, slices)
    yield from in_arrows(found, lanes)
    yield from in_names(found, lanes)
    if trace is not None:
        yield from against_trace(found, lanes, trace)
