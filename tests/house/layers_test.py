"""Holds the table of layers against every #include line of the tree.

A file may include its own layer and those named, so that a layer cannot come to know one above it.
Also held: no circle of includes, epoll in one file, Dear ImGui only where the viewer draws.
Not here: whether a header compiles alone (headers_test.py). Kept true: every sort of violation is
found when it is planted. Internal to tests/house/.
"""

import re

from tree import finish, read_sources

MAY_INCLUDE = {
    "traps/": ["traps/"],
    "traps/objects/": ["traps/", "traps/objects/"],
    "kernel/": ["kernel/", "traps/"],
    "kernel/face/": ["kernel/face/", "kernel/", "traps/", "traps/objects/", "tracer/"],
    "tracer/": ["tracer/", "tracer/model/", "kernel/observer.hpp"],
    "tracer/model/": ["tracer/model/"],
    "gui/": ["gui/", "tracer/model/"],
    "lessons/": ["lessons/", "tracer/model/", "giambio.hpp"],
}
ONLY_IN = {"sys/epoll.h": r"kernel/epoll_driver\.[ch]pp", "imgui": r"gui/(draw|window)/.*",
           "openssl/": r"traps/objects/tls_.*"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def layer_of(path):
    return max((layer for layer in MAY_INCLUDE if path.startswith(layer)), key=len, default=path)


def circle_from(path, graph, seen, trail=()):
    if path in trail:
        return trail[trail.index(path):]
    if path in seen:
        return None
    seen.add(path)
    found = (circle_from(to, graph, seen, (*trail, path)) for to in graph.get(path, ()))
    return next(filter(None, found), None)


def violations(sources):
    graph = {path: [name for _, name in INCLUDE.findall(text)] for path, text in sources.items()}
    for path, text in sources.items():
        allowed = MAY_INCLUDE.get(layer_of(path), [])
        for mark, name in INCLUDE.findall(text):
            for part, place in ONLY_IN.items():
                if mark == "<" and part in name and allowed and not re.fullmatch(place, path):
                    yield f"{path}: only {place} may include <{name}>"
            if mark == '"' and name not in sources:
                yield f'{path}: there is no "{name}", seen from the root of the tree'
            ours = mark == '"' or name == "giambio.hpp"
            if ours and allowed and not {layer_of(name), name} & set(allowed):
                yield f"{path}: {layer_of(path)} may not include {name}"
    seen = set()
    circles = filter(None, [circle_from(path, graph, seen) for path in graph])
    yield from ("a circle of includes: " + " ".join(circle) for circle in circles)


PLANTED = """
kernel/a.hpp: "traps/objects/lock.hpp"; traps/a.hpp: "kernel/loop.hpp"; traps/a.hpp: "traps/a.hpp"
tracer/model/a.hpp: "traps/site.hpp"; tracer/model/a.hpp: "tracer/writer.hpp"; gui/a.cpp: <imgui.h>
tracer/a.cpp: "kernel/loop.hpp"; gui/a.cpp: "tracer/writer.hpp"; gui/a.cpp: <giambio.hpp>
lessons/a.cpp: "kernel/loop.hpp"; lessons/a.cpp: "gui/view.hpp"; kernel/a.cpp: <sys/epoll.h>
traps/objects/a.cpp: "kernel/face/giambio.hpp"; kernel/a.cpp: "loop.hpp"
"""


def not_noticed():
    for path, line in re.findall(r"(\S+): ([\"<][^;\n]+)", PLANTED):
        tree = {path: f"#include {line}\n"}
        if line[0] == '"' and "/" in line:
            tree.setdefault(line.strip('"'), "")
        if not list(violations(tree)):
            yield f"planted and not noticed: {line} in {path}"


if __name__ == "__main__":
    real = read_sources()
    finish([*violations(real), *not_noticed()], f"{len(real)} files against the table of layers")
