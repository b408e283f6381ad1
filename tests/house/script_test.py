"""Starts the script `giambio` in a made-up tree, on machines that lack things.

The tree has the real script and the real CMakePresets.json, and a project of a few lines in place
of giambio, so that installing, configuring, building and handing over are tried within a second.
dpkg-query, apt-get, id and sudo are replaced by programs that say what the test wants and write
down that they were called. Not here: what the built programs do. Kept true: nothing of this machine
is changed. Internal to tests/house/.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from tree import ROOT, finish

PROJECT = """cmake_minimum_required(VERSION 3.22)
project(giambio VERSION 9.8.7 LANGUAGES NONE)
file(APPEND ${CMAKE_SOURCE_DIR}/configured once)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/bin/giambio-trace DEPENDS ${CMAKE_SOURCE_DIR}/program
  COMMAND mkdir ${CMAKE_SOURCE_DIR}/alone && sleep 0.2 && rmdir ${CMAKE_SOURCE_DIR}/alone
  COMMAND cp ${CMAKE_SOURCE_DIR}/program ${CMAKE_BINARY_DIR}/bin/giambio-trace)
add_custom_target(giambio-trace ALL DEPENDS ${CMAKE_BINARY_DIR}/bin/giambio-trace)
add_custom_target(lesson-03 ALL COMMAND test ! -e ${CMAKE_SOURCE_DIR}/mistake
  DEPENDS giambio-trace)
add_custom_target(giambio-lesson ALL DEPENDS giambio-trace
  COMMAND cp ${CMAKE_SOURCE_DIR}/program ${CMAKE_BINARY_DIR}/bin/giambio-lesson)
add_custom_target(for-lesson-03 DEPENDS giambio-lesson lesson-03)
add_custom_target(for-lesson-05 DEPENDS giambio-lesson)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
"""
PROGRAM = """#!/bin/sh
if [ "$1" = wait ]; then echo $$; exec sleep 60; fi
echo "[$PWD] $*"; exit 7
"""
NOTHING_MISSING = 'for name; do case $name in -*|\\$*) ;; *) echo "$name installed" ;; esac; done'
GONE = NOTHING_MISSING.replace("-*", "fonts-inter|-*") + "; exit 1"


class machine:
    """A tree in a folder with a space in its name, and programs that stand in for the system's."""

    def __init__(self, folder, **stand_ins):
        self.tree = Path(folder, "a tree")
        self.bin = Path(folder, "bin")
        self.calls = Path(folder, "calls")
        for made in (self.tree, self.bin):
            made.mkdir()
        for name in ("giambio", "CMakePresets.json"):
            shutil.copy(ROOT / name, self.tree)
        Path(self.tree, "CMakeLists.txt").write_text(PROJECT)
        self.write(self.tree / "program", PROGRAM)
        for name, body in {"dpkg-query": NOTHING_MISSING, "apt-get": "", **stand_ins}.items():
            note = f'echo "{name} $*" >>"{self.calls}"\n'
            self.write(self.bin / name.replace("_", "-"), f"#!/bin/bash\n{note}{body}\n")

    def write(self, path, text):
        path.write_text(text)
        path.chmod(0o755)

    def command(self, *arguments, script=None, **options):
        environment = {**os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}"}
        environment.pop("GIAMBIO_KEEP_LOG", None)
        return subprocess.Popen([script or self.tree / "giambio", *arguments], text=True,
                                env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, **options)

    def run(self, *arguments, **options):
        process = self.command(*arguments, **options)
        output, errors = process.communicate(timeout=60)
        return process.returncode, output, errors

    def called(self, program):
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [line for line in lines if line.startswith(program)]


def expect(condition, *found):
    if not condition:
        raise AssertionError(" ".join(map(str, found)))


def help_and_wrong_commands(here):
    on = machine(here)
    code, output, _ = on.run("--help")
    expect(code == 0, "--help ends with", code)
    for name in ("demo", "lesson", "echo", "trace", "view", "test", "--help", "--version"):
        expect(f"./giambio {name}" in output, "--help does not name", name)
    expect(on.run("--version")[1] == "giambio 9.8.7\n", "--version")
    expect(on.run("test", "--help")[0] == 0, "test --help")
    code, output, errors = on.run("dmeo")
    expect(code == 2 and "'dmeo'" in errors and "demo lesson echo" in errors, code, errors)
    expect(on.run("test", "--quikc")[0] == 2, "an unknown option of test")
    expect(not on.called("apt-get"), "apt-get was called", on.called("apt-get"))
    expect(not Path(on.tree, "build").exists(), "something was built")


