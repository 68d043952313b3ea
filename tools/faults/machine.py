"""The machine under a fault run: servers of its own, which are killed, filled up and restored."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from tools.demo import FLASK
from tools.faults.volume import Volume, volume
from tools.paths import ROOT
from tools.postgres import Postgres, find_binaries
from tools.say import Stop
from tools.stack import Stack, running

HOUSES = 60
SECONDS_TO_RECOVER = 60
RESTORED = "restored from a backup"

Rows = list[tuple[Any, ...]]


@dataclass
class Machine:
    """The whole program, and the faults that its machine can have."""

    home: Path
    stack: Stack
    postgres: Postgres
    disks: dict[str, Volume]
    counts: Counter[str] = field(default_factory=Counter)
    accepted: dict[str, str] = field(default_factory=dict)
    """What had been accepted before the last restore: `{mutation: name}`."""
    noted: list[str] = field(default_factory=list)
    """What happened to the machine, each line with its time."""

    @property
    def kinds(self) -> dict[str, Callable[[], None]]:
        """Every fault that can be had here, by its name."""
        return {
            "API killed": lambda: self.stack.kill("api"),
            "worker killed": lambda: self.stack.kill("worker"),
            "Valkey killed": self.stack.valkey.kill,
            "PostgreSQL stopped at once": self.postgres.kill,
            RESTORED: self._restore,
            **{f"{name} disk full": disk.fill for name, disk in self.disks.items()},
        }

    @contextmanager
    def fault(self, kind: str) -> Iterator[None]:
        """Have a fault; it is mended at the end."""
        self.counts[kind] += 1
        self._note(kind)
        self.kinds[kind]()
        try:
            yield
        finally:
            self.mend()

    def mend(self) -> None:
        """Bring everything back; returns when the program answers."""
        for disk in self.disks.values():
            disk.free()
        self._start_postgres()
        self.stack.valkey.start()
        self.stack.revive()
        self._note("everything runs again")

    def back_up(self, name: str) -> None:
        """Copy the database as it stands."""
        shutil.rmtree(self.home / name, ignore_errors=True)
        self.postgres.back_up(self.home / name)
        self._note("backed up")

    def begin_anew(self, name: str) -> None:
        """Everything as it was when the backup was made, and nothing has happened yet."""
        self._stop_everything()
        self.stack.valkey.kill()
        shutil.rmtree(self.stack.valkey.data)
        self.postgres.restore(self.home / name)
        subprocess.run(["find", self.stack.storage, "-mindepth", "1", "-delete"], check=True)
        self.mend()
        for kept in (self.counts, self.accepted, self.noted):
            kept.clear()

    def _note(self, what: str) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.noted.append(f"{now.replace('+00:00', 'Z')} machine: {what}")

    def rest(self) -> None:
        """End what writes by itself, so that what is compared stands still."""
        for name in ("schedule", "worker"):
            self.stack.kill(name)

    def ask(self, query: str, *values: object) -> Rows:
        """Ask the database directly, in a connection of its own."""
        url = self.stack.database_url.replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            found = connection.execute(query.encode(), values or None)
            return found.fetchall() if found.description else []

    def _restore(self) -> None:
        """Lose everything since the backup, but for what administrators enter again by hand."""
        self.accepted |= dict(self.ask(ACCEPTED))
        duties = self.ask("SELECT id, user_id, grid_id, kind, since, until FROM grid_duties")
        self._stop_everything()
        self.postgres.restore(self.home / "backup")
        self._start_postgres()
        self.ask("TRUNCATE grid_duties")
        for duty in duties:
            self.ask("INSERT INTO grid_duties VALUES (%s, %s, %s, %s, %s, %s)", *duty)
        environment = dict(self.stack.supervisor.environment)
        new_epoch = [*FLASK, "sync", "new-epoch"]
        subprocess.run(new_epoch, env=environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

    def _stop_everything(self) -> None:
        for child in self.stack.supervisor.children:
            self.stack.kill(child.name)
        self.postgres.kill()

    def _start_postgres(self) -> None:
        """Start it if it has ended; wait where it is still recovering."""
        deadline = time.monotonic() + SECONDS_TO_RECOVER
        while not self.postgres.running():
            try:
                self.postgres.start()
            except Stop:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)


ACCEPTED = (
    "SELECT mutation_id::text, name FROM sync_mutations"
    " WHERE NOT repeated AND verdict ->> 'verdict' IN ('ok', 'ok_merged')"
)


@contextmanager
def own_machine() -> Iterator[Machine]:
    """Start the program on servers of its own; everything is gone at the end."""
    binaries = find_binaries()
    if binaries is None:
        raise Stop("PostgreSQL with PostGIS is not installed.", "python3 -m tools.system")
    with ExitStack() as cleanup:
        home = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="gf", dir="/tmp")))
        home.chmod(0o755)  # root's PostgreSQL is run by another user
        postgres = Postgres(home / "p", binaries)
        places = {"database": postgres.data, "photo": home / "storage"}
        disks = {name: cleanup.enter_context(volume(place)) for name, place in places.items()}
        postgres.start()
        cleanup.callback(postgres.stop)
        stack = cleanup.enter_context(
            running(home, "gridfield_faults", HOUSES, postgres.url, workers=2)
        )
        machine = Machine(home, stack, postgres, {k: v for k, v in disks.items() if v is not None})
        cleanup.callback(machine.mend)  # a database that is away cannot be dropped
        yield machine
