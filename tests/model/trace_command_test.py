"""The command `giambio-trace` as a user meets it: output, complaints, exit codes, closed pipes."""
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from script import BIN, ROOT, check  # noqa: E402

TOOL = BIN / "giambio-trace"
SAMPLE = ROOT / "tests/model/echo_sample.jsonl"


def run(*arguments):
    return subprocess.run([TOOL, *map(str, arguments)], capture_output=True, text=True, timeout=60)


def text_tells_one_line_for_each_trace_event():
    done = run("text", SAMPLE)
    lines = done.stdout.splitlines()
    check(done.returncode == 0 and done.stderr == "", "text ends well", done)
    check(len(lines) == 178, "a title and one line for each of the 177 trace events", done)
    check(lines[74].split()[0] == "74" and lines[74].endswith("<- 37"), "seq and cause", done)


def text_can_be_narrowed():
    done = run("text", SAMPLE, "--from", 10, "--to", 20)
    check([line.split()[0] for line in done.stdout.splitlines()[1:]] ==
          [str(seq) for seq in range(10, 21)], "--from and --to", done)
    done = run("text", SAMPLE, "--task", 3)
    rows = done.stdout.splitlines()[1:]
    check(rows and all("#3 call" in row for row in rows), "--task 3", done)
    done = run("text", SAMPLE, "--task", 0)
    check(all("the loop" in row for row in done.stdout.splitlines()[1:]), "--task 0", done)


def state_takes_a_seq_or_a_time(folder):
    by_seq = run("state", SAMPLE, "--at", "seq:68")
    check("after trace event 68, at 1.000 ms" in by_seq.stdout, "--at seq:68", by_seq)
    by_time = run("state", SAMPLE, "--at", "1.9ms")
    check("after trace event 69," in by_time.stdout, "the last trace event before 1.9 ms", by_time)
    (folder / "odd.json").write_text("".join(
        '{"giambio_trace":1}\n' if seq == 0 else
        '{"seq":%d,"t":%d,"turn":0,"kind":"mark","task":0,"cause":0,"at":0,"text":"x"}\n'
        % (seq, 1000 + seq) for seq in range(20)))
    for seq in range(1, 20):
        done = run("state", folder / "odd.json", "--at", f"1.{seq:03}us")
        check(f"after trace event {seq}, at 1.{seq:03} us" in done.stdout, "as it is printed", done)
    check(run("state", SAMPLE, "--at", "1900us").stdout == by_time.stdout, "microseconds")
    check(run("state", SAMPLE, "--at", "0.0019s").stdout == by_time.stdout, "seconds")
    for wrong in ("5", "seq:", "seq:x", "xms", "-1ms", "ms", "5 ms ", "nanms"):
        done = run("state", SAMPLE, "--at=" + wrong)
        check(done.returncode != 0 and "seq:N" in done.stderr, "--at " + wrong, done)


def complaints_name_file_line_and_byte(folder):
    lines = SAMPLE.read_bytes().splitlines(keepends=True)
    lines[20] = b"{damaged\n"
    damaged = folder / "damaged.json"
    damaged.write_bytes(b"".join(lines))
    place = f"{damaged}:21:{sum(map(len, lines[:20])) + 1}: "
    for command in (["text"], ["info"], ["state", "--at", "seq:5"]):
        done = run(*command, damaged)
        check(done.returncode == 0, "skipped lines do not fail", done)
        check(done.stderr.startswith(place), "the complaint begins with " + place, done)
        check(done.stdout != "", "the rest is told", done)
        done = run(*command, damaged, "--strict")
        check(done.returncode != 0 and done.stdout != "", "--strict fails, and tells", done)
    check(run("text", SAMPLE, "--strict").returncode == 0, "--strict on a good file")


def unreadable_files_fail_with_a_sentence(folder):
    (folder / "other.json").write_text('{"giambio_trace":9}\n')
    (folder / "empty.json").write_text("")
    cases = {folder: "directory", folder / "none": "No such file", folder / "empty.json": "empty",
             folder / "other.json": "version 9", TOOL: "binary"}
    for path, word in cases.items():
        done = run("info", path)
        check(done.returncode == 1 and done.stdout == "", f"{path} is refused", done)
        check(str(path) in done.stderr and word in done.stderr, f"{word} for {path}", done)


def a_closed_pipe_is_quiet(folder):
    lines = SAMPLE.read_text().splitlines()
    seq = '{"seq":%d,"t":9000000,"turn":10,"kind":"log","task":0,"cause":0,"at":0,"text":"more"}'
    many = folder / "many.json"
    many.write_text("\n".join(lines[:-1] + [seq % n for n in range(178, 20000)]) + "\n")
    done = subprocess.run(["bash", "-c", '"$0" text "$1" | head -2', TOOL, many],
                          capture_output=True, text=True, timeout=60)
    check(done.stderr == "" and len(done.stdout.splitlines()) == 2, "text | head", done)