def builds_and_hands_over(here):
    on = machine(here)
    link = Path(here, "link")
    link.symlink_to(on.tree / "giambio")
    elsewhere = Path(here, "elsewhere")
    elsewhere.mkdir()
    code, output, errors = on.run("trace", "text", "a b", script=link, cwd=elsewhere)
    expect(code == 7 and output == f"[{elsewhere}] text a b\n", code, output, errors)
    expect("building release" in errors, "no progress is shown:", errors)
    expect(not on.called("apt-get"), "apt-get was called although nothing was missing")


def second_start_is_quick(here):
    on = machine(here)
    on.run("trace")
    times = []
    for _ in range(5):
        before = time.monotonic()
        code, _, errors = on.run("trace")
        times.append(time.monotonic() - before)
        expect(code == 7 and errors == "", "a second start says something:", errors)
    expect(Path(on.tree, "configured").read_text() == "once", "it was configured again")
    expect(min(times) < 1, "a second start takes", min(times), "seconds")


def moved_tree_starts_afresh(here):
    on = machine(here)
    on.run("trace")
    on.tree = on.tree.rename(Path(here, "moved"))
    code, output, errors = on.run("trace")
    expect(code == 7, code, output, errors)


def signals_reach_the_program(here):
    on = machine(here)
    on.run("trace")
    process = on.command("trace", "wait")
    expect(int(process.stdout.readline()) == process.pid, "the script did not become the program")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    expect(process.returncode == -signal.SIGTERM, "ended with", process.returncode)


def starts_at_the_same_time(here):
    on = machine(here)
    # Building makes the folder "alone", which fails when somebody else is building as well.
    started = [on.command("trace") for _ in range(3)]
    for process in started:
        output, errors = process.communicate(timeout=60)
        expect(process.returncode == 7, output, errors)
    expect(Path(on.tree, "configured").read_text() == "once", "it was configured again")


def failed_build_shows_the_log(here):
    on = machine(here)
    Path(on.tree, "CMakeLists.txt").write_text(PROJECT.replace("mkdir", "no-such-tool"))
    code, output, errors = on.run("trace")
    expect(code == 1 and "no-such-tool" in errors, code, errors)
    expect("building release failed" in errors, errors)
    expect("no-such-tool" in Path(on.tree, "build/log").read_text(), "the log is not kept")
    on.write(on.tree / "CMakeLists.txt", PROJECT)
    expect(on.run("trace")[0] == 7, "it does not build once it is put right")


def mistake_in_a_lesson_stops_no_trace(here):
    on = machine(here)
    Path(on.tree, "mistake").touch()
    code, output, errors = on.run("trace", "info")
    expect(code == 7 and output.endswith("info\n"), code, output, errors)


def mistake_in_a_lesson_stops_no_other(here):
    on = machine(here)
    for name in ("03-one", "05-other"):
        Path(on.tree, "lessons", name).mkdir(parents=True)
    Path(on.tree, "mistake").touch()
    for words in (["run", "3", "--text"], ["run", "--text", "03-one"], ["record", "03"], ["check"]):
        code, _, errors = on.run("lesson", *words)
        expect(code == 1 and "building release failed" in errors, words, code, errors)
    for words in (["run", "05"], ["check", "5"], ["list"], ["text", "03"], []):
        code, output, errors = on.run("lesson", *words)
        expect(code == 7 and output.endswith(" ".join(words) + "\n"), words, code, output, errors)
        expect("build/log tells what is wrong" in errors, "the mistake is not told:", errors)
    Path(on.tree, "mistake").unlink()
    code, _, errors = on.run("lesson", "run", "3")
    expect(code == 7 and "wrong" not in errors, "put right:", code, errors)


def missing_package_without_root(here):
    on = machine(here, **{"dpkg-query": GONE, "id": "echo 1000", "sudo": "exit 1"})
    code, _, errors = on.run("trace")
    command = "apt-get install --no-install-recommends fonts-inter\n"
    expect(code == 1 and command in errors, code, errors)
    expect(not on.called("apt-get"), "apt-get was called:", on.called("apt-get"))


