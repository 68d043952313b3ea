"""No reader passes over a version, however the transactions of a scope overlap (2 and 3).

Each writer stops where its rows are written, and where its versions are taken and not committed;
the reader pulls in between.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import permutations
from threading import Event
from uuid import UUID

from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from backend.app import Gridfield
from backend.db import transaction
from backend.media.models import Photo
from tests.conftest import SignIn
from tests.races.test_feed import announced, new_photo
from tests.sync.phone import Phone
from tests.town import Town

PATIENCE = 20.0  # seconds, for what should come at once
WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@dataclass(eq=False)
class Writer:
    """Adds a record to the worker's scope in a transaction that goes on when it is told to."""

    app: Gridfield
    worker: UUID
    has_rows: Event = field(default_factory=Event)
    may_number: Event = field(default_factory=Event)
    has_numbers: Event = field(default_factory=Event)
    may_commit: Event = field(default_factory=Event)

    def write(self) -> None:
        with self.app.app_context(), transaction() as session:
            event.listen(session, "before_commit", self._hold)  # after the feed's own
            session.add(new_photo(self.worker))
            session.flush()
            self.has_rows.set()
            assert self.may_number.wait(PATIENCE)

    def _hold(self, _session: Session) -> None:
        self.has_numbers.set()
        assert self.may_commit.wait(PATIENCE)

    def number(self, others_waiting: int) -> None:
        """Go on until the versions are taken, or the transaction waits for another's."""
        self.may_number.set()
        deadline = time.monotonic() + PATIENCE
        while not self.has_numbers.wait(0.01) and waiting() <= others_waiting:
            assert time.monotonic() < deadline

    def go_on(self) -> None:
        self.may_number.set()
        self.may_commit.set()


def waiting() -> int:
    """How many transactions wait for another to end."""
    with transaction() as session:
        return session.scalar(text(WAITING)) or 0


def committed() -> set[str]:
    with transaction() as session:
        return {str(photo_id) for photo_id in session.scalars(select(Photo.id))}


def pull(reader: Phone) -> None:
    """Pull; what had been committed before must have come, and nothing else."""
    before = committed()
    reader.pull()
    held = {row["id"] for row in reader.of_kind("photo")}
    assert before <= held <= committed()


def overlap(reader: Phone, writers: list[Writer], order: tuple[int, ...]) -> None:
    """Three write their rows, then want their versions in another order, before any commits."""
    turns = [writers[number] for number in order]
    with ThreadPoolExecutor(len(writers)) as pool:
        written: dict[Writer, Future[None]] = {}
        try:
            for writer in writers:
                written[writer] = pool.submit(writer.write)
                assert writer.has_rows.wait(PATIENCE)
            for number, writer in enumerate(turns):
                writer.number(others_waiting=max(0, number - 1))
                pull(reader)
            turns[0].may_commit.set()
            written[turns[0]].result()
            pull(reader)
        finally:
            for writer in turns:
                writer.go_on()
        while not all(map(Future.done, written.values())):
            pull(reader)
    for done in written.values():
        done.result()


def test_no_version_is_passed_over(racing_app: Gridfield, real_town: Town, enter: SignIn) -> None:
    worker = real_town.users["worker"].id
    reader = Phone(enter("worker"))
    announced(worker)  # the scope has a counter

    for order in permutations(range(3)):
        overlap(reader, [Writer(racing_app, worker) for _ in order], order)
        pull(reader)

    versions = [row["_version"] for row in reader.of_kind("photo")]
    assert sorted(versions) == list(range(1, len(versions) + 1))
    assert reader.cursors[f"user:{worker}"] == len(versions)
