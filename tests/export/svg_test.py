"""Pictures made by `trace export --svg`: sound XML, complete by themselves, and honest.

Whether they are beautiful is a reader's work; that every state has its colour, letter and pattern,
that arrows are counted and the size is bounded is held here. Internal to tests/export/.
"""

import re
import xml.etree.ElementTree as ElementTree

from exporting import SAMPLE, check, export, random_traces, trace, traces_of_the_tree, work_folder

SVG = "{http://www.w3.org/2000/svg}"
LOOKS = ("running", "ready", "waits for a timer", "waits on a descriptor", "waits on an object",
         "waits for a task's end")


def picture(path, *options):
    raw = export(path, "--svg", "-", *options).decode()
    root = ElementTree.fromstring(raw)
    outside = re.findall(r'(?:href|src|@import|url)\s*[=(]\s*["\']?(?!#)[^")]*', raw)
    check(not outside, f"{path.name} refers to something outside: {outside[:3]}")
    return root, raw


def texts(root):
    return ["".join(each.itertext()) for each in root.iter(SVG + "text")]


def arrows(root):
    return sum("marker-end" in each.attrib for each in root.iter(SVG + "path"))


def every_trace_is_drawn(folder):
    for path in [*traces_of_the_tree(), *random_traces(folder, 1, 30)]:
        for options in ([], ["--dark"], ["--axis", "time"]):
            root, _ = picture(path, *options)
            seen = texts(root)
            check("the loop" in seen and all(look in seen for look in LOOKS), path.name)


def names_and_arrows_are_there():
    root, raw = picture(SAMPLE)
    wakes = SAMPLE.read_text().count('"kind":"wake"')
    check(arrows(root) == wakes, f"{arrows(root)} arrows for {wakes} wakes")
    check("#3 call" in texts(root), "the names of the lanes")
    check(len(set(re.findall(r'fill="url\(#p(\d+)\)"', raw))) >= 4, "patterns beside colours")
    check({"R", "q", "t", "d", "o", "j"} <= set(texts(root)), "the letters of the legend")


def any_name_can_be_drawn(folder):
    path = folder / "odd.jsonl"
    text = SAMPLE.read_text().replace('"name":"serve"', r'"name":"\uffff<\u0001\ufffe&\u007f"')
    path.write_text(text)
    root, _ = picture(path)
    check("#2 \ufffd< \ufffd&\x7f" in texts(root), "what is no character is replaced", texts(root))


def dark_is_another_set_of_colours():
    light, dark = (picture(SAMPLE, *options)[1] for options in ([], ["--dark"]))
    check('fill="#ffffff"' in light and 'fill="#1a2027"' in dark, "the ground")
    plain = [re.sub("#[0-9a-f]{6}", "", each) for each in (light, dark)]
    check(plain[0] == plain[1], "the same drawing")


def windows_are_told():
    root, _ = picture(SAMPLE, "--from", "20", "--to", "60")
    check(any("trace events 20 to 60" in text for text in texts(root)), "the title tells it")
    done = trace("export", SAMPLE, "--svg", "-", "--from", "60", "--to", "20")
    check(done.returncode != 0 and b"window is empty" in done.stderr, "a window that is empty")
    done = trace("export", SAMPLE, "--svg", "/nowhere/x.svg")
    check(done.returncode != 0 and b"cannot write /nowhere/x.svg" in done.stderr, "no such folder")


def a_long_run_has_a_small_picture(folder):
    """20,000 naps: more wakes than arrows, and far more bars than pixels."""
    lines = ['{"giambio_trace":1,"minor":1,"clock":"real","driver":"epoll","program":"long"}']

    def add(kind, task, own=""):
        seq = len(lines)
        lines.append(f'{{"seq":{seq},"t":{seq * 100},"turn":0,"kind":"{kind}","task":{task},'
                     f'"cause":{seq - 1},"at":0{own}}}')

    add("spawn", 0, ',"child":1,"name":"a"')
    for _ in range(20000):
        add("switch_in", 1)
        add("park", 1, ',"on":"timer","timer":1,"chain":[]')
        add("switch_out", 1, ',"how":"park"')
        add("wake", 0, ',"woken":1,"why":"timer"')
    path = folder / "long.jsonl"
    path.write_text("\n".join(lines) + "\n")
    root, raw = picture(path)
    check(arrows(root) == 200, f"{arrows(root)} arrows")
    check(any("the first 200 of 20000" in text for text in texts(root)), "and all are counted")
    check(len(raw) < 3_000_000, f"{len(raw)} bytes for a picture")


if __name__ == "__main__":
    with work_folder() as place:
        every_trace_is_drawn(place)
        a_long_run_has_a_small_picture(place)
        any_name_can_be_drawn(place)
    names_and_arrows_are_there()
    dark_is_another_set_of_colours()
    windows_are_told()
    print("the pictures are sound")
