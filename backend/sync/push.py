"""Taking in mutations (docs/sync-protocol.md, section 4).

The batch is transport only. The client's row stays locked while its mutations are decided one
by one, each in a savepoint; effects, verdicts and `last_mid` commit together.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from backend.db import lost_race, savepoint, transaction, utc_now
from backend.feed import queries as feed
from backend.org.access import Actor
from backend.problems import ClientFork, Gap, OtherEpoch, Unavailable
from backend.requests import storable
from backend.sync import ledger, verdicts
from backend.sync.envelope import Pushed
from backend.sync.ledger import Ledger
from backend.sync.mutations import Context
from backend.sync.verdicts import Verdict

log = logging.getLogger(__name__)

CLOCK_TOLERANCE = timedelta(minutes=10)
OLDEST = timedelta(days=400)  # as long as verdicts are kept; what claims to be older has no clock
PATIENCE = 3  # deadlocks with other batches before a phone is asked to come again


class Unexpected(Exception):  # noqa: N818 - not an error of ours to name
    """A command failed for no reason of the rules."""


@dataclass(frozen=True)
class Batch:
    """What one push carries, its shape already checked."""

    epoch: UUID | None
    client_id: UUID
    app: str
    client_now: datetime
    mutations: list[Pushed]


@dataclass(frozen=True)
class Round:
    """What all mutations of one try share; `hold` is one that has failed too often."""

    actor: Actor
    now: datetime
    client_now: datetime
    hold: UUID | None


@dataclass(frozen=True)
class Answer:
    """What the phone is told."""

    epoch: UUID
    last_mid: int
    results: list[dict[str, Any]]


@dataclass
class Progress:
    """How far a batch came; `failed` is the mutation at which it stopped unexpectedly."""

    results: list[dict[str, Any]] = field(default_factory=list)
    failed: UUID | None = None


def push(actor: Actor, batch: Batch) -> Answer:
    """Decide a batch; a mutation that fails for the third time is held and the queue moves on.

    Raises:
        OtherEpoch, ClientFork, Gap: nothing was decided (section 4).
        Unavailable: the first mutation failed unexpectedly; it is to be sent again.
    """
    answer, failed = _decide_patiently(actor, batch, hold=None)
    if failed is None:
        return answer
    if ledger.count_failure(failed):
        return _decide_patiently(actor, batch, hold=failed)[0]
    if not answer.results:
        raise Unavailable(headers={"Retry-After": "30"})
    return answer


def _decide_patiently(actor: Actor, batch: Batch, hold: UUID | None) -> tuple[Answer, UUID | None]:
    """Begin anew after a deadlock with another batch, which goes through meanwhile."""
    for _ in range(PATIENCE):
        try:
            return _decide_batch(actor, batch, hold)
        except DBAPIError as error:
            if not lost_race(error):
                raise
    return _decide_batch(actor, batch, hold)


def _decide_batch(actor: Actor, batch: Batch, hold: UUID | None) -> tuple[Answer, UUID | None]:
    with transaction() as session:
        epoch = feed.epoch(session)
        if batch.epoch is not None and batch.epoch != epoch:
            raise OtherEpoch(epoch=epoch)
        book = ledger.open_ledger(session, actor, batch.client_id, batch.app)
        round_ = Round(actor, utc_now(), batch.client_now, hold)
        book.client.clock_offset_ms = _milliseconds(round_.now - batch.client_now)
        progress = _decide_all(batch, book, round_)
        return Answer(epoch, book.client.last_mid, progress.results), progress.failed


def _decide_all(batch: Batch, book: Ledger, round_: Round) -> Progress:
    progress = Progress()
    for mutation in batch.mutations:
        if mutation.mid <= book.client.last_mid:  # step 1
            progress.results.append(_repeated(book, mutation))
            continue
        if mutation.mid > book.client.last_mid + 1:  # step 2
            if progress.results:
                break  # what was decided stands; the phone sees last_mid
            raise Gap(expect=book.client.last_mid + 1)
        try:
            progress.results.append(_decide_one(book, mutation, round_))
        except Unexpected:
            progress.failed = mutation.mutation_id
            break
    return progress


def _decide_one(book: Ledger, mutation: Pushed, round_: Round) -> dict[str, Any]:
    known = book.verdict_elsewhere(mutation.mutation_id)  # step 3
    verdict = known or _decide(mutation, round_)  # step 4
    book.write(mutation, verdict, payload_sha256(mutation), repeated=known is not None)
    book.session.flush()
    return _result(mutation, verdict.document())


def _repeated(book: Ledger, mutation: Pushed) -> dict[str, Any]:
    known = book.line(mutation.mid)
    if known is None or known.mutation_id != mutation.mutation_id:
        raise ClientFork
    return _result(mutation, known.verdict)


def _result(mutation: Pushed, verdict: dict[str, Any]) -> dict[str, Any]:
    return {"mid": mutation.mid, "mutation_id": mutation.mutation_id, **verdict}


def _decide(mutation: Pushed, round_: Round) -> Verdict:
    """Carry a mutation out in a savepoint, or say why not."""
    if mutation.mutation_id == round_.hold:
        return verdicts.held("server-error", "服务器暂时无法处理,已保存,由管理人员处理")
    try:
        with savepoint():
            return verdicts.carry_out(context_of(mutation, round_), mutation)
    except verdicts.Refusal as refusal:
        return refusal.verdict
    except (OperationalError, InterfaceError):
        raise  # a transient fault: 503, nothing is changed, the phone sends again
    except Exception as error:
        log.exception("mutation %s %s failed", mutation.name, mutation.mutation_id)
        raise Unexpected from error


def context_of(mutation: Pushed, round_: Round, *, by_hand: bool = False) -> Context:
    """Under what circumstances a mutation was captured, as far as its envelope tells."""
    told = mutation.captured_at or round_.client_now
    captured_at, suspect = _time_of_capture(told, mutation.age, round_)
    return Context(
        actor=round_.actor,
        mutation_id=mutation.mutation_id,
        captured_at=captured_at,
        received_at=round_.now,
        clock_shift=captured_at - told,
        clock_suspect=suspect,
        payload_sha256=payload_sha256(mutation),
        by_hand=by_hand,
    )


def _time_of_capture(told: datetime, age: timedelta, round_: Round) -> tuple[datetime, bool]:
    """The time of capture by the server's clock, and whether it is a guess.

    A wrong clock still counts hours: then the age tells the time, unless the clock was put right
    in between and the age is one of years.
    """
    offset = round_.now - round_.client_now
    by_age, by_clock = round_.now - age, told + offset
    if age > OLDEST:
        return round_.now, True
    if abs(offset) > CLOCK_TOLERANCE or abs(by_age - by_clock) > CLOCK_TOLERANCE:
        return by_age, True
    return min(by_clock, round_.now), False


def payload_sha256(mutation: Pushed) -> str:
    """The hash of a mutation's arguments, whatever the order of their keys."""
    body = orjson.dumps(storable(mutation.args), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(body).hexdigest()


def _milliseconds(span: timedelta) -> int:
    return int(span / timedelta(milliseconds=1))
