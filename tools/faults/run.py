"""One fault run: phones work, the world goes on, the machine suffers; then all is compared."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from tools.faults.machine import RESTORED, Machine
from tools.faults.oracle import Findings, Judge
from tools.faults.phones import Effort, Phone, start_phones, take_pictures
from tools.faults.story import story
from tools.faults.world import BETWEEN_DEEDS, World

BACK_UP = "back up"
RESTORED_AT, MOST_AGAIN = 0.25, 20_000  # of the mutations decided; phones send all of them again
ONE_OF_EACH = 20_000  # mutations for each further fault of a kind
FEWEST_FAULTS = 10  # one to so many mutations, or the run says nothing
DEEDS_MEANWHILE = 4  # of the world, while the machine is away


@dataclass(frozen=True)
class Outcome:
    """What a run has shown."""

    findings: Findings
    faults: Counter[str]
    changes: Counter[str]
    seconds: float
    story: list[str]


Judgement = tuple[Findings, Counter[str]]


def run(machine: Machine, effort: Effort) -> Outcome:
    """Have one run on a machine on which nothing has happened yet."""
    began = time.monotonic()
    folder = machine.home / "phones"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    take_pictures(folder / "pictures", random.Random(effort.seed))
    with ExitStack() as cleanup:
        phones = start_phones(machine.stack, folder, effort)
        for phone in phones:
            cleanup.callback(phone.process.kill)
        users = sorted({phone.user_id for phone in phones})
        world = World(machine, random.Random(effort.seed), users, effort.most_tasks)
        cleanup.callback(world.close)
        live(phones, world, agenda(machine, effort), effort.mutations)
        come_to_rest(phones, world)
    findings, faults = judged(machine, phones, world)
    saved = findings.counts["mutations saved"]
    if effort.kinds is None and faults.total() * FEWEST_FAULTS < saved:
        findings.blame("broken rules", f"{saved} mutations met only {faults.total()} faults")
    told = story(findings.wrong, folder, machine.noted)
    return Outcome(findings, faults, world.counts, time.monotonic() - began, told)


def judged(machine: Machine, phones: Sequence[Phone], world: World) -> Judgement:
    """What the oracle says of everything, and the faults that there were."""
    judge, faults = Judge(machine, world.revocations), machine.counts.copy()
    for phone in phones:
        stores: dict[str, Any] = json.loads(phone.result.read_text())
        faults.update(stores["faults"])
        judge.hear(phone.name, phone.user_id, stores)
    judge.conclude(world.strange)
    return judge.findings, faults


def agenda(machine: Machine, effort: Effort) -> deque[tuple[float, str]]:
    """What the machine will suffer, and when: at which share of the mutations decided."""
    rng = random.Random(f"{effort.seed} machine")
    kinds = [kind for kind in machine.kinds if effort.allows(kind)]
    faults = [kind for kind in kinds if kind != RESTORED] * (1 + effort.mutations // ONE_OF_EACH)
    rng.shuffle(faults)
    spread = [((number + 1) / (len(faults) + 1), kind) for number, kind in enumerate(faults)]
    if RESTORED in kinds:
        restored_at = min(RESTORED_AT, MOST_AGAIN / effort.mutations)
        spread += [(restored_at / 2, BACK_UP), (restored_at, RESTORED)]
    return deque(sorted(spread))


def live(
    phones: Sequence[Phone], world: World, planned: deque[tuple[float, str]], mutations: int
) -> None:
    """Let the phones work while the world goes on and the machine suffers what is planned."""
    for phone in phones:
        phone.tell("begin")
    while not (over := days_are_over(phones)) or planned:
        world.act()
        time.sleep(BETWEEN_DEEDS)
        if planned and (over or decided(world.machine) >= planned[0][0] * mutations):
            _, kind = planned.popleft()
            if kind == BACK_UP:
                world.back_up()
            else:
                world.suffer(kind, DEEDS_MEANWHILE)


def days_are_over(phones: Sequence[Phone]) -> bool:
    """Whether every phone is done; each is asked, so that one whose program died is noticed."""
    return sum(phone.has_ended_its_day() for phone in phones) == len(phones)


def decided(machine: Machine) -> int:
    """How many mutations have a verdict."""
    return int(machine.ask("SELECT count(*) FROM sync_mutations WHERE NOT repeated")[0][0])


def come_to_rest(phones: Sequence[Phone], world: World) -> None:
    """Drain every queue, have the server's own work end, and let the phones tell what they hold."""
    world.wait_for_calm()
    everybody(phones, "drain", "drained")
    world.machine.rest()
    everybody(phones, "report", "reported")


def everybody(phones: Sequence[Phone], order: str, answer: str) -> None:
    """Give all phones an order, then wait for all of them."""
    for phone in phones:
        phone.tell(order)
    for phone in phones:
        phone.hear(answer)
