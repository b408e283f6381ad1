"""The live monitor as people use it: through its socket, while the program works or hangs."""
import atexit
import os
import pathlib
import re
import socket
import stat
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from script import BIN, check  # noqa: E402

PROGRAM = BIN / "stepping-monitored"


def until(condition, what):
    for _ in range(2000):
        if condition():
            return
        time.sleep(0.01)
    check(False, "never: " + what)


class monitored:
    """The program with its monitor, in a folder of its own."""

    def __init__(self, folder, name="socket"):
        self.folder = pathlib.Path(folder)
        self.path = self.folder / name
        self.process = subprocess.Popen([PROGRAM, folder], stderr=subprocess.PIPE, text=True,
                                        env={**os.environ, "GIAMBIO_MONITOR": str(self.path)})
        atexit.register(self.process.kill)  # a failed check leaves nothing behind

    def connect(self):
        self.connection = socket.socket(socket.AF_UNIX)
        self.connection.settimeout(30)
        until(lambda: self.path.exists() and self.connection.connect_ex(str(self.path)) == 0,
              "the socket is there")
        self.answers = self.connection.makefile("r")
        return self.answer()

    def answer(self):
        lines = []
        while (line := self.answers.readline()) not in ("\n", ""):
            lines.append(line)
        return "".join(lines)

    def ask(self, command):
        self.connection.sendall(command.encode() + b"\n")
        return self.answer()

    def end(self):
        (self.folder / "hog").unlink(missing_ok=True)
        (self.folder / "end").touch()
        errors = self.process.communicate(timeout=60)[1]
        return self.process.returncode, errors


def tells_what_the_tasks_do(program):
    check("help" in program.connect(), "a greeting")
    check("ps" in program.ask("help"), "help names the commands")
    until(lambda: "acquire" in program.ask("where 3"), "the waiter waits")
    table = program.ask("ps").splitlines()
    check(table[0].split()[:4] == ["id", "state", "steps", "timers"], "the columns", *table)
    row = next(line for line in table if " waiter " in line)
    check(row.split()[:4] == ["3", "parked", "1", "0"] and "held by #2 holder" in row and
          "monitored.cpp:" in row, "the waiter's row", *table)
    check(any("hog?with two lines" in line for line in table), "a name stays on its line", *table)
    chain = program.ask("where #3").splitlines()
    check(len(chain) == 3 and "monitored.cpp:" in chain[1] and "lock.hpp:" in chain[2],
          "the chain has a line for each coroutine", *chain)
    tree = program.ask("tree").splitlines()
    check(tree[0].startswith("#1 main") and tree[1].startswith("  #2 holder"), "the tree", *tree)
    numbers = program.ask("stats")
    check("tasks living          4" in numbers, "the statistics", numbers)


def answers_nonsense_with_sentences(program):
    check("no such command" in program.ask("frobnicate"), "an unknown command")
    check("takes a task's number" in program.ask("where"), "where without a number")
    check("takes a task's number" in program.ask("where 3x"), "where with half a number")
    check("no living task #99" in program.ask("where 99"), "where with nobody's number")
    check("no living task #99" in program.ask("cancel 99"), "cancel with nobody's number")


def traces_from_the_middle_of_the_run(program):
    trace = program.folder / "late.jsonl"
    check("trace takes" in program.ask("trace"), "trace without a word")
    check("No trace" in program.ask("trace off"), "off before on")
    check("Cannot write" in program.ask("trace on /no/such/folder/t.jsonl"), "an impossible file")
    check("goes to" in program.ask(f"trace on {trace}"), "on")
    check("already" in program.ask(f"trace on {trace}2"), "on twice")
    until(lambda: trace.exists() and '"kind":"batch"' in trace.read_text(), "turns are told")
    check("at its end" in program.ask("trace off"), "off")
    at = re.findall(r'"seq":(\d+),.*"kind":"batch"', trace.read_text())[0]
    told = subprocess.run([PROGRAM.parent / "giambio-trace", "state", "--strict", "--at",
                           f"seq:{at}", trace], text=True, capture_output=True, timeout=60,
                          check=False)
    check(told.returncode == 0, "the reader finds nothing wrong", told.stdout, told.stderr)
    for line in ("lock 1: holder #2 holder, length 0, waiters #3 waiter",
                 "sleep of #2 holder", "#1 main waits for the end of #4"):
        check(line in told.stdout, f"the state is there: {line}", told.stdout)


def tells_of_a_trace_that_could_not_be_written(program):
    check("goes to" in program.ask("trace on /dev/full"), "a disk on which there is room for it")
    check("ended before this" in program.ask("trace off"), "and which is full when it is written")