def nothing_in_a_trace_steers_the_terminal(folder):
    """Names may hold anything: what cannot be printed is told as \\xNN, on its own line."""
    plain = ROOT / "tests/check/two_locks.jsonl"
    evil = folder / "evil.json"
    evil.write_text(re.sub(r'"(name|program)":"', r'"\1":"\\n\\u001b[31m', plain.read_text()))
    for command in (["text", evil], ["info", evil], ["state", evil, "--at", "seq:50"],
                    ["stats", evil], ["check", evil], ["diff", evil, plain],
                    ["why", evil, "2", "--at", "seq:60"],
                    ["why", evil, "nobody", "--at", "seq:60"], ["why", evil, "--from", "seq:1"],
                    ["query", evil, "first(spawn).name", "waits_on(2, seq:50)", "state('z', end)"],
                    ["merge", evil, evil, "-o", folder / "both.json"], ["follow", evil]):
        done = run(*command)
        wrong = [each for each in done.stdout + done.stderr if each < " " and each != "\n"]
        check(not wrong, f"{command[0]} writes no control characters", done)
        check("[31m" in done.stdout + done.stderr or command[0] == "merge", "they are told", done)


def a_full_disk_is_told():
    for command in (["text", SAMPLE], ["info", SAMPLE], ["state", SAMPLE, "--at", "1ms"],
                    ["stats", SAMPLE], ["check", SAMPLE], ["query", SAMPLE, "count(spawn)"],
                    ["diff", SAMPLE, SAMPLE], ["follow", SAMPLE], ["--help"]):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([TOOL, *command], stdout=full, stderr=subprocess.PIPE, text=True,
                                  timeout=60)
        check(done.returncode == 2 and "disk is full" in done.stderr, f"{command}", done)


def help_names_the_start_up_script():
    for arguments in (["--help"], ["text", "--help"], ["info", "--help"], ["state", "--help"]):
        done = run(*arguments)
        check(done.returncode == 0 and "./giambio trace" in done.stdout, f"{arguments}", done)


def what_is_not_understood_ends_with_2():
    for arguments in ([], ["nonsense"], ["text"], ["text", SAMPLE, "--from", "x"], ["check"],
                      ["check", SAMPLE, "--only", "nonsense"], ["query"], ["diff", SAMPLE],
                      ["text", SAMPLE, "--task", "-5"], ["text", SAMPLE, "--task", 2**32 + 1],
                      ["export", SAMPLE, "--csv", "-", "--task", 2**32 + 1],
                      ["state", SAMPLE, "--at", "5"], ["why", SAMPLE], ["export", SAMPLE],
                      ["export", SAMPLE, "--csv", "-", "--from", "20", "--to", "10"]):
        done = run(*arguments)
        check(done.returncode == 2 and done.stderr != "", f"{arguments} is refused", done)


def a_number_is_asked_for_by_its_option():
    """Whatever stands there instead, the option is named and told what it takes."""
    numbers = [("text", "--from"), ("text", "--to"), ("text", "--task"), ("diff", "--most"),
               ("check", "--self-wake"), ("check", "--herd"), ("check", "--queue"),
               ("check", "--long-step"), ("export", "--task"), ("export", "--width"),
               ("export", "--from"), ("export", "--to"), ("pack", "--level"), ("state", "--at"),
               ("why", "--at"), ("why", "--ran-at")]
    more = {"diff": [SAMPLE], "export": ["--csv", "-"], "pack": ["-o", "-"], "why": ["1"]}
    for command, option in numbers:
        for wrong in ("-1", "", "9" * 40, "x", "5x", "1.5", "+1", "0x10", " 7"):
            done = run(command, SAMPLE, *more.get(command, []), option, wrong)
            check(done.returncode == 2 and done.stdout == "", f"{command} {option} '{wrong}'", done)
            check(done.stderr.startswith(option) and "write" in done.stderr, "it helps", done)
    check(run("export", SAMPLE, "--csv", "").returncode == 2, "a file without a name")
    done = run("text", SAMPLE, "--from", "010", "--to", "010")
    check(done.stdout.splitlines()[1].split()[0] == "10", "a zero in front changes nothing", done)


def who_is_not_there_is_not_taken_for_idle():
    for command in (["text", SAMPLE], ["export", SAMPLE, "--csv", "-"]):
        done = run(*command, "--task", 99)
        check(done.returncode == 2 and "--task" in done.stderr and "99" in done.stderr, "99", done)
    done = run("stat", SAMPLE)
    check(done.returncode == 2 and 'no command "stat"' in done.stderr, "a slip is told", done)


def an_accident_is_no_answer(folder):
    """Where 1 says something about the trace, a file that has no room in memory ends with 2."""
    large = folder / "large.json"
    with open(large, "wb") as file:
        file.truncate(1 << 30)
    for command, code in ((["check", large], 2), (["query", large, "count(spawn)"], 2),
                          (["diff", SAMPLE, large], 2), (["info", large], 1)):
        done = subprocess.run([TOOL, *command], capture_output=True, text=True, timeout=60,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS,
                                                                    (200 << 20, 200 << 20)))
        check(done.returncode == code and "bad_alloc" in done.stderr, f"{command}", done)


with tempfile.TemporaryDirectory() as made:
    text_tells_one_line_for_each_trace_event()
    text_can_be_narrowed()
    state_takes_a_seq_or_a_time(pathlib.Path(made))
    complaints_name_file_line_and_byte(pathlib.Path(made))
    unreadable_files_fail_with_a_sentence(pathlib.Path(made))
    a_closed_pipe_is_quiet(pathlib.Path(made))
    nothing_in_a_trace_steers_the_terminal(pathlib.Path(made))
    a_full_disk_is_told()
    help_names_the_start_up_script()
    what_is_not_understood_ends_with_2()
    a_number_is_asked_for_by_its_option()
    who_is_not_there_is_not_taken_for_idle()
    an_accident_is_no_answer(pathlib.Path(made))
print("the command tells what it should")
