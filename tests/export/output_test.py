"""Where the commands write: over their own input, behind a link, into a pipe, and when they fail.

Not here: what is written. Kept true: a file that is there already is whole at any moment, the old
one or the new one, and nothing lies beside it afterwards.
Internal to tests/export/.
"""

import os
import resource
import signal
import stat
import subprocess
import threading
import time

from exporting import SAMPLE, TOOL, check, trace, work_folder


def copied(folder, name="run.jsonl"):
    path = folder / name
    path.write_bytes(SAMPLE.read_bytes())
    return path


def names(folder):
    return sorted(each.name for each in folder.iterdir())


def no_file_is_longer():
    """Than 1,000 bytes: writes fail beyond that, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))


def a_command_may_write_over_its_input(folder):
    run, other, both = copied(folder), copied(folder, "other.jsonl"), folder / "both.jsonl"
    check(trace("merge", run, other, "-o", both).returncode == 0, "merge")
    done = trace("merge", run, other, "-o", run)
    check(done.returncode == 0, "merge over an input", done)
    check(run.read_bytes() == both.read_bytes(), "and the same is made")
    text = SAMPLE.read_bytes() + b"\n" * (3 << 20)
    run.write_bytes(text)
    check(trace("pack", run, "-o", run, "-f").returncode == 0, "pack over the input")
    check(trace("unpack", run, "-o", run, "-f").returncode == 0, "unpack over it")
    check(run.read_bytes() == text, "and nothing is lost")
    check(trace("export", SAMPLE, "--chrome", run).returncode == 0, "a Chrome trace")
    check(trace("import", run, "-o", run).returncode == 0, "import over the input")
    check(trace("info", run, "--strict").returncode == 0, "and it is a trace")
    check(names(folder) == ["both.jsonl", "other.jsonl", "run.jsonl"], "nothing else is there")


def what_fails_leaves_the_old_file(folder):
    old = folder / "old"
    old.write_text("precious")
    for form in ("--chrome", "--svg", "--html", "--csv"):
        done = trace("export", SAMPLE, form, old, "--from", 20, "--to", 10)
        check(done.returncode != 0, "an empty window fails", done)
        check(old.read_text() == "precious", f"{form} leaves the old file")
        trace("export", SAMPLE, form, folder / "new", "--from", 20, "--to", 10)
    check(trace("import", SAMPLE, "-o", old).returncode != 0, "no Chrome trace")
    check(old.read_text() == "precious", "import leaves the old file")
    check(names(folder) == ["old"], "nothing else is there", names(folder))
    for there in (folder, folder / "none" / "file"):
        done = trace("export", SAMPLE, "--csv", there)
        check(done.returncode == 1 and str(there).encode() in done.stderr, "it is named", done)
    check(names(folder) == ["old"], "and still nothing else", names(folder))


def rights_and_links_stay(folder):
    fresh, kept, link = folder / "fresh", folder / "kept", folder / "link"
    old_mask = os.umask(0o027)
    check(trace("export", SAMPLE, "--csv", fresh).returncode == 0, "a new file")
    os.umask(old_mask)
    check(stat.S_IMODE(fresh.stat().st_mode) == 0o640, "has the usual rights", fresh.stat())
    kept.write_text("old")
    kept.chmod(0o604)
    link.symlink_to("kept")
    check(trace("export", SAMPLE, "--csv", link).returncode == 0, "behind a link")
    check(link.is_symlink() and kept.read_bytes() == fresh.read_bytes(), "the link stays one")
    check(stat.S_IMODE(kept.stat().st_mode) == 0o604, "an old file's rights stay", kept.stat())
    kept.unlink()
    check(trace("export", SAMPLE, "--csv", link).returncode == 0, "a link to nothing")
    check(link.is_symlink() and kept.read_bytes() == fresh.read_bytes(), "brings it about")
    check(names(folder) == ["fresh", "kept", "link"], "nothing else is there", names(folder))


def pipes_and_devices_are_written_as_they_are(folder):
    table = trace("export", SAMPLE, "--csv", "-").stdout
    check(trace("export", SAMPLE, "--csv", "/dev/stdout").stdout == table, "/dev/stdout")
    shared = folder / "shared"
    shared.write_text("before\n")
    with open(shared, "ab") as end:
        check(trace("export", SAMPLE, "--csv", "/dev/stdout", stdout=end).returncode == 0, "to it")
    check(shared.read_bytes() == b"before\n" + table, "what the shell appends to keeps its text")
    check(trace("export", SAMPLE, "--csv", "/dev/null").returncode == 0, "/dev/null")
    check(stat.S_ISCHR(os.stat("/dev/null").st_mode), "goes on being a device")
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    came = []
    reader = threading.Thread(target=lambda: came.append(pipe.read_bytes()), daemon=True)
    reader.start()
    check(trace("export", SAMPLE, "--csv", pipe).returncode == 0, "into a pipe")
    reader.join(60)
    check(came == [table] and stat.S_ISFIFO(pipe.stat().st_mode), "all came through it")


def packs_what_never_ends(folder, code, before=None):
    """Ends a command by a signal when it has begun to write; returns how it ended."""
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen([TOOL, "pack", pipe, "-o", folder / "old", "-f"], preexec_fn=before,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as command:
        with open(pipe, "wb") as text:
            text.write(b"x" * (2 << 20))
            text.flush()
            while not (folder / "old.part0").exists():
                check(command.poll() is None, "it goes on until the signal")
                time.sleep(0.01)
            command.send_signal(code)
            if before is None:
                command.wait(60)
    pipe.unlink()
    return command.returncode


def a_signal_leaves_nothing_behind(folder):
    (folder / "old").write_text("precious")
    for code in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        ended = packs_what_never_ends(folder, code)
        check(ended == -code, f"{code.name} ends it as usual", ended)
        check(names(folder) == ["old"], f"{code.name} leaves nothing", names(folder))
        check((folder / "old").read_text() == "precious", "the old file stays")
    ended = packs_what_never_ends(folder, signal.SIGHUP,
                                  lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    check(ended == 0 and names(folder) == ["old"], "under nohup it goes on", ended)
    limit = f'ulimit -f 1; exec "{TOOL}" export "{SAMPLE}" --html "{folder}/new"'
    done = subprocess.run(["bash", "-c", limit], capture_output=True, timeout=60)
    check(done.returncode == -signal.SIGXFSZ, "the system's limit ends it", done)
    check(names(folder) == ["old"], "and nothing is left", names(folder))


def a_full_disk_is_told(folder):
    for form in ("--chrome", "--svg", "--html", "--csv"):
        with open("/dev/full", "wb") as full:
            done = trace("export", SAMPLE, form, "-", stdout=full)
        check(done.returncode == 1 and b"No space left" in done.stderr, f"{form} is full", done)
        done = trace("export", SAMPLE, form, folder / "new", preexec_fn=no_file_is_longer)
        check(done.returncode == 1 and b"too large" in done.stderr, f"{form} into a file", done)
        check(names(folder) == [], "nothing is left of it", names(folder))


if __name__ == "__main__":
    for test in (a_command_may_write_over_its_input, what_fails_leaves_the_old_file,
                 rights_and_links_stay, pipes_and_devices_are_written_as_they_are,
                 a_signal_leaves_nothing_behind, a_full_disk_is_told):
        with work_folder() as place:
            test(place)
        print("ok:", test.__name__.replace("_", " "))
