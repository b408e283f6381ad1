"""Runs one of the fuzzers from its seeds for some seconds; what it finds is told and kept.

    fuzz.py reader 3600     an hour; without the number GIAMBIO_FUZZ_SECONDS, else 60 where CI is
                            set and 20 elsewhere

A test begins from the same seed each time, so that it is the same test for everybody; by hand every
run takes another way, or that of GIAMBIO_FUZZ_SEED.

Called by ctest and by `./giambio fuzz`. What it learns is kept in the build folder for the next
run, the seeds in the tree are not changed. Kept true: it ends with 0 only when nothing was found.
Internal to tests/fuzz/.
"""

import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BIN = pathlib.Path(os.environ.get("GIAMBIO_BIN", HERE.parents[1] / "build/sanitize/bin"))


def names():
    return sorted(each.name.removesuffix("_fuzzer.cpp") for each in HERE.glob("*_fuzzer.cpp"))


def seconds_wished():
    return int(os.environ.get("GIAMBIO_FUZZ_SECONDS") or ("60" if os.environ.get("CI") else "20"))


def fuzz(name, seconds, seed):
    learnt = BIN.parent / "fuzz" / name
    learnt.mkdir(parents=True, exist_ok=True)
    found = learnt.parent / f"{name}-found-"
    command = [BIN / f"{name}_fuzzer", f"-max_total_time={seconds}", f"-seed={seed}",
               "-timeout=10", "-max_len=8192", "-rss_limit_mb=2048", "-print_final_stats=1",
               "-verbosity=1",
               f"-artifact_prefix={found}", f"-dict={HERE / 'words.dict'}", learnt,
               HERE / "corpus" / name]
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
                          env={**os.environ, "GIAMBIO_SOURCE": str(HERE.parents[1])})
    runs = re.search(r"number_of_executed_units: *(\d+)", done.stdout)
    peak = re.search(r"peak_rss_mb: *(\d+)", done.stdout)
    if done.returncode == 0:
        print(f"{name}: {runs[1] if runs else 0} inputs in {seconds} s, nothing found; "
              f"at most {peak[1] if peak else '?'} MB")
        return 0
    print(done.stdout[-6000:])
    print(f"{name}: found something. The input is {found}*; again with: {command[0]} FILE")
    return 1


def main(arguments):
    wanted = [each for each in arguments if not each.isdigit()] or names()
    numbers = [int(each) for each in arguments if each.isdigit()]
    for each in wanted:
        if each not in names():
            print(f"there is no fuzzer '{each}'; there are: {' '.join(names())}", file=sys.stderr)
            return 2
    seconds = numbers[-1] if numbers else seconds_wished()
    seed = os.environ.get("GIAMBIO_FUZZ_SEED") or (0 if numbers else 1)  # libFuzzer draws for 0
    return max(fuzz(each, seconds, seed) for each in wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
