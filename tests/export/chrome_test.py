"""Chrome traces made by `trace export`, held against the rules of chrome_rules.py.

Many traces: those of the lessons, those of the tests, random programs with everything in them, and
one with awkward names. Internal to tests/export/.
"""

import json

from chrome_rules import broken_rules
from exporting import SAMPLE, check, export, fail, random_traces, traces_of_the_tree, work_folder


def awkward(folder):
    """Names and texts that break careless exporters, and a wake between a park and its end."""
    text = SAMPLE.read_text().replace('"name":"serve"', r'"name":"a\"b\\c\u0007<&>é\n"')
    text = text.replace('"text":"', r'"text":"\u0001\t', 1)
    path = folder / "awkward.jsonl"
    path.write_text(text)
    return path


def every_trace_keeps_the_rules(folder):
    traces = [*traces_of_the_tree(), awkward(folder), *random_traces(folder, 1, 60)]
    for path in traces:
        for axis in ("time", "events"):
            made = export(path, "--chrome", "-", "--axis", axis)
            wrong = list(broken_rules(made, path.read_bytes()))
            check(not wrong, f"{path.name} by {axis}: " + "; ".join(wrong[:5]))
    return len(traces)


def a_window_keeps_the_rules():
    for limits in (["--from", "40", "--to", "90"], ["--from", "1ms", "--to", "2ms"],
                   ["--task", "3"], ["--from", "seq:70", "--task", "2"], ["--to", "1"]):
        made = export(SAMPLE, "--chrome", "-", *limits)
        wrong = list(broken_rules(made))
        check(not wrong, f"{limits}: " + "; ".join(wrong[:5]))
    made = json.loads(export(SAMPLE, "--chrome", "-", "--from", "40", "--to", "90"))
    wakes = [each for each in map(json.loads, SAMPLE.read_text().splitlines())
             if each.get("kind") == "wake" and 40 <= each["seq"] <= 90]
    check(len(wakes) == sum(each["ph"] == "s" for each in made), "the arrows of the window")
    lanes = {each["tid"] for each in json.loads(export(SAMPLE, "--chrome", "-", "--task", "3"))}
    check(lanes == {1, 1003}, f"--task 3 has the lanes {lanes}")


def a_cut_file_has_its_last_whole_line():
    raw = export(SAMPLE, "--chrome", "-")
    for end in range(2, len(raw), 997):
        whole = raw[:end].rpartition(b"\n")[0].rstrip(b",\n")
        found = json.loads(whole.rstrip(b"]") + b"]")
        check(len(found) == whole.count(b"\n{"), f"cut at byte {end}")


def the_checker_finds_what_is_broken():
    """Each damage is one that an importer would trip over."""
    good = export(SAMPLE, "--chrome", "-")
    trace = SAMPLE.read_bytes()
    lines = good.split(b"\n")

    def first(phase):
        return next(at for at, line in enumerate(lines) if b'"ph":"%s"' % phase in line)

    damages = {
        "an arrow that is missing": lines[:first(b"s")] + lines[first(b"f") + 1:],
        "an end without a start": lines[:first(b"s")] + lines[first(b"s") + 1:],
        "a start that comes twice": lines[:first(b"s")] + lines[first(b"s"):first(b"s") + 1] +
        lines[first(b"s"):],
        "a control byte": [line.replace(b"ready", b"rea\x01dy") for line in lines],
        "a slice that is missing": lines[:first(b"X")] + lines[first(b"X") + 1:],
        "a longer slice": [line.replace(b'"dur":0.00', b'"dur":1.00', 1) for line in lines],
        "an id that is not hexadecimal": [line.replace(b'"id":"0x', b'"id":"w') for line in lines],
        "a lane without a name": [line for line in lines if b'"#2 ' not in line],
    }
    for what, broken in damages.items():
        try:
            wrong = list(broken_rules(b"\n".join(broken), trace))
        except ValueError as fault:
            wrong = [str(fault)]
        check(wrong, f"the rules do not notice {what}")


if __name__ == "__main__":
    with work_folder() as place:
        count = every_trace_keeps_the_rules(place)
        a_window_keeps_the_rules()
        a_cut_file_has_its_last_whole_line()
        the_checker_finds_what_is_broken()
    print(f"{count} traces keep the rules" if count > 60 else fail("too few traces"))
