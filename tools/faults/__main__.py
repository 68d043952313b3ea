"""`make faults SEED=1 PHONES=4 MUTATIONS=400`: the phone's real engine against the real server.

Several phones (each a process with the app's own TypeScript) work on a network that loses,
repeats, delays and cuts, and are killed at random commits; meanwhile the desk assigns and cancels
tasks, duties come and go, houses move between grids, and the server's processes, its database and
its disks fail. Then the faults stop, the queues drain, and the database is asked whether anything
was lost or applied twice. A run that fails is repeated with less, as long as it still fails, and
its story is told (docs/proof.md).
"""

from __future__ import annotations

import argparse
import signal
from collections import Counter

from tools.faults.machine import Machine, own_machine
from tools.faults.phones import Effort, build
from tools.faults.run import Outcome, run
from tools.faults.shrink import shrink
from tools.say import run_or_explain, step, table

MOST_WORDS = 6  # findings of a kind that are printed
FRESH = "fresh"  # the database before anything has happened
NAMES = (
    "mutations saved", "accepted", "rejected", "refused, and settled by their authors", "held",
    "mutations lost", "applied twice",
    "destroyed on the phone, after it was sent", "destroyed on the phone, before it was sent",
    "destroyed on the phone, and by the restore",
    "accepted before the restore", "and after it again",
    "or refused: the phone never heard of the first verdict",
    "or refused: the start of its patrol was lost on both sides",
    "photos saved", "photos verified", "photos of refused records, kept on the phone",
    "photos lost", "records compared", "base differs", "replies held against revocations",
    "broken rules",
)  # fmt: skip


def report(outcome: Outcome) -> None:
    """Print the tables, and the first of what is wrong."""
    counts = outcome.findings.counts
    print(table(("", "count"), [(name, str(counts[name])) for name in NAMES]))
    print(f"\n{_listed('faults', outcome.faults)}\n\n{_listed('changes', outcome.changes)}")
    print(f"\n{outcome.seconds:.0f} s")
    for name in sorted(outcome.findings.names):
        of_kind = [what for what in outcome.findings.wrong if what.startswith(f"{name}: ")]
        for what in of_kind[:MOST_WORDS]:
            print(f"✗ {what[:600]}")


def _listed(title: str, counts: Counter[str]) -> str:
    rows = [(name, str(count)) for name, count in counts.most_common() if count]
    return table((title, "count"), [*rows, ("together", str(counts.total()))])


def explain(machine: Machine, effort: Effort, outcome: Outcome, seconds: float) -> None:
    """Say how little still fails, and tell the story of the records concerned."""
    failures = [(effort, outcome)]
    wanted = outcome.findings.names

    def fails(smaller: Effort) -> bool:
        machine.begin_anew(FRESH)
        again = run(machine, smaller)
        failed = bool(wanted & again.findings.names)
        step(f"{'fails' if failed else 'passes'}: {smaller.words}")
        if failed:
            failures.append((smaller, again))
        return failed

    step(f"Looking for less that still fails, for {seconds:.0f} s at most …")
    shrink(effort, sorted(outcome.faults), fails, seconds)
    smallest, last = failures[-1]
    print(f"\nStill fails: {smallest.words}")
    for line in [*last.findings.wrong[:3], "", *last.story]:
        print(f"  {line}")


def main() -> int:
    """A run on servers of its own; 1 when anything is wrong."""
    parser = argparse.ArgumentParser(prog="faults")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--phones", type=int, default=4)
    parser.add_argument("--mutations", type=int, default=400)
    parser.add_argument("--kinds", type=lambda text: tuple(text.split(",")), default=None)
    parser.add_argument("--shrink", type=float, default=600, help="seconds; 0: not at all")
    options = parser.parse_args()
    effort = Effort(options.seed, options.phones, options.mutations, options.kinds)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # its servers end with it
    step("Building the phone and starting the program …")
    build()
    with own_machine() as machine:
        for missing in {"database disk full", "photo disk full"} - set(machine.kinds):
            step(f"Left out: {missing}. Only root may mount the small disk that it needs.")
        machine.back_up(FRESH)
        step(f"A run with {effort.words} …")
        outcome = run(machine, effort)
        report(outcome)
        wrong = len(outcome.findings.wrong)
        if wrong:
            step(f"{wrong} things are wrong. {effort.words}")
            print("\n".join(outcome.story))
        if wrong and options.shrink:
            explain(machine, effort, outcome, options.shrink)
        return int(wrong > 0)


if __name__ == "__main__":
    run_or_explain(main)
