"""Every benchmark still runs, with tiny sizes and once; what it measures then means nothing.

A case may be left out for a tool that is not on this machine, never for a program of ours.
"""
import json
import os
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).with_name("bench.py")
FIELDS = {"name", "unit", "ours", "peer", "limit", "ratio", "runs", "min", "median", "max"}


def main():
    done = subprocess.run([sys.executable, BENCH, "--brief", "--json"], capture_output=True,
                          text=True, env={**os.environ})
    if done.returncode != 0:
        sys.exit(f"bench.py failed:\n{done.stderr}{done.stdout}")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    if any(FIELDS - set(each) for each in told):
        sys.exit(f"a case does not tell all of {', '.join(sorted(FIELDS))}")
    left_out = [each["name"] for each in told
                if any("not on this machine" in why for way, why in each["left_out"].items()
                       if way == "ours")]
    wrong = [each["name"] for each in told
             if each["name"] not in left_out and not (each["ours"] and each["ours"] > 0)]
    if wrong:
        sys.exit(f"ours was not measured: {', '.join(wrong)}")
    print(f"{len(told) - len(left_out)} cases ran; left out: {' '.join(left_out) or 'none'}")
    refused = subprocess.run([sys.executable, BENCH, "nothing-like-it"], capture_output=True,
                             text=True)
    if refused.returncode != 2 or "there is no suite" not in refused.stderr:
        sys.exit(f"an unknown name is not refused: {refused.stderr}")


main()
