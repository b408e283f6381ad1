"""The page made by `trace export --html`, in a headless Chromium.

It is opened as a user opens it; a script that is added behind it presses keys, reads what is shown
and what the page believes the kernel's state to be, which is compared with the command's own. Not
here: whether it is beautiful. Ends with 77 where there is no Chromium. Internal to tests/export/.
"""

import html
import json
import random
import re
import shutil
import subprocess
import sys

from exporting import (SAMPLE, check, export, random_traces, trace, traces_of_the_tree,
                       work_folder)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FRAME = """<script>
const press = (key, also) => document.dispatchEvent(
  new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true, ...also}));
const told = () => ({seq: events[here][SEQ], address: location.hash,
  where: document.getElementById('where').textContent,
  sentence: document.getElementById('sentence').textContent,
  kernel: document.getElementById('kernel').textContent,
  source: (document.querySelector('.line.here') || {}).textContent});
const colors_seen = () => {
  const canvas = document.getElementById('lanes'), seen = {};
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  for (let i = 0; i < data.length; i += 4) {
    const name = [data[i], data[i + 1], data[i + 2]].join();
    seen[name] = (seen[name] || 0) + 1;
  }
  return seen;
};
let result;
try { result = (() => { %s })(); } catch (fault) { result = {fault: String(fault.stack)}; }
const shown = document.createElement('pre');
shown.id = 'result';
shown.textContent = JSON.stringify(result);
document.body.append(shown);
</script>"""


def in_browser(folder, page, script, address=""):
    """What `script` returns when it runs behind the page."""
    path = folder / "page.html"
    path.write_bytes(page + (FRAME % script).encode())
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/user",
         "--window-size=1600,900", "--virtual-time-budget=2000", "--dump-dom",
         f"file://{path}{address}"], capture_output=True, text=True, timeout=100)
    found = re.search(r'<pre id="result">(.*?)</pre>', done.stdout, re.DOTALL)
    check(found, f"the page did not run: {done.stderr[-800:]}")
    result = json.loads(html.unescape(found.group(1)))
    check("fault" not in result, str(result))
    return result


def states_are_those_of_the_command(folder, path, *limits):
    """At random places, forwards and back."""
    page = export(path, "--html", "-", *limits)
    seqs = [each["seq"] for each in map(json.loads, path.read_text().splitlines())
            if "seq" in each]
    low, high = (int(limits[1]), int(limits[3])) if limits else (seqs[0], seqs[-1])
    seqs = [seq for seq in seqs if low <= seq <= high]
    chosen = random.Random(7).choices(seqs, k=14) + [seqs[0], seqs[-1]]
    states = in_browser(folder, page, f"return {chosen}.map((seq) => "
                        "JSON.parse(JSON.stringify(plain(state_at(index_of_seq(seq))))));")
    for seq, mine in zip(chosen, states):
        theirs = json.loads(trace("state", path, "--json", "--at", f"seq:{seq}").stdout)
        for part, value in theirs.items():
            check(mine[part] == value, f"{path.name} at {seq}: {part} is {mine[part]} on the page "
                  f"and {value} for the command")


def arrow_keys_step(folder):
    events = [each for each in map(json.loads, SAMPLE.read_text().splitlines()) if "seq" in each]
    steps = in_browser(folder, export(SAMPLE, "--html", "-"), """
      const seen = [told()];
      for (const [key, also] of [['ArrowRight', {}], ['ArrowRight', {}], ['ArrowLeft', {}],
          ['ArrowRight', {shiftKey: true}], ['ArrowLeft', {shiftKey: true}],
          ['ArrowRight', {ctrlKey: true}], ['ArrowLeft', {ctrlKey: true}],
          ['End', {}], ['Home', {}]]) { press(key, also); seen.push(told()); }
      return seen;""", "#seq=70")
    task = events[70]["task"]
    same = next(each["seq"] for each in events[71:] if each["task"] == task)
    turn = next(each["seq"] for each in events[70:] if each["turn"] > events[70]["turn"])
    begins = [each["seq"] for before, each in zip(events, events[1:])
              if each["turn"] != before["turn"]]
    before = max(seq for seq in begins if seq < turn)
    wanted = [70, 71, 72, 71, same, 71, turn, before, events[-1]["seq"], 1]
    check([each["seq"] for each in steps] == wanted,
          f"the keys went to {[each['seq'] for each in steps]} and not to {wanted}")
    texts = trace("text", SAMPLE).stdout.decode().splitlines()
    for each in steps:
        check(each["address"] == f"#seq={each['seq']}", "the address follows")
        check(f"trace event {each['seq']} of" in each["where"], "the header tells where")
        check(each["sentence"] in texts[each["seq"]], f"the words of {each['seq']}")