def waits_for_nobody_at_a_pipe(program):
    pipe = program.folder / "pipe"
    os.mkfifo(pipe)
    check("Nobody reads" in program.ask(f"trace on {pipe}"), "a pipe that nobody reads is refused")
    check("No trace" in program.ask("trace off"), "the loop goes on")
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True) as reader:
        until(lambda: "goes to" in program.ask(f"trace on {pipe}"), "one that is read is taken")
        check("at its end" in program.ask("trace off"), "and ended")
        told = reader.communicate(timeout=60)[0]
    check(told.startswith('{"giambio_trace"'), "all of it comes through", told)


def works_while_a_step_hogs_the_loop(program):
    (program.folder / "hog").touch()
    until(lambda: "has been running for" in program.ask("ps"), "the hog is told")
    told = program.ask("ps")
    check(told.startswith("#4 hog?with two lines has been running for"), "who hogs", told)
    check(" waiter " in told, "the last report comes with it", told)
    told = program.ask("cancel 3 no more")
    check("waits for its next turn" in told, "a cancel waits", told)
    (program.folder / "hog").unlink()
    until(lambda: "no living task #3" in program.ask("where 3"), "the cancel has come through")
    check("has been running" not in program.ask("stats"), "nobody hogs any more")


def a_guest(program):
    guest = socket.socket(socket.AF_UNIX)
    guest.connect(str(program.path))  # waits where many knock; with a time limit it would not
    guest.settimeout(30)
    return guest


def ends_its_talk_with_who_is_too_much(program):
    guests = [a_guest(program) for _ in range(16)]  # with the one that is there 17
    told = guests[-1].makefile("r").read()
    check("Too many" in told, "one too many is told, and sent away", told)
    for guest in guests:
        guest.close()
    until(lambda: "help" in a_guest(program).makefile("r").readline(), "there is room again")
    flood = a_guest(program)
    try:
        while True:
            flood.sendall(b"\n" * 4096)  # and reads none of the answers
    except (BrokenPipeError, ConnectionResetError):
        pass
    check("help" in program.ask("help"), "the others are answered")


def tells_of_a_crowd():
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "crowd").touch()
        program = monitored(folder)
        program.connect()
        until(lambda: "50004" in program.ask("stats"), "they are all there")
        table = program.ask("ps").splitlines()
        check(len(table) == 1 + 50_004, "ps tells all of them", len(table))
        check(program.end()[0] == 0, "and the program ends")


def run_to_its_end(path):
    """What a program says whose monitor shall be at this path."""
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "end").touch()
        program = monitored(folder, path)
        code, errors = program.end()
        check(code == 0, "the program runs, whatever becomes of its monitor", code, errors)
        return errors


def touches_nothing_but_dead_sockets(folder):
    letter = folder / "letter"
    letter.write_text("dear")
    check("not a socket" in run_to_its_end(letter), "a file is in the way")
    link = folder / "link"
    link.symlink_to(letter)
    check("not a socket" in run_to_its_end(link), "a link is in the way")
    check(link.is_symlink() and letter.read_text() == "dear", "both are left as they were")
    dangling = folder / "dangling"
    dangling.symlink_to(folder / "nowhere")
    check("not a socket" in run_to_its_end(dangling), "a link to nothing is not followed")
    check(not (folder / "nowhere").exists(), "nothing was made at its end")
    dead = folder / "dead"
    socket.socket(socket.AF_UNIX).bind(str(dead))
    check(run_to_its_end(dead) == "" and not dead.exists(), "a dead socket is replaced")
    check("too long" in run_to_its_end(folder / ("x" * 120)), "a path too long")
    check("No such file" in run_to_its_end(folder / "no" / "folder"), "no such folder")


def main():
    with tempfile.TemporaryDirectory() as folder:
        program = monitored(folder)
        tells_what_the_tasks_do(program)
        mode = program.path.lstat().st_mode
        check(stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o600, "only its owner may talk to it")
        answers_nonsense_with_sentences(program)
        traces_from_the_middle_of_the_run(program)
        tells_of_a_trace_that_could_not_be_written(program)
        waits_for_nobody_at_a_pipe(program)
        works_while_a_step_hogs_the_loop(program)
        ends_its_talk_with_who_is_too_much(program)
        errors = run_to_its_end(program.path)
        check("somebody listens there already" in errors, "two programs, one socket", errors)
        check("help" in program.ask("help"), "the first goes on")
        check("Goodbye" in program.ask("quit") and program.answer() == "", "quit")
        code, errors = program.end()
        check(code == 0 and errors.count("\n") == 2 and "/no/such/folder/t.jsonl" in errors and
              "/dev/full" in errors,
              "the program ends as without a monitor, but for the impossible files", code, errors)
        check(not program.path.exists(), "the socket is removed")
        touches_nothing_but_dead_sockets(pathlib.Path(folder))
    tells_of_a_crowd()


main()
