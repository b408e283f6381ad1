"""Holds the rules of the house that can be seen in the text of a file.

Sizes of files and functions, the paragraph that opens every file, no macros, no machine's paths,
nothing left unfinished. A function that is a table may be long. Not here: the layout, which is
format_test.py's, and what only a compiler can see (tidy_test.py). Kept true: each rule finds the
violation that planted() writes for it. Internal to tests/house/.
"""

import re

from tree import ROOT, files, finish, read_sources

MAX_COLUMNS = 100
MAX_FUNCTION = 40
# Libraries that can be told what to do in no other way.
MACROS = {"CATCH_CONFIG_MAIN", "STB_IMAGE_WRITE_IMPLEMENTATION", "GLFW_INCLUDE_NONE"}
# Written in halves, so that this file does not hold what it looks for.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|not imple" r"mented)\b")
MACHINE = re.compile(r"(?<![\w.}])/(wo" r"rk|ro" r"ot|ho" r"me)(/|\b(?=[\"'`\s]))")
CONTROL = re.compile(r"(else|if|for|while|switch|do|try|catch|namespace|return|requires)\b")
NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'
                      r"(?<!\w)'(?:\\.|[^'\\\n])+'", re.DOTALL)


def blank(found):
    """Comments and strings, without their text but with their lines."""
    return '""' + "\n" * found.group().count("\n") if found.group()[0] != "/" else " "


def functions(text):
    """(name, lines, code) of every function: its head with a parameter list, up to its last brace.

    A block is one when its head has a parenthesis and does not begin with a word of control; what
    is inside a function belongs to it. The braces of a constructor's members come before its body.
    """
    code = re.sub(r"^\s*#[^\n]*", "", NOT_CODE.sub(blank, text), flags=re.MULTILINE)
    open_blocks, head, ended = [], 0, None
    for brace in re.finditer(r"[{};]", code):
        words = re.sub(r"\[\[.*?\]\]|^\s*(public|private|protected):", "", code[head:brace.start()])
        head, before, ended = brace.end(), ended, None
        if brace.group() == "{":
            start = head - 1 - len(words.lstrip())
            if before and words.strip()[:1] in ("", ","):
                open_blocks.append(before)
            elif "(" in words and not CONTROL.match(words.strip()) and not any(open_blocks):
                open_blocks.append((re.search(r"[\w:~]*\s*\(", words).group().strip("( "), start))
            else:
                open_blocks.append(None)
        elif brace.group() == "}" and open_blocks:
            ended = open_blocks.pop()
            if ended:
                whole = code[ended[1]:head]
                yield ended[0], whole.count("\n") + 1, whole


def is_table(code):
    """One switch, or one visit of a variant, with nothing but a declaration before it."""
    begun = re.search(r"\{\s*([^;{}]*;\s*)?(switch \([^{]*\{|return std::visit\()", code)
    if not begun:
        return False
    depth, end = 1, begun.end()
    while depth and end < len(code):
        depth += (code[end] in "{(") - (code[end] in "})")
        end += 1
    return code[end:].strip(" ;\n") == "}"


def file_limit(path):
    return 300 if path.startswith(("kernel/", "traps/")) else 400


def opening(path, text):
    """The paragraph that every file begins with, and its last line."""
    paragraph = re.match(r"(//[^\n]*\n)*", text).group().splitlines()
    if path.startswith("tests/house/must_not_compile/"):
        return [] if len(paragraph) > 2 else [f"{path}: does not say why it is refused"]
    if path.startswith("lessons/") and path.endswith("program.cpp") and len(paragraph) >= 2:
        return []  # a student's program is introduced by its lesson
    fewest = 1 if path.startswith("tests/") else 2  # the names of a test's cases tell the rest
    if not fewest <= len(paragraph) <= 14:
        return [f"{path}: opens with {len(paragraph)} lines of comment, not with a paragraph"]
    if not path.startswith("tests/") and not re.match(r"// (Public|Internal)\b", paragraph[-1]):
        return [f"{path}: the opening paragraph does not end with 'Public' or 'Internal to'"]
    return []


def in_source(path, text):
    yield from opening(path, text)
    lines = text.splitlines()
    if len(lines) > file_limit(path):
        yield f"{path}: {len(lines)} lines, and {file_limit(path)} are allowed"
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_COLUMNS:
            yield f"{path}:{number}: {len(line)} columns"
        macro = re.match(r"\s*#\s*define\s+(\w+)", line)
        if macro and macro.group(1) not in MACROS:
            yield f"{path}:{number}: defines the macro {macro.group(1)}"
        if re.match(r"\s*enum (?!class)\w", line):
            yield f"{path}:{number}: an enum that is no enum class"
    for name, length, code in functions(text):
        if length > MAX_FUNCTION and not is_table(code):
            yield f"{path}: {name} has {length} lines, and {MAX_FUNCTION} are allowed"


def in_text(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        for rule in (UNFINISHED, MACHINE):
            if rule.search(line):
                yield f"{path}:{number}: {line.strip()}"
        if len(line) > MAX_COLUMNS and re.search(r"^giambio$|[.]py$|CMakeLists[.]txt$", path):
            yield f"{path}:{number}: {len(line)} columns"


def planted():
    head = "// One.\n// Two.\n// Three.\n// Internal to a test.\n"
    long_switch = "    switch (a) {\n" + "        case 1: return;\n" * 39 + "    }\n"
    table = head + "void f(int a) {\n" + long_switch
    if list(in_source("gui/table.cpp", table + "}\n")):
        yield "a table is taken for a long function"
    long_body = "void f(int a)\n    : a_{a}, b_{} {\n" + "    a();\n" * 39 + "}\n"
    for path, text in {
        "gui/a.cpp": "// A.\n#include <map>\n", "gui/b.cpp": "// A.\n// B.\n// C.\n// D.\n",
        "kernel/a.cpp": head + "\n" * 300, "gui/c.cpp": head + "// " + "x" * 98,
        "gui/d.cpp": head + "#define TWICE(a) a a\n", "gui/e.cpp": head + "enum color { red };\n",
        "gui/f.cpp": head + "namespace a {\n" + long_body + "}\n",
        "gui/h.cpp": table + "    a();\n}\n",
        "gui/g.cpp": head + "class a {\npublic:\n" + long_body + "};\n",
    }.items():
        if not list(in_source(path, text)):
            yield f"planted and not noticed: {path}"
    for text in ("// TO" "DO: later", 'path = "/wo' 'rk/main";', "cd /ho" "me/anna/giambio"):
        if not list(in_text("a", text)):
            yield f"planted and not noticed: {text}"


if __name__ == "__main__":
    wrong = list(planted())
    for path, text in read_sources().items():
        wrong += in_source(path, text)
    written = [path for path in files() if not path.endswith(".png")]
    written += [".clang-format", ".clang-tidy", ".ci/run"]
    for path in written:
        wrong += in_text(path, (ROOT / path).read_text(errors="replace"))
    finish(wrong, f"{len(written)} files against the rules of the house")