def it_shows_and_draws(folder):
    seq = next(each["seq"] for each in map(json.loads, SAMPLE.read_text().splitlines())
               if each.get("kind") == "park" and each["on"] == "object")
    script = "const first = [told(), colors_seen()]; press('d', {}); press('a', {});" \
             "return [...first, colors_seen(), timeline.axis];"
    told, light, dark, axis = in_browser(folder, export(SAMPLE, "--html", "-"), script,
                                         f"#seq={seq}")
    kernel = told["kernel"]
    check("#1 run waits for event 2" in kernel and "ready queue" in kernel, kernel)
    check(told["source"], "the line of the source")
    for name, color, least in (("running", "0,158,115", 300), ("a wake", "0,114,178", 50),
                               ("the playhead", "26,32,41", 100)):
        check(light.get(color, 0) >= least, f"{name} is not drawn: {light.get(color)} pixels")
    check(dark.get("26,32,39", 0) > 10000 and axis == "time", "the dark page by time")


def texts_stay_texts(folder):
    """Names and sources that would be HTML or a script."""
    bad = "</script><script>document.title='BROKEN'</script><img src=x onerror=alert(1)>"
    path = folder / "bad.jsonl"
    path.write_text(SAMPLE.read_text().replace('"name":"serve"', '"name":' + json.dumps(bad))
                    .replace('"program":"', '"program":"<b>&', 1))
    page = export(path, "--html", "-")
    check(page.count(b"</script>") == 2, "a text ends the script")
    check(not re.search(rb'(src|href)="?https?:', page), "the page asks the network for nothing")
    result = in_browser(folder, page, "return [document.title, trace.names[2]];")
    check("BROKEN" not in result[0] and result[1] == "#2 " + bad, str(result))


def a_long_page_is_quick(folder):
    """50,000 trace events; the time is the browser's own, and generous."""
    lines = ['{"giambio_trace":1,"minor":1,"clock":"real","driver":"epoll","program":"long"}']

    def add(kind, task, own=""):
        seq = len(lines)
        lines.append(f'{{"seq":{seq},"t":{seq * 100},"turn":{seq // 40},"kind":"{kind}",'
                     f'"task":{task},"cause":{seq - 1},"at":0{own}}}')

    for task in range(1, 41):
        add("spawn", 0, f',"child":{task},"name":"worker"')
    while len(lines) < 50000:
        task = len(lines) // 4 % 40 + 1
        add("switch_in", task)
        add("park", task, ',"on":"timer","timer":1,"chain":[]')
        add("switch_out", task, ',"how":"park"')
        add("wake", 0, f',"woken":{task},"why":"timer"')
    path = folder / "long.jsonl"
    path.write_text("\n".join(lines) + "\n")
    result = in_browser(folder, export(path, "--html", "-"), """
      const begin = performance.now();
      press('End', {});
      for (let i = 0; i < 20; ++i) press('ArrowLeft', {});
      return {seq: told().seq, events: events.length, took: performance.now() - begin};""")
    check(result["events"] >= 50000 and result["seq"] == result["events"] - 20, str(result))
    check(result["took"] < 20000, f"21 steps took {result['took']} ms")
    many = trace("export", path, "--html", "-", "--from", "1", "--to", "10")
    check(b"trace events 1 to 10 of" in many.stdout, "a part of the run says so")


if __name__ == "__main__":
    if CHROMIUM is None:
        print("there is no chromium on this machine")
        sys.exit(77)
    with work_folder() as place:
        for each in [*traces_of_the_tree(), *random_traces(place, 1, 3)]:
            states_are_those_of_the_command(place, each)
        states_are_those_of_the_command(place, SAMPLE, "--from", "60", "--to", "130")
        arrow_keys_step(place)
        it_shows_and_draws(place)
        texts_stay_texts(place)
        a_long_page_is_quick(place)
    print("the page shows what the command tells")
