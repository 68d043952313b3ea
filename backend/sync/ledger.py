"""What was decided for each client: verdicts are written once and only read afterwards.

One thing alone changes a verdict: the centre takes a refused or held record in by hand (ADR 0007).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.db import db, statement, transaction, utc_now
from backend.delivery import live
from backend.feed.bulk import Rows
from backend.org.access import Actor
from backend.org.models import Notice, OrgUnit, RoleGrant
from backend.problems import ClientFork
from backend.requests import storable
from backend.sync.circumstances import milliseconds
from backend.sync.envelope import Pushed
from backend.sync.models import SyncClient, SyncFailure, SyncMutation, SyncRejected
from backend.sync.verdicts import Verdict, rejected

TRIES = 3  # unexpected failures after which a mutation is held
ACCEPTED = Verdict("ok").document()


@dataclass(frozen=True)
class Client:
    """A client as it shows itself: one journal on one device."""

    client_id: UUID
    app: str
    clock_offset_ms: int
    seen_at: datetime


@dataclass
class Ledger:
    """The verdicts of one client, whose row is locked until the transaction ends."""

    session: Session
    epoch: UUID
    client: Client
    user_id: UUID
    last_mid: int
    written: int | None = None  # the last_mid that this push has written

    def line(self, mid: int) -> SyncMutation | None:
        """The verdict on this client's mutation number `mid`."""
        return self.session.get(SyncMutation, (self.client.client_id, mid))

    def verdict_elsewhere(self, mutation_id: UUID) -> Verdict | None:
        """The verdict on a mutation that came before under another client (section 4, step 3).

        Another person's is not told: nobody makes an id that somebody else has made.
        """
        stored = self.session.execute(
            select(SyncMutation.verdict, SyncClient.user_id)
            .join(SyncClient, SyncClient.client_id == SyncMutation.client_id)
            .where(SyncMutation.mutation_id == mutation_id, ~SyncMutation.repeated)
        ).one_or_none()
        if stored is None:
            return None
        if stored.user_id != self.user_id:
            return rejected("hash-conflict", "记录编号已被占用")
        return Verdict.from_document(stored.verdict)

    def write(self, mutation: Pushed, verdict: Verdict, sha256: str, *, repeated: bool) -> None:
        """Write a verdict down and count on; a refused payload is kept with it."""
        line = self._line(mutation, verdict.document(), sha256, repeated=repeated)
        self.session.add(SyncMutation(**line))
        self.last_mid = mutation.mid
        if not verdict.accepted and not repeated:
            self._keep(mutation, verdict)

    def accepted(self, run: Sequence[tuple[Pushed, str]]) -> Rows:
        """Count these on, each with its hash, as accepted; the lines are still to be written."""
        now = utc_now()
        lines = [
            self._line(mutation, ACCEPTED, sha256, repeated=False) | {"decided_at": now}
            for mutation, sha256 in run
        ]
        self.last_mid += len(run)
        return Rows(SyncMutation, [SimpleNamespace(**line) for line in lines])

    def _line(
        self, mutation: Pushed, verdict: dict[str, Any], sha256: str, *, repeated: bool
    ) -> dict[str, Any]:
        return {
            "client_id": self.client.client_id,
            "mid": mutation.mid,
            "mutation_id": mutation.mutation_id,
            "repeated": repeated,
            "name": mutation.name,
            "version": mutation.v,
            "sha256": sha256,
            "verdict": verdict,
            "captured_at": mutation.captured_at,
            "age_ms": milliseconds(mutation.age),
            "clock_offset_ms": self.client.clock_offset_ms,
        }

    def count(self) -> Rows:
        """How far the client has come and how it shows itself, where that is not yet written."""
        if self.written == self.last_mid:
            return Rows(SyncClient, [])
        self.written = self.last_mid
        here = SimpleNamespace(**vars(self.client), last_mid=self.last_mid)
        return Rows(SyncClient, [here], changed=("last_mid", "app", "clock_offset_ms", "seen_at"))

    def _keep(self, mutation: Pushed, verdict: Verdict) -> None:
        if self.session.get(SyncRejected, mutation.mutation_id) is not None:
            return  # from the time before the ledger forgot it
        code, detail = verdict.code or "", verdict.message or ""
        refused = SyncRejected(
            mutation_id=mutation.mutation_id,
            user_id=self.user_id,
            name=mutation.name,
            version=mutation.v,
            payload=storable(mutation.raw),
            code=code,
            detail=detail,
            verdict=verdict.verdict,
        )
        self.session.add(refused)
        announce(refused)
        self.session.add(
            Notice(
                user_id=self.user_id,
                code=code,
                title="有一条记录需要处理",
                text=detail,
                mutation_id=mutation.mutation_id,
            )
        )


