"""`make faults SEED=1 PHONES=4 MUTATIONS=400`: the phone's real engine against the real server.

Several phones (each a process with the app's own TypeScript) work on a network that loses,
repeats, delays and cuts, and are killed at random commits; meanwhile the desk assigns and cancels
tasks, duties come and go, houses move between grids, and the API is killed. Then the faults stop,
the queues drain, and the database is asked whether anything was lost or applied twice
(docs/proof.md).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tools.faults.oracle import Findings, judge
from tools.faults.phones import Phone, build, start_phones, take_pictures
from tools.faults.world import World
from tools.paths import ENV_FILE
from tools.say import run_or_explain, step, table
from tools.services import read_env
from tools.stack import Stack, running

HOUSES = 60
BETWEEN_DEEDS = 0.15  # seconds of the world around the phones
KILL_EVERY = 40  # deeds of the world
MOST_WORDS = 25  # findings that are printed


def live(phones: Sequence[Phone], world: World) -> None:
    """Let the phones work while the world goes on, then let every queue drain."""
    for phone in phones:
        phone.tell("begin")
    deeds = 0
    while not all(phone.has_ended_its_day() for phone in phones):
        world.act()
        deeds += 1
        if deeds % KILL_EVERY == 0:
            world.kill_api()
        time.sleep(BETWEEN_DEEDS)
    for word, answer in (("drain", "drained"), ("report", "reported")):
        world.wait_for_calm()
        for phone in phones:
            phone.tell(word)
        for phone in phones:
            phone.hear(answer)


def report(findings: Findings, faults: Counter[str], seconds: float) -> int:
    """Print the table; answers how much is wrong."""
    counts = findings.counts
    names = (
        "mutations saved", "accepted", "rejected", "held", "mutations lost", "applied twice",
        "photos saved", "photos verified", "photos of refused records, kept on the phone",
        "photos lost", "records compared", "base differs", "broken rules",
    )  # fmt: skip
    print(table(("", "count"), [(name, str(counts[name])) for name in names]))
    rows = [(name, str(count)) for name, count in faults.most_common()]
    print("\n" + table(("faults and changes", "count"), [*rows, ("together", str(faults.total()))]))
    print(f"\n{seconds:.0f} s")
    for what in findings.wrong[:MOST_WORDS]:
        print(f"✗ {what[:600]}")
    return len(findings.wrong)


def run(stack: Stack, home: Path, options: argparse.Namespace) -> int:
    """One run; answers how much is wrong."""
    began = time.monotonic()
    take_pictures(home / "pictures", random.Random(options.seed))
    with ExitStack() as cleanup:
        phones = start_phones(stack, home, options.phones, options.mutations, options.seed)
        for phone in phones:
            cleanup.callback(phone.process.kill)
        users = sorted({phone.user_id for phone in phones})
        world = World(stack, random.Random(options.seed), users)
        cleanup.callback(world.close)
        step(f"{options.phones} phones save {options.mutations} mutations …")
        live(phones, world)
    stores = {p.name: (p.user_id, json.loads(p.result.read_text())) for p in phones}
    faults = world.counts
    for _, one in stores.values():
        faults.update(one["faults"])
    findings = judge(stack.database_url, stack.storage, stores)
    return report(findings, faults, time.monotonic() - began)


def main() -> int:
    """A run on a program and a database of its own; 1 when anything is wrong."""
    parser = argparse.ArgumentParser(prog="faults")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--phones", type=int, default=4)
    parser.add_argument("--mutations", type=int, default=400)
    options = parser.parse_args()
    base = os.environ.get("DATABASE_URL") or read_env(ENV_FILE)["DATABASE_URL"]
    step("Building the phone and starting the program …")
    build()
    with (
        tempfile.TemporaryDirectory(prefix="gf", dir="/tmp") as home,
        running(Path(home), f"gridfield_faults_{os.getpid()}", HOUSES, base) as stack,
    ):
        wrong = run(stack, Path(home), options)
        if wrong:
            step(f"{wrong} things are wrong. Seed {options.seed}.")
        return int(wrong > 0)


if __name__ == "__main__":
    run_or_explain(main)
