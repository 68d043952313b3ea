"""What happens around the phones of a fault run: the desk, duties, houses, the machine."""

from __future__ import annotations

import json
import random
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from tools.paths import ROOT
from tools.say import Stop
from tools.simulated_phone import SimulatedPhone, new_id, rfc3339
from tools.stack import Stack

QUIET_SECONDS = 3
MOVING_HOUSES = 12


@dataclass
class World:
    """What happens around the phones: the desk, the administrators, the machine."""

    stack: Stack
    rng: random.Random
    users: Sequence[str]
    counts: Counter[str] = field(default_factory=Counter)
    tasks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Sign the dispatcher in and open the database and the mover of houses."""
        self.desk = SimulatedPhone(self.stack.url, self.stack.account("dispatcher"), self.rng)
        self.desk.sign_in()
        url = self.stack.database_url.replace("+psycopg", "")
        self.connection = psycopg.connect(url, autocommit=True)
        self.mover = subprocess.Popen(
            [str(ROOT / ".venv/bin/python"), "-m", "tests.faults.mover"],
            env=dict(self.stack.supervisor.environment), cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        duties = self._rows(
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
        self.connection.close()
        self.mover.communicate()

    def act(self) -> None:
        """One thing of many."""
        deed = self.rng.choice([self.assign, self.cancel, self.duty, self.move, self.move])
        deed()

    def assign(self, user: str | None = None) -> None:
        """The desk assigns a task."""
        task = {
            "id": new_id(),
            "kind": "other",
            "title": "查看现场",
            "assignee_id": user or self.rng.choice(self.users),
            "due_at": rfc3339(datetime.now(UTC) + timedelta(days=2)),
        }
        if self._post("/api/tasks", task, 201, 422) == 422:
            return  # somebody without a duty gets no task
        self.tasks.append(str(task["id"]))
        self.counts["tasks assigned"] += 1

    def cancel(self) -> None:
        """The desk calls a task off, which its worker may have finished meanwhile."""
        task = self.rng.choice(self.tasks)
        status = self._post(f"/api/tasks/{task}/cancel", {"reason": "撤销"}, 200, 409)
        self.counts["tasks cancelled"] += status == 200

    def duty(self) -> None:
        """A person's duty in a grid ends, or begins."""
        user, grid = self.rng.choice(self.users), self.rng.choice(self.grids)
        ended = self.connection.execute(
            "UPDATE grid_duties SET until = now() WHERE user_id = %s AND grid_id = %s"
            " AND until IS NULL AND since < now()",
            [user, grid],
        ).rowcount
        if ended:
            self.counts["duties ended"] += 1
            return
        self._begin(user, grid)

    def _begin(self, user: str, grid: str) -> None:
        self.connection.execute(
            "INSERT INTO grid_duties (id, user_id, grid_id, kind, since)"
            " VALUES (%s, %s, %s, 'full_time', now())",
            [new_id(), user, grid],
        )
        self.counts["duties begun"] += 1

    def move(self) -> None:
        """A house goes to another grid."""
        houses = self._rows(
            "SELECT id::text FROM houses ORDER BY grid_id = ANY(%s::uuid[]) DESC, id LIMIT %s",
            self.grids,
            MOVING_HOUSES,
        )
        line = f"{self.rng.choice(houses)[0]} {self.rng.choice(self.grids)}\n"
        if self.mover.stdin is None or self.mover.stdout is None:
            return
        self.mover.stdin.write(line)
        self.mover.stdin.flush()
        if self.mover.stdout.readline().strip() != "moved":
            raise Stop("The mover of houses has ended.")
        self.counts["houses moved"] += 1

    def kill_api(self) -> None:
        """The API dies and comes back."""
        self.stack.kill_api()
        self.counts["API killed"] += 1

    def wait_for_calm(self) -> None:
        """Return when nobody has written for a while: the worker's jobs write too."""
        before, since = self._written(), time.monotonic()
        while time.monotonic() - since < QUIET_SECONDS:
            time.sleep(0.2)
            if (now := self._written()) != before:
                before, since = now, time.monotonic()

    def _written(self) -> int:
        return int(self._rows("SELECT sum(version) FROM sync_scopes")[0][0])

    def _post(self, path: str, body: dict[str, Any], *expected: int) -> int:
        data = json.dumps(body).encode()
        status, _, answer = self.desk.ask("POST", path, data, Content_Type="application/json")
        if status not in expected:
            raise Stop(f"{path}: {status} {answer.decode(errors='replace')[:300]}")
        return status

    def _rows(self, query: str, *values: object) -> list[Any]:
        return self.connection.execute(query.encode(), values or None).fetchall()