def announce(refused: SyncRejected) -> None:
    """Say on the live channel that a refusal is new or different."""
    user_id = refused.user_id
    query = select(OrgUnit.path).join(RoleGrant).where(RoleGrant.user_id == user_id)
    home = min(db.session.scalars(query), key=len, default=None)
    live.announce("refusal", refused.mutation_id, org_path=home, user_id=user_id)


def result_of(mutation: Pushed, verdict: dict[str, Any]) -> dict[str, Any]:
    """A mutation's verdict, as the phone is told."""
    return {"mid": mutation.mid, "mutation_id": mutation.mutation_id, **verdict}


def open_ledger(session: Session, actor: Actor, client: Client) -> Ledger:
    """The client's ledger, locked; a new client starts at 0.

    The clients of one person wait for each other: the same mutation may come from two of them.

    Raises:
        ClientFork: the client_id belongs to somebody else.
    """
    known = {"client_id": client.client_id, "user_id": actor.user_id}
    row = statement(_OPEN, known)[0]
    if row.user_id is None:  # a new client; another request may make it at the same moment
        statement(_ADD, known | {"device_id": actor.device_id, "seen_at": client.seen_at})
        row = statement(_OPEN, known)[0]
    if row.user_id != actor.user_id:
        raise ClientFork
    return Ledger(session, row.epoch, client, actor.user_id, row.last_mid)


# From here on one plan of each statement serves all its values: making one costs what it saves.
# The client's row is read after the wait for its person's turn, and as it stands then.
_OPEN = """
SELECT known.user_id, known.last_mid, epoch
FROM sync_meta CROSS JOIN set_config('plan_cache_mode', 'force_generic_plan', true)
CROSS JOIN pg_advisory_xact_lock(hashtextextended(%(user_id)s::text, 0)) AS turn
LEFT JOIN LATERAL (
    SELECT user_id, last_mid FROM sync_clients
    WHERE client_id = %(client_id)s AND turn IS NOT NULL FOR NO KEY UPDATE) AS known ON true
"""
_ADD = """
INSERT INTO sync_clients (client_id, user_id, device_id, last_mid, app, clock_offset_ms, seen_at)
VALUES (%(client_id)s, %(user_id)s, %(device_id)s, 0, '', 0, %(seen_at)s)
ON CONFLICT DO NOTHING
"""


def wait_for_author(session: Session, user_id: UUID) -> None:
    """Let nothing else of this person's be decided until the transaction ends."""
    session.execute(_ONE_AT_A_TIME, {"user": str(user_id)})


def lines_of(session: Session, user_id: UUID, mutation_id: UUID) -> list[SyncMutation]:
    """Under which clients of this person a mutation has its verdict, the first decided first."""
    return list(
        session.scalars(
            select(SyncMutation)
            .join(SyncClient, SyncClient.client_id == SyncMutation.client_id)
            .where(SyncMutation.mutation_id == mutation_id, SyncClient.user_id == user_id)
            .order_by(SyncMutation.repeated, SyncMutation.decided_at)
        )
    )


_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:user, 0))")


def count_failure(mutation_id: UUID) -> bool:
    """Count an unexpected failure in a transaction of its own; True when it is time to hold."""
    line = insert(SyncFailure).values(mutation_id=mutation_id, failures=1, last_at=utc_now())
    again = {"failures": SyncFailure.failures + 1, "last_at": line.excluded.last_at}
    counted = line.on_conflict_do_update(index_elements=[SyncFailure.mutation_id], set_=again)
    with transaction() as session:
        failures = session.execute(counted.returning(SyncFailure.failures)).scalar_one()
    return failures >= TRIES