def missing_package_with_sudo(here):
    sudo = '[ "$1" = -n ] || [ "$1" = -v ] || "$@"'
    on = machine(here, **{"dpkg-query": GONE, "id": "echo 1000", "sudo": sudo})
    code, output, errors = on.run("trace")
    expect(code == 7, code, output, errors)
    expect(on.called("sudo env DEBIAN_FRONTEND=noninteractive apt-get"), on.calls.read_text())


def missing_package_as_root(here):
    on = machine(here, **{"dpkg-query": GONE, "id": "echo 0"})
    code, output, errors = on.run("trace")
    expect(code == 7, code, output, errors)
    update, install = on.called("apt-get")
    expect(update.endswith(" update"), update)
    expect(install.endswith(" install -y --no-install-recommends fonts-inter"), install)


def failed_install_says_what_to_do(here):
    apt = "echo no route to host; exit 100"
    on = machine(here, **{"dpkg-query": GONE, "id": "echo 0", "apt-get": apt})
    code, _, errors = on.run("trace")
    expect(code == 1 and "no route to host" in errors and "network" in errors, code, errors)
    expect("fonts-inter" in errors, "the missing package is not named:", errors)


def benchmark_goes_on_without_peers(here):
    apt = "case $* in *libasio-dev*) exit 100 ;; esac"
    some = NOTHING_MISSING.replace("-*", "libasio-dev|chromium|xvfb|-*")
    on = machine(here, **{"dpkg-query": some, "id": "echo 0", "apt-get": apt})
    Path(on.tree, "tests/bench").mkdir(parents=True)
    Path(on.tree, "tests/bench/bench.py").write_text("import sys; print(sys.argv[1:])")
    more = "add_custom_target(giambio-bench)\n"
    Path(on.tree, "CMakeLists.txt").write_text(PROJECT + more)
    code, output, errors = on.run("bench", "kernel")
    expect(code == 0 and output == "['kernel']\n", code, output, errors)
    expect("going on without libasio-dev." in errors, "the peer is not named:", errors)
    asked = " ".join(on.called("apt-get"))
    expect("chromium" not in asked and "xvfb" not in asked, "a benchmark asks for", asked)


def failed_tests_are_counted(here):
    on = machine(here)
    Path(on.tree, "tests/house").mkdir(parents=True)
    shutil.copy(ROOT / "tests/house/totals.py", on.tree / "tests/house")
    more = ("enable_testing()\nadd_custom_target(giambio-tests)\nadd_test(NAME good COMMAND true)\n"
            "add_test(NAME bad COMMAND sh -c \"echo why it failed; exit 1\")\n"
            "add_test(NAME odd COMMAND sh -c \"echo no such device; exit 77\")\n"
            "add_test(NAME gone COMMAND no-such-program)\n"
            "set_tests_properties(odd PROPERTIES SKIP_RETURN_CODE 77)\n")
    Path(on.tree, "CMakeLists.txt").write_text(PROJECT + more)
    code, output, errors = on.run("test")
    expect(code == 1 and output.endswith("\n3 passed, 6 failed, 3 skipped\n"), code, output, errors)
    expect("why it failed" in output, "the failure is not shown:", output)
    expect("skipped: sanitize: odd: no such device" in output, "no reason is given:", output)
    code, output, _ = on.run("test", "--quick", "goo")
    expect(code == 0 and output.endswith("1 passed, 0 failed\n"), code, output)
    expect(on.run("test", "--quick", "nothing-like-it")[0] == 1, "no test at all was a success")
    Path(on.tree, "CMakeLists.txt").write_text(PROJECT)  # without the target giambio-tests
    code, output, _ = on.run("test")
    expect(code == 1 and output.endswith("0 passed, 1 failed\n"), code, output)


if __name__ == "__main__":
    cases = [help_and_wrong_commands, builds_and_hands_over, second_start_is_quick,
             moved_tree_starts_afresh, signals_reach_the_program, starts_at_the_same_time,
             failed_build_shows_the_log, mistake_in_a_lesson_stops_no_trace,
             mistake_in_a_lesson_stops_no_other,
             missing_package_without_root, missing_package_with_sudo,
             missing_package_as_root, failed_install_says_what_to_do,
             benchmark_goes_on_without_peers, failed_tests_are_counted]
    wrong = []
    for case in cases:
        with tempfile.TemporaryDirectory() as folder:
            try:
                case(folder)
            except AssertionError as found:
                wrong.append(f"{case.__name__}: {found}")
    finish(wrong, f"{len(cases)} ways to start giambio")
