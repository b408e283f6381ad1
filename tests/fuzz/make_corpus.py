"""Writes the seeds in tests/fuzz/corpus/: small inputs of every sort, from which the fuzzers start.

    python3 tests/fuzz/make_corpus.py [FOLDER]

Run by hand when the format or the language grows; corpus_test.py holds what is checked in against
it. Kept true: the same tree gives the same files. Internal to tests/fuzz/.
"""

import pathlib
import re
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
HEADER = ('{"giambio_trace":1,"minor":1,"clock":"virtual","driver":"simulated",'
          '"seed":0,"budget":64}\n')


def event(seq, kind, own="", t=0, task=1, cause=0, at=0):
    return (f'{{"seq":{seq},"t":{t},"turn":1,"kind":"{kind}","task":{task},"cause":{cause},'
            f'"at":{at}{own}}}\n')


def worked_example():
    text = (ROOT / "tracer/FORMAT.md").read_text()
    return re.search(r"## A worked example.*?```json\n(.*?)```", text, re.DOTALL)[1]


def every_kind():
    """A trace event of each kind of the table, with its keys."""
    table = (ROOT / "tracer/FORMAT.md").read_text()
    rows = re.findall(r"^\| `(\w+)`(?:, `(\w+)`)? \| ([^|]*) \|", table, re.MULTILINE)
    text, seq = HEADER, 0
    for *kinds, keys in rows:
        for kind in filter(None, kinds):
            if kind in ("giambio_trace", "source", "seq", "end"):
                continue
            own = "".join(f',"{key}":1' for key in re.findall(r"`(\w+)`", keys))
            seq += 1
            text += event(seq, kind, own)
    return text


def traces():
    example = worked_example()
    lines = (ROOT / "tests/model/echo_sample.jsonl").read_text().splitlines(keepends=True)
    short = [line for line in lines if not line.startswith('{"source"')]
    yield "example", example
    yield "cut", example[:-40]
    yield "kinds", every_kind()
    yield "echo", "".join(short[:40])
    yield "empty_lines", HEADER + "\n\n" + event(1, "run_begin")
    yield "damaged", HEADER + '{"seq":1,\n{damaged\n[]\n7\n"x"\n' + event(2, "mark", ',"text":"x"')
    yield "backwards", HEADER + event(5, "run_begin", t=9) + event(5, "mark") + event(6, "log", t=3)
    yield "huge", HEADER + event(2 ** 64 - 1, "spawn", ',"child":4294967295,"name":"x"')
    yield "unknown", HEADER + event(1, "new_kind", ',"a":{"b":[1,{"c":null}]}') + '{"later":1}\n'
    yield "escapes", HEADER + event(1, "log", r',"text":"\ud83d\ude00\n\u0000\""')
    yield "bytes", (HEADER.encode() + b'{"seq":1,"t":0,"turn":1,"kind":"log","task":1,"cause":0,'
                    b'"at":0,"text":"\xff\xc0\x00"}\n')
    yield "large_number", HEADER + '{"later":1e999}\n' + event(1, "mark", ',"later":-1e999')
    yield "lost", HEADER + event(1, "run_begin") + event(9, "lost", ',"events":7,"text":"slow"')
    yield "two_headers", HEADER + HEADER
    yield "version_2", HEADER.replace(":1", ":2", 1)
    yield "sites", HEADER + '{"source":1,"file":"a.cpp","text":"x\\ny"}\n' \
        '{"site":1,"source":1,"line":2,"column":1,"function":"f"}\n' + event(1, "mark", at=1)


def questions():
    text = (ROOT / "tracer/INSTRUMENT.md").read_text()
    section = re.search(r"^## query$(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    found = re.findall(r"trace query \S+ '([^']+)'", section[1]) if section else []
    found += ["count(spawn) == 3", 'max(steps("cook")) < 10ms', "first(", "((((1))))", '"', "1 +"]
    for number, each in enumerate(dict.fromkeys(found)):
        yield f"{number:02}", each


def frame(*blocks):
    """Zstd's format (RFC 8878) by hand: (kind, size, bytes) with kind 0 for raw, 1 for one byte."""
    made = b"\x28\xb5\x2f\xfd\x00\x58"
    for number, (kind, size, content) in enumerate(blocks):
        last = number == len(blocks) - 1
        made += struct.pack("<I", last | kind << 1 | size << 3)[:3] + content
    return made


def packed_texts():
    text = worked_example().encode()[:300]
    yield "raw", frame((0, len(text), text))
    yield "two", frame((0, 4, b"abc\n")) * 2
    yield "repeated", frame((0, 3, b"abc"), (1, 100_000, b"x"))
    yield "cut", frame((0, len(text), text))[:-30]
    yield "tail", frame((0, 4, b"abc\n")) + b"tail"
    yield "old_format", b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc\x25\xb5\x2f\xfd\x00\x58\x00\x00"
    yield "two_heads", frame((0, 4, b"abc\n")) + b"\x28\x25\xb5\x2f\xfd\x00"
    yield "skipped", b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc" + frame((0, 4, b"abc\n"))


def foreign():
    """Chrome traces as other programs write them."""
    lane = '"pid":1,"tid":7,'
    slices = [f'{{"ph":"B",{lane}"ts":1,"name":"read"}}', f'{{"ph":"E",{lane}"ts":4.5}}',
              f'{{"ph":"X",{lane}"ts":5,"dur":9,"name":"parse","args":{{"bytes":[1,2]}}}}',
              f'{{"ph":"X",{lane}"ts":6,"dur":20,"name":"inside"}}',
              f'{{"ph":"i",{lane}"ts":7,"s":"t","name":"here"}}']
    arrows = [f'{{"ph":"s","id":1,{lane}"ts":6,"cat":"f","name":"call"}}',
              '{"ph":"f","bp":"e","id":"1","pid":1,"tid":8,"ts":30,"cat":"f","name":"call"}',
              '{"ph":"X","pid":1,"tid":8,"ts":30,"dur":1,"name":"answer"}']
    other = ['{"ph":"M","pid":1,"tid":7,"name":"thread_name","args":{"name":"main"}}',
             '{"ph":"C","pid":1,"ts":8,"name":"mem","args":{"kb":4}}',
             '{"ph":"b","id":2,"pid":1,"ts":1,"name":"request","cat":"x"}', '{"ph":"?"}', "7"]
    yield "array", "[" + ",\n".join(slices) + "]"
    yield "object", '{"displayTimeUnit":"ms","traceEvents":[' + ",".join(slices + arrows) + "]}"
    yield "others", "[" + ",".join(other + slices + arrows) + "]"
    yield "cut", "[" + ",".join(slices + arrows)[:-20]
    yield "times", "[" + slices[2].replace('"ts":5', '"ts":-1e300') + "," + slices[4] + "]"
    yield "empty", "[]"


def files():
    """(fuzzer, name, bytes) of every seed."""
    for fuzzer, made in (("reader", traces), ("query", questions), ("unpacker", packed_texts),
                         ("importer", foreign)):
        for name, text in made():
            yield fuzzer, name, text if isinstance(text, bytes) else text.encode()


def main(folder):
    for fuzzer, name, content in files():
        path = folder / fuzzer / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "corpus")
