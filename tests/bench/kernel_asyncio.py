"""A peer: some of the kernel's cases on asyncio, as its documentation writes them. bench_kernel.py
starts it as `kernel_asyncio.py CASE COUNT`; it tells the same as bench-ours, of fewer operations
(a million timers take it 46 seconds, so they are left out). Internal to tests/bench/.
"""

import asyncio
import json
import os
import sys
import time

ROUNDS_BEFORE = ROUNDS_AFTER = 2  # as in measure.hpp


def tell(begin, count):
    print(json.dumps({"each": (time.process_time_ns() - begin) / count, "count": count}))


async def yielder(times):
    for _ in range(times):
        await asyncio.sleep(0)


async def switching(tasks):
    rounds = max(1, int(os.environ.get("GIAMBIO_BENCH_ABOUT", 400_000)) // tasks)
    others = [asyncio.create_task(yielder(ROUNDS_BEFORE + rounds + ROUNDS_AFTER))
              for _ in range(1, tasks)]
    await yielder(ROUNDS_BEFORE)
    begin = time.process_time_ns()
    await yielder(rounds)
    tell(begin, rounds * tasks)
    await asyncio.gather(*others)


async def child():
    return 1


async def spawn_and_join(count):
    begin = time.process_time_ns()
    for _ in range(count):
        await asyncio.create_task(child())
    tell(begin, count)


CASES = {"switch": switching, "spawn": spawn_and_join}
asyncio.run(CASES[sys.argv[1]](int(sys.argv[2])))
