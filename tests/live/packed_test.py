"""Traces packed with zstd: written by a running program, packed and unpacked by hand, damaged.

Not here: every possible cut (tests/hostile/). Kept true: the packed trace of a run tells exactly
what its text tells. Internal to tests/live/. """

import json
import resource
import signal
import subprocess
import threading

from trace_tool import BIN, PATIENCE, check, environment, run_all, trace, until


def simulated(target):
    done = subprocess.run([BIN / "echo-server", "--simulated"], env=environment(target),
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=PATIENCE,
                          check=False)
    check(done.returncode == 0, "the simulated server ends well", done.stderr)
    return target


class Served:
    """The echo server, traced; its port."""

    def __init__(self, target):
        self.process = subprocess.Popen([BIN / "echo-server", "0"], env=environment(target),
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                        text=True)

    def __enter__(self):
        self.port = int(next(line for line in self.process.stderr if "serving" in line)
                        .rsplit(":", 1)[1])
        # The server's log goes on, so somebody must read it.
        self.reader = threading.Thread(target=self.process.stderr.read)
        self.reader.start()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.reader.join()

    def serve(self, connections, rounds):
        done = subprocess.run([BIN / "echo-swarm", str(self.port), "--connections",
                               str(connections), "--rounds", str(rounds)], capture_output=True,
                              text=True, timeout=PATIENCE, check=False)
        check(done.returncode == 0, "the swarm was answered", done)

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)


def the_same_run_packed_and_not(folder):
    plain = simulated(folder / "plain.jsonl")
    packed = simulated(folder / "packed.jsonl.zst")
    check(packed.read_bytes()[:4] == b"\x28\xb5\x2f\xfd", "it is zstd's format")
    done = trace("unpack", packed)
    text = folder / "packed.jsonl"
    check(done.returncode == 0 and text.read_bytes() == plain.read_bytes(), "the same text", done)
    for command in (["text"], ["info"], ["state", "--at", "seq:100"]):
        of_plain = trace(*command, plain)
        of_packed = trace(*command, packed, "--strict")
        check(of_plain.stdout == of_packed.stdout and of_packed.returncode == 0,
              f"{command} tells the same", of_packed)
    other = folder / "no-ending"
    packed.rename(other)
    check(trace("info", other).stdout == trace("info", plain).stdout, "whatever its name is")


def an_echo_trace_is_eight_times_smaller(folder):
    packed = folder / "echo.jsonl.zst"
    with Served(packed) as server:
        server.serve(100, 50)
        server.interrupt()
    done = trace("unpack", packed)
    check(done.returncode == 0, "it can be unpacked", done)
    size, small = (folder / "echo.jsonl").stat().st_size, packed.stat().st_size
    check(size > 3_000_000, "enough was traced", size)
    check(size >= 8 * small, f"{size / small:.1f} times smaller", size, small)
    print(f"{size} bytes of text in {small}, {size / small:.1f} times smaller")


def a_kill_leaves_every_line_before_the_last_sleep(folder):
    """A server at rest has written all that it did, and a block has ended there."""
    packed = folder / "killed.jsonl.zst"
    with Served(packed) as server:
        until(lambda: "for as long as it takes" in trace("text", packed).stdout, "it sleeps")
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(PATIENCE)
    done = trace("info", packed, "--strict")
    check(done.returncode == 0 and done.stderr == "", "nothing is complained about", done)
    check("no footer" in done.stdout, "but that it has no end", done)
    last = trace("text", packed).stdout.splitlines()[-1]
    check("for as long as it takes" in last, "the last line is the sleep", last)


def a_damage_costs_what_follows_it(folder):
    packed = simulated(folder / "whole.jsonl.zst")
    plain = simulated(folder / "plain.jsonl")
    whole = packed.read_bytes()
    for name, damaged, sentence in (
            ("cut", whole[:len(whole) * 3 // 4], "it is cut here"),
            ("tail", whole + b"not packed", "what follows is not packed text"),
            ("sum", whole[:-1] + bytes([whole[-1] ^ 1]), "checksum is wrong")):
        file = folder / f"{name}.jsonl.zst"
        file.write_bytes(damaged)
        done = trace("info", file)
        check(done.returncode == 0 and sentence in done.stderr and "Byte " in done.stderr,
              f"{name}: says what and where", done)
        check(trace("info", file, "--strict").returncode == 1, "--strict makes it a failure")
        done = trace("unpack", file, "-f")
        check(done.returncode == 1 and sentence in done.stderr, "unpack says so too", done)
        kept = (folder / f"{name}.jsonl").read_bytes()
        check(plain.read_bytes().startswith(kept), "what was unpacked before it is kept")
    told = trace("follow", plain).stdout
    for name in ("tail", "sum"):
        done = trace("follow", folder / f"{name}.jsonl.zst")
        check(done.returncode == 1 and "Byte " in done.stderr, "follow says so as well", done)
        check(done.stdout == told, "when it has told all that stands before it", done)
    done = trace("info", folder / "tail.jsonl")
    check(json.loads(plain.read_text().splitlines()[-1])["end"]["events"] > 0 and
          done.stderr == "", "all of it, when the damage is behind it", done)


def pack_and_unpack_do_not_surprise(folder):
    plain = simulated(folder / "run.jsonl")
    check(trace("pack", plain).returncode == 0 and plain.exists(), "pack keeps the text")
    for again in (["pack", plain], ["unpack", f"{plain}.zst"]):
        done = trace(*again)
        check(done.returncode == 1 and "is there already" in done.stderr, f"{again[0]} asks", done)
        check(trace(*again, "-f").returncode == 0, "-f writes over it")
    done = trace("pack", f"{plain}.zst")
    check(done.returncode == 1 and "packed already" in done.stderr, "twice is refused", done)
    done = trace("unpack", plain, "-o", folder / "x")
    check(done.returncode == 1 and "not packed" in done.stderr, "text is not unpacked", done)
    check(not (folder / "x").exists(), "and nothing is left")
    done = subprocess.run([BIN / "giambio-trace", "unpack", f"{plain}.zst", "-o", "-"],
                          capture_output=True, timeout=PATIENCE, check=False)
    check(done.stdout == plain.read_bytes(), "- is standard output")


def a_bomb_is_defused(folder):
    """A gigabyte of nothing packs into 33 kB."""
    nothing = folder / "nothing"
    with open(nothing, "wb") as file:
        file.write(b'{"giambio_trace":1}\n')
        file.truncate(1 << 30)
    check(trace("pack", nothing).returncode == 0, "pack")
    bomb = folder / "nothing.zst"
    check(bomb.stat().st_size < 200_000, "a small file", bomb.stat().st_size)
    done = trace("info", bomb)
    check("more than 256 times its size" in done.stderr, "it is told", done)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    check(most < 400_000, f"in little memory, not {most} kB")


if __name__ == "__main__":
    run_all(a_bomb_is_defused, the_same_run_packed_and_not, an_echo_trace_is_eight_times_smaller,
            a_kill_leaves_every_line_before_the_last_sleep, a_damage_costs_what_follows_it,
            pack_and_unpack_do_not_surprise)
