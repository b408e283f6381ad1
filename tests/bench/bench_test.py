"""Every benchmark still runs, with tiny sizes and once; what it measures then means nothing."""
import json
import os
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).with_name("bench.py")


def main():
    done = subprocess.run([sys.executable, BENCH, "--brief", "--json"], capture_output=True,
                          text=True, env={**os.environ})
    if done.returncode != 0:
        sys.exit(f"bench.py failed:\n{done.stderr}{done.stdout}")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    wrong = [each["name"] for each in told if not each["ours"] or each["ours"] <= 0]
    if wrong:
        sys.exit(f"ours was not measured: {', '.join(wrong)}")
    print(f"{len(told)} cases ran")
    refused = subprocess.run([sys.executable, BENCH, "nothing-like-it"], capture_output=True,
                             text=True)
    if refused.returncode != 2 or "there is no suite" not in refused.stderr:
        sys.exit(f"an unknown name is not refused: {refused.stderr}")


main()
