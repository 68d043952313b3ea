"""What happens around the phones of a fault run: the desk, duties, houses."""

from __future__ import annotations

import json
import random
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from typing import Any

import psycopg

from tools.faults.machine import RESTORED, Machine
from tools.faults.revocations import Revocations
from tools.paths import ROOT
from tools.say import Stop
from tools.simulated_phone import SimulatedPhone, new_id, rfc3339

QUIET_SECONDS = 1
MOVING_HOUSES = 12
BETWEEN_DEEDS = 0.15  # seconds
FAILED = 500
HOMES = "SELECT id::text, grid_id::text FROM houses"


@dataclass
class World:
    """What happens around the phones: the desk and the administrators."""

    machine: Machine
    rng: random.Random
    users: Sequence[str]
    most_tasks: int = 200
    counts: Counter[str] = field(default_factory=Counter)
    tasks: list[str] = field(default_factory=list)
    moves: list[tuple[str, str]] = field(default_factory=list)
    """House and grid, in their order, since the last backup; also those of which no answer came."""
    revocations: Revocations = field(default_factory=Revocations)
    strange: list[str] = field(default_factory=list)
    """Answers to the desk that no rule allows."""

    def __post_init__(self) -> None:
        """Sign the dispatcher in, start the mover of houses, give everybody two grids and tasks."""
        stack = self.machine.stack
        self.desk = SimulatedPhone(stack.url, stack.account("dispatcher"), self.rng)
        self.desk.sign_in()
        self.mover = subprocess.Popen(
            [str(ROOT / ".venv/bin/python"), "-m", "tests.faults.mover"],
            env=dict(stack.supervisor.environment), cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        duties = self.machine.ask(
            "SELECT d.user_id::text, d.grid_id::text FROM grid_duties d JOIN grids g"
            " ON g.id = d.grid_id WHERE d.until IS NULL AND g.kind <> 'micro'"
            " AND d.user_id = ANY(%s::uuid[]) ORDER BY 1, 2",
            list(self.users),
        )
        self.grids = sorted({grid for _, grid in duties})
        for number, user in enumerate(self.users):  # so that houses move within what one sees
            self._begin(user, self.grids[(number + 1) % len(self.grids)])
        for number in range(2 * len(self.users)):
            self.assign(self.users[number % len(self.users)])

    def close(self) -> None:
        """Let go of everything."""
        self.mover.communicate()

    def act(self) -> None:
        """One thing of many; while the machine is away, nothing."""
        deed = self.rng.choice([self.assign, self.cancel, self.duty, self.move, self.move])
        with suppress(psycopg.Error, OSError, HTTPException):
            deed()

    def assign(self, user: str | None = None) -> None:
        """The desk assigns a task, unless it has assigned all."""
        if len(self.tasks) >= self.most_tasks:
            return
        task = {
            "id": new_id(),
            "kind": "other",
            "title": "查看现场",
            "assignee_id": user or self.rng.choice(self.users),
            "due_at": rfc3339(datetime.now(UTC) + timedelta(days=2)),
        }
        if self._post("/api/tasks", task, 422) != 201:
            return  # somebody without a duty gets no task
        self.tasks.append(str(task["id"]))
        self.counts["tasks assigned"] += 1

    def cancel(self) -> None:
        """The desk calls a task off, which its worker may have finished meanwhile."""
        task = self.rng.choice(self.tasks)
        status = self._post(f"/api/tasks/{task}/cancel", {"reason": "撤销"}, 404, 409)
        self.counts["tasks cancelled"] += status == 200

    def duty(self) -> None:
        """A person's duty in a grid ends, or begins."""
        user, grid = self.rng.choice(self.users), self.rng.choice(self.grids)
        ended = self.machine.ask(
            "UPDATE grid_duties SET until = now() WHERE user_id = %s AND grid_id = %s"
            " AND until IS NULL AND since < now() RETURNING id",
            user,
            grid,
        )
        if not ended:
            self._begin(user, grid)
            return
        self.revocations.close(user, f"grid:{grid}")
        self.counts["duties ended"] += 1

    def _begin(self, user: str, grid: str) -> None:
        self.revocations.open(user, f"grid:{grid}")
        self.machine.ask(
            "INSERT INTO grid_duties (id, user_id, grid_id, kind, since)"
            " VALUES (%s, %s, %s, 'full_time', now())",
            new_id(),
            user,
            grid,
        )
        self.counts["duties begun"] += 1

    def move(self) -> None:
        """A house goes to another grid."""
        houses = self.machine.ask(
            "SELECT id::text, grid_id::text FROM houses"
            " ORDER BY grid_id = ANY(%s::uuid[]) DESC, id LIMIT %s",
            self.grids,
            MOVING_HOUSES,
        )
        (house, home), grid = self.rng.choice(houses), self.rng.choice(self.grids)
        self.revocations.open(house, f"grid:{grid}")
        self.moves.append((house, grid))
        if self._told_mover(f"{house} {grid}") != "moved":
            return
        if home != grid:
            self.revocations.close(house, f"grid:{home}")
        self.counts["houses moved"] += 1

    def _told_mover(self, line: str) -> str:
        if self.mover.stdin is None or self.mover.stdout is None:
            return ""
        self.mover.stdin.write(f"{line}\n")
        self.mover.stdin.flush()
        if not (answer := self.mover.stdout.readline().strip()):
            raise Stop("The mover of houses has ended.")
        return answer

    def suffer(self, kind: str, deeds: int) -> None:
        """The machine has a fault while the world goes on."""
        restored = kind == RESTORED
        self.revocations.open_all(dict(self.machine.ask(HOMES)) if restored else {})
        with self.machine.fault(kind):
            if restored:
                self._enter_again()
            for _ in range(deeds):
                self.act()
                time.sleep(BETWEEN_DEEDS)

    def back_up(self) -> None:
        """Make a backup; what moves from now on must be moved again when it is restored."""
        self.machine.back_up("backup")
        self.moves.clear()

    def _enter_again(self) -> None:
        """After a restore the houses are moved again, by every stop, before the program serves."""
        for house, grid in self.moves:
            # The mover's first connection is of the database that is gone.
            if "moved" not in {self._told_mover(f"{house} {grid}") for _ in range(2)}:
                raise Stop(f"House {house} could not be moved again.")

    def wait_for_calm(self) -> None:
        """Return when nobody has written for a while: the worker's jobs write too."""
        before, since = self._written(), time.monotonic()
        while time.monotonic() - since < QUIET_SECONDS:
            time.sleep(0.2)
            if (now := self._written()) != before:
                before, since = now, time.monotonic()

    def _written(self) -> int:
        return int(self.machine.ask("SELECT sum(version) FROM sync_scopes")[0][0])

    def _post(self, path: str, body: dict[str, Any], *refusals: int) -> int:
        """Ask as the desk does; what is neither done nor refused must be a problem that says so."""
        data = json.dumps(body).encode()
        status, headers, answer = self.desk.ask("POST", path, data, Content_Type="application/json")
        kind = {key.lower(): value for key, value in headers.items()}.get("content-type")
        failed = status >= FAILED and kind == "application/problem+json"
        if status not in {200, 201, *refusals} and not failed:
            said = answer.decode(errors="replace")[:300]
            self.strange.append(f"the desk was answered {status} {said} by {path}")
        self.counts["desk told to try again"] += failed
        return status
