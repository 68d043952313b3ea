"""`make bench`: the five pieces of work, in rounds that interleave product, floor and limit."""

from __future__ import annotations

import argparse

from bench import slow
from bench.report import lines, take, write
from bench.world import end_cleanly
from tools.say import run_or_explain

ROUNDS = 5


def main() -> int:
    """Measure on this machine's disk and on a slow one, print, write `bench/results.json`."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    end_cleanly()
    runs = [take(rounds)]
    print(lines(runs[0]), flush=True)
    for run in slow.again(rounds):
        print(lines(run), flush=True)
        runs.append(run)
    write(runs)
    return 0


if __name__ == "__main__":
    run_or_explain(main)
