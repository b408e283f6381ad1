"""Does what README.md says: runs its commands and its program, and compares what they print.

Blocks are taken in order, in a folder that looks like the root of the tree but may be written to.
sh: every line is run and must succeed. A line marked "# opens a window" is run without a display
and must say that it has none, or tell the run in words; one marked "# until Ctrl-C" stays while the
rest of its block is run, and is then interrupted. cpp: compiled under the name in its first line,
and run. text: what the block before printed; a line "..." stands for any lines. Links lead to
files, and what a row of the trap's path names is in its file. Not here: whether the prose is true.
Kept true: a command that fails, or prints something else, fails this test; that is tried with
planted text. Internal to tests/house/.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from tree import ROOT, finish, skip

BUILD = Path(os.environ.get("GIAMBIO_BUILD", ROOT / "build/release"))
BLOCK = re.compile(r"^```(sh|cpp|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATIENCE = 120  # seconds until a command counts as stuck


class failed(Exception):
    """Something that README.md says is not so."""


def environment():
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "GIAMBIO_TRACE")
    return {name: value for name, value in os.environ.items() if name not in hidden}


def shell(line, folder):
    try:
        return subprocess.run(["bash", "-c", line], cwd=folder, env=environment(), text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise failed(f"is stuck: {line}")


def run_line(line, folder):
    # This test is a part of `./giambio test`, so that command is only asked what it does.
    command = line.replace("./giambio test", "./giambio test --help")
    done = shell(command, folder)
    output = done.stdout + done.stderr
    if "# opens a window" in line:
        if "display" not in output and done.returncode != 0:
            raise failed(f"does not say that there is no display: {line}\n{output}")
    elif done.returncode != 0:
        raise failed(f"ends with {done.returncode}: {line}\n{output}")
    return done.stdout


def start_line(line, folder):
    process = subprocess.Popen(["bash", "-c", "exec " + line], cwd=folder, env=environment(),
                               text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT)
    said = []
    while "serving" not in (said[-1] if said else ""):
        said.append(process.stdout.readline())
        if not said[-1]:
            raise failed(f"ended too early: {line}\n{''.join(said)}")
    return process


def run_commands(text, folder):
    printed, staying = "", []
    try:
        for line in filter(str.strip, text.splitlines()):
            if "# until Ctrl-C" in line:
                staying.append((line, start_line(line.split("#")[0], folder)))
            else:
                printed += run_line(line, folder)
    finally:
        for line, process in staying:
            process.send_signal(signal.SIGINT)
            try:
                printed += process.communicate(timeout=PATIENCE)[0]
            except subprocess.TimeoutExpired:
                process.kill()
                raise failed(f"does not end with Ctrl-C: {line}")
            if process.returncode != 0:
                raise failed(f"ends with {process.returncode} after Ctrl-C: {line}\n{printed}")
    return printed


def run_program(text, folder):
    named = re.match(r"// (\w+)\.cpp\b", text)
    if not named:
        raise failed("the first line of a program does not name it: " + text.partition("\n")[0])
    source = Path(folder, named.group(1) + ".cpp")
    source.write_text(text)
    libraries = sorted(map(str, BUILD.glob("*/**/libgiambio*.a")))
    made = subprocess.run([os.environ.get("GIAMBIO_CXX", "c++"), "-std=c++20", "-Wall", "-Wextra",
                           "-Werror", f"-I{ROOT}", f"-I{ROOT}/kernel/face", source,
                           "-o", source.with_suffix(""), "-Wl,--start-group", *libraries,
                           "-Wl,--end-group", "-lfmt", "-lzstd", "-pthread"],
                          capture_output=True, text=True)
    if made.returncode != 0:
        raise failed(f"{source.name} does not compile:\n{made.stderr}")
    return run_line("./" + source.stem, folder)


def compare(expected, printed):
    pattern = "".join("(.*\n)*" if line == "..." else re.escape(line) + "\n"
                      for line in expected.splitlines())
    if not re.fullmatch(pattern, printed):
        raise failed(f"prints\n{printed}\nand not\n{expected}")


def follow(text, folder):
    """Does what a text says; returns the sentences about what is not so."""
    wrong, printed = [], ""
    for kind, block in BLOCK.findall(text):
        try:
            if kind == "sh":
                printed = run_commands(block, folder)
            elif kind == "cpp":
                printed = run_program(block, folder)
            else:
                compare(block, printed)
        except failed as found:
            wrong.append(str(found))
    return wrong


def tree_like_folder(folder):
    """The names of the root, so that commands find them; lessons/ is a copy, to be written to."""
    for path in ROOT.iterdir():
        if path.name[0] != "." and not path.name.startswith("build"):
            if path.name == "lessons":
                shutil.copytree(path, Path(folder, path.name))
            else:
                Path(folder, path.name).symlink_to(path)


def lost_links(text):
    """Links that lead nowhere, and names that are not in the file that their row links to."""
    text = BLOCK.sub("", text)  # "](" begins a function there, not a link
    for name in re.findall(r"\]\(([^):#]+)\)", text):
        if not (ROOT / name).exists():
            yield f"there is no {name}"
    for name, words in re.findall(r"^\| \d \| \[(.+?)\]\(.*?\): (.*?) \|", text, re.MULTILINE):
        for word in re.findall(r"`(\w+)`", words):
            if not (ROOT / name).exists() or f"{word}(" not in (ROOT / name).read_text():
                yield f"there is no {word} in {name}"


def planted(folder):
    for text in ("```sh\nfalse\n```", "```sh\necho a\n```\n\n```text\nb\n```",
                 "```cpp\n// one.cpp\nint main() { return 1; }\n```",
                 "```sh\nfalse  # opens a window\n```"):
        if not follow(text, folder):
            yield f"planted and not noticed: {text}"
    if len(list(lost_links("[a](a)\n| 3 | [kernel/loop.cpp](kernel/loop.cpp): `nap` |\n"))) != 2:
        yield "planted and not noticed: a lost link and a lost name"
    if follow("```sh\nprintf 'a\\nb\\nc\\n'\n```\n\n```text\na\n...\nc\n```", folder):
        yield "a right text is refused"


if __name__ == "__main__":
    if not (BUILD / "bin/giambio-view").exists():
        skip("README.md needs the viewer, which this build does not have")
    text = (ROOT / "README.md").read_text()
    with tempfile.TemporaryDirectory() as folder:
        tree_like_folder(folder)
        wrong = [*planted(folder), *follow(text, folder)]
        wrong += lost_links(text)
    finish(wrong, f"{len(BLOCK.findall(text))} blocks of README.md")
