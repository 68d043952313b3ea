"""What was decided for each client: verdicts are written once and only read afterwards.

One thing alone changes a verdict: the centre takes a refused or held record in by hand (ADR 0007).
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.db import db, transaction, utc_now
from backend.delivery import live
from backend.org.access import Actor
from backend.org.models import Notice, OrgUnit, RoleGrant
from backend.problems import ClientFork
from backend.requests import storable
from backend.sync.envelope import Pushed
from backend.sync.models import SyncClient, SyncFailure, SyncMutation, SyncRejected
from backend.sync.verdicts import Verdict, rejected

TRIES = 3  # unexpected failures after which a mutation is held


class Ledger:
    """The verdicts of one client, whose row is locked until the transaction ends."""

    def __init__(self, session: Session, client: SyncClient) -> None:
        """Take the locked row."""
        self.session = session
        self.client = client

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
        if stored.user_id != self.client.user_id:
            return rejected("hash-conflict", "记录编号已被占用")
        return Verdict.from_document(stored.verdict)

    def write(self, mutation: Pushed, verdict: Verdict, sha256: str, *, repeated: bool) -> None:
        """Write a verdict down and count on; a refused payload is kept with it."""
        self.client.last_mid = mutation.mid
        self.session.add(
            SyncMutation(
                client_id=self.client.client_id,
                mid=mutation.mid,
                mutation_id=mutation.mutation_id,
                repeated=repeated,
                name=mutation.name,
                version=mutation.v,
                sha256=sha256,
                verdict=verdict.document(),
                captured_at=mutation.captured_at,
                age_ms=int(mutation.age / timedelta(milliseconds=1)),
                clock_offset_ms=self.client.clock_offset_ms,
            )
        )
        if not verdict.accepted and not repeated:
            self._keep(mutation, verdict)

    def _keep(self, mutation: Pushed, verdict: Verdict) -> None:
        if self.session.get(SyncRejected, mutation.mutation_id) is not None:
            return  # from the time before the ledger forgot it
        code, detail = verdict.code or "", verdict.message or ""
        refused = SyncRejected(
            mutation_id=mutation.mutation_id,
            user_id=self.client.user_id,
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
                user_id=self.client.user_id,
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


def open_ledger(session: Session, actor: Actor, client_id: UUID, app: str) -> Ledger:
    """The client's ledger, locked; a new client starts at 0.

    The clients of one person wait for each other: the same mutation may come from two of them.

    Raises:
        ClientFork: the client_id belongs to somebody else.
    """
    wait_for_author(session, actor.user_id)
    session.execute(
        insert(SyncClient)
        .values(client_id=client_id, user_id=actor.user_id, device_id=actor.device_id, last_mid=0)
        .on_conflict_do_nothing()
    )
    client = session.scalars(
        select(SyncClient).where(SyncClient.client_id == client_id).with_for_update()
    ).one()
    if client.user_id != actor.user_id:
        raise ClientFork
    client.seen_at = utc_now()
    client.app = app
    return Ledger(session, client)


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
