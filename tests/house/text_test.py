"""Holds the rules of the house that can be seen in the text of a file.

Sizes of files and functions, the paragraph that opens every file, no macros, no machine's paths,
nothing left unfinished. The layout itself is format_test.py's. Not here: what only a compiler can
see (tidy_test.py). Kept true: each rule finds the violation that planted() writes for it; an
exception is a line in this file, with its reason. Internal to tests/house/.
"""

import re

from tree import ROOT, files, finish, read_sources

MAX_COLUMNS = 100
MAX_FUNCTION = 40
# Functions that may be longer, because they are tables: "path: name".
TABLES = set()
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
    """(name, lines) of every function: its head with a parameter list, up to its closing brace."""
    code = re.sub(r"^\s*#[^\n]*", "", NOT_CODE.sub(blank, text), flags=re.MULTILINE)
    open_blocks, head, line, ended = [], "", 1, None
    for letter in code:
        line += letter == "\n"
        if letter == "{":
            words = re.sub(r"^\s*(public|private|protected):", "", head).strip()
            start = line - head.lstrip().count("\n")
            inside = any(block for block in open_blocks)
            if ended and (not words or words[0] == ","):  # the members before a constructor's body
                open_blocks.append(ended)
            elif "(" in words and not CONTROL.match(words) and not inside:
                open_blocks.append((re.search(r"[\w:~]*\s*\(", words).group().strip("( "), start))
            else:
                open_blocks.append(None)
            head, ended = "", None
        elif letter == "}" and open_blocks:
            ended = open_blocks.pop()
            if ended:
                yield ended[0], line - ended[1] + 1
            head = ""
        elif letter == ";":
            head, ended = "", None
        else:
            head += letter


def file_limit(path):
    return 300 if path.startswith(("kernel/", "traps/")) else 400


def opening(path, text):
    """The paragraph that every file begins with, and its last line."""
    paragraph = re.match(r"(//[^\n]*\n)*", text).group().splitlines()
    if path.startswith("tests/house/must_not_compile/"):
        return [] if len(paragraph) > 2 else [f"{path}: does not say why it is refused"]
    if path.startswith("lessons/") and path.endswith("program.cpp") and len(paragraph) >= 2:
        return []  # a student's program is introduced by its lesson
    if not 4 <= len(paragraph) <= 14:
        return [f"{path}: opens with {len(paragraph)} lines of comment, not with 4 to 12"]
    if not re.match(r"// (Public|Internal)\b", paragraph[-1]):
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
    for name, length in functions(text):
        if length > MAX_FUNCTION and f"{path}: {name}" not in TABLES:
            yield f"{path}: {name} has {length} lines, and {MAX_FUNCTION} are allowed"


def in_text(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        for rule in (UNFINISHED, MACHINE):
            if rule.search(line):
                yield f"{path}:{number}: {line.strip()}"


def planted():
    head = "// One.\n// Two.\n// Three.\n// Internal to a test.\n"
    long_body = "void f(int a)\n    : a_{a}, b_{} {\n" + "    a();\n" * 39 + "}\n"
    for path, text in {
        "gui/a.cpp": "#include <map>\n", "gui/b.cpp": "// A.\n// B.\n// C.\n// D.\n",
        "kernel/a.cpp": head + "\n" * 300, "gui/c.cpp": head + "// " + "x" * 98,
        "gui/d.cpp": head + "#define TWICE(a) a a\n", "gui/e.cpp": head + "enum color { red };\n",
        "gui/f.cpp": head + "namespace a {\n" + long_body + "}\n",
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
    written += [name for name in (".clang-format", ".clang-tidy", ".ci/run") if (ROOT / name).exists()]
    for path in written:
        wrong += in_text(path, (ROOT / path).read_text(errors="replace"))
    finish(wrong, f"{len(written)} files against the rules of the house")
