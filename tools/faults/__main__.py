"""`make faults SEED=1 PHONES=4 MUTATIONS=400`: the phone's real engine against the real server.

Several phones (each a process with the app's own TypeScript) work on a network that loses,
repeats, delays and cuts, and are killed at random commits; meanwhile the desk assigns and cancels
tasks, duties come and go, houses move between grids, and the server's processes, its database and
its disks fail. Then the faults stop, the queues drain, and the database is asked whether anything
was lost or applied twice (docs/proof.md).
"""

from __future__ import annotations

import argparse
import signal
from collections import Counter

from tools.faults.machine import own_machine
from tools.faults.phones import Effort, build
from tools.faults.run import Outcome, run
from tools.say import run_or_explain, step, table

MOST_WORDS = 25  # findings that are printed
NAMES = (
    "mutations saved", "accepted", "rejected", "held", "mutations lost", "applied twice",
    "destroyed on the phone, and said", "accepted before the restore", "and after it again",
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
    for what in outcome.findings.wrong[:MOST_WORDS]:
        print(f"✗ {what[:600]}")


def _listed(title: str, counts: Counter[str]) -> str:
    rows = [(name, str(count)) for name, count in counts.most_common() if count]
    return table((title, "count"), [*rows, ("together", str(counts.total()))])


def main() -> int:
    """A run on servers of its own; 1 when anything is wrong."""
    parser = argparse.ArgumentParser(prog="faults")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--phones", type=int, default=4)
    parser.add_argument("--mutations", type=int, default=400)
    effort = Effort(**vars(parser.parse_args()))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # its servers end with it
    step("Building the phone and starting the program …")
    build()
    with own_machine() as machine:
        for missing in {"database disk full", "photo disk full"} - set(machine.kinds):
            step(f"Left out: {missing}. Only root may mount the small disk that it needs.")
        step(f"{effort.phones} phones save {effort.mutations} mutations, seed {effort.seed} …")
        outcome = run(machine, effort)
        report(outcome)
        if outcome.findings.wrong:
            step(f"{len(outcome.findings.wrong)} things are wrong. Seed {effort.seed}.")
        return int(bool(outcome.findings.wrong))


if __name__ == "__main__":
    run_or_explain(main)
