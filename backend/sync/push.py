"""Taking in mutations (docs/sync-protocol.md, section 4).

The batch is transport only. The client's row stays locked while its mutations are decided, in
their order: those that are plainly in order many at a time (`swift`), every other one by itself in
a savepoint. Effects, verdicts and `last_mid` commit together.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from backend.db import lost_race, savepoint, transaction
from backend.feed import changes
from backend.feed.bulk import Rows
from backend.org.access import Actor
from backend.problems import ClientFork, Gap, OtherEpoch, Problem, Unavailable
from backend.sync import ledger, swift, verdicts
from backend.sync.circumstances import Round, context_of, milliseconds
from backend.sync.envelope import Pushed
from backend.sync.ledger import Client, Ledger, result_of
from backend.sync.verdicts import Verdict

log = logging.getLogger(__name__)

CUT_RUNS = 3  # runs of a batch that may come to less than they promised: a journal sent again
PATIENCE = 3  # deadlocks with other batches before a phone is asked to come again


class Unexpected(Exception):  # noqa: N818 - not an error of ours to name
    """A command failed for no reason of the rules."""


@dataclass(frozen=True)
class Batch:
    """What one push carries, its shape already checked, and when it came."""

    epoch: UUID | None
    client_id: UUID
    app: str
    client_now: datetime
    mutations: list[Pushed]
    received_at: datetime


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
    unwritten: list[Rows] = field(default_factory=list)
    failed: UUID | None = None


def push(actor: Actor, batch: Batch) -> Answer:
    """Decide a batch; a mutation that fails for the third time is held and the queue moves on.

    Raises:
        OtherEpoch, ClientFork, Gap: nothing was decided (section 4).
        Unavailable: the first mutation failed unexpectedly; it is to be sent again.
    """
    swiftly = _try_swiftly(actor, batch)
    answer, failed = swiftly or _decide_patiently(actor, batch, hold=None)
    if failed is None:
        return answer
    if ledger.count_failure(failed):
        return _decide_patiently(actor, batch, hold=failed)[0]
    if not answer.results:
        raise Unavailable(headers={"Retry-After": "30"})
    return answer


def _try_swiftly(actor: Actor, batch: Batch) -> tuple[Answer, UUID | None] | None:
    """Decide with runs; None where that went wrong: nothing of it stays, and it is done anew."""
    try:
        return _decide_batch(actor, batch, hold=None, with_runs=True)
    except Problem:
        raise
    except Exception as error:
        if not (isinstance(error, DBAPIError) and lost_race(error)):
            if isinstance(error, (OperationalError, InterfaceError)):
                raise
            log.exception("a batch that could not go swiftly is decided with care")
        return None


def _decide_patiently(actor: Actor, batch: Batch, hold: UUID | None) -> tuple[Answer, UUID | None]:
    """Decide one by one; begin anew after a deadlock with another, which goes through meanwhile."""
    for _ in range(PATIENCE):
        try:
            return _decide_batch(actor, batch, hold, with_runs=False)
        except DBAPIError as error:
            if not lost_race(error):
                raise
    return _decide_batch(actor, batch, hold, with_runs=False)


def _decide_batch(
    actor: Actor, batch: Batch, hold: UUID | None, *, with_runs: bool
) -> tuple[Answer, UUID | None]:
    round_ = Round(actor, batch.received_at, batch.client_now, hold)
    with transaction() as session:
        client = Client(batch.client_id, batch.app, milliseconds(round_.offset), seen_at=round_.now)
        book = ledger.open_ledger(session, actor, client)
        if batch.epoch is not None and batch.epoch != book.epoch:
            raise OtherEpoch(epoch=book.epoch)
        progress = _decide_all(batch.mutations, book, round_, with_runs=with_runs)
        changes.leave(session, [*progress.unwritten, book.count()])
        return Answer(book.epoch, book.last_mid, progress.results), progress.failed


def _decide_all(
    mutations: list[Pushed], book: Ledger, round_: Round, *, with_runs: bool
) -> Progress:
    progress, done = Progress(), 0
    runs_left = CUT_RUNS if with_runs else 0
    while done < len(mutations):
        if runs_left:
            run = swift.decide(book, round_, mutations[done:])
            progress.results += run.results
            progress.unwritten += run.writes
            done += len(run.results)
            runs_left -= run.is_cut
        if done == len(mutations) or not _decide_next(mutations[done], book, round_, progress):
            break
        done += 1
    return progress


def _decide_next(mutation: Pushed, book: Ledger, round_: Round, progress: Progress) -> bool:
    """Decide one by itself; False where the batch ends before it."""
    if progress.unwritten:
        changes.write(book.session, [*progress.unwritten, book.count()])
        progress.unwritten.clear()
    if mutation.mid <= book.last_mid:  # step 1
        progress.results.append(_repeated(book, mutation))
        return True
    if mutation.mid > book.last_mid + 1:  # step 2
        if progress.results:
            return False  # what was decided stands; the phone sees last_mid
        raise Gap(expect=book.last_mid + 1)
    try:
        progress.results.append(_decide_one(book, mutation, round_))
    except Unexpected:
        progress.failed = mutation.mutation_id
    return progress.failed is None


def _decide_one(book: Ledger, mutation: Pushed, round_: Round) -> dict[str, Any]:
    known = book.verdict_elsewhere(mutation.mutation_id)  # step 3
    verdict = known or _decide(mutation, round_)  # step 4
    book.write(mutation, verdict, mutation.sha256, repeated=known is not None)
    book.session.flush()
    return result_of(mutation, verdict.document())


def _repeated(book: Ledger, mutation: Pushed) -> dict[str, Any]:
    known = book.line(mutation.mid)
    if known is None or known.mutation_id != mutation.mutation_id:
        raise ClientFork
    return result_of(mutation, known.verdict)


def _decide(mutation: Pushed, round_: Round) -> Verdict:
    """Carry a mutation out in a savepoint, or say why not."""
    if mutation.mutation_id == round_.hold:
        return verdicts.held("server-error", "服务器暂时无法处理,已保存,由管理人员处理")
    try:
        with savepoint():
            context = context_of(mutation, round_, mutation.sha256)
            return verdicts.carry_out(context, mutation)
    except verdicts.Refusal as refusal:
        return refusal.verdict
    except (OperationalError, InterfaceError):
        raise  # a transient fault: 503, nothing is changed, the phone sends again
    except Exception as error:
        log.exception("mutation %s %s failed", mutation.name, mutation.mutation_id)
        raise Unexpected from error
