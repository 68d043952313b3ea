"""The centre takes in by hand what was refused or held (ADR 0007).

The payload runs once more in its author's name, under the circumstances in which it came. Rules of
evidence are waived: a missing photo, no duty in the grid, a dependency that was refused. Shapes,
references and rights are not.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import cast
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from backend.db import db, savepoint
from backend.org import sessions
from backend.org.access import Actor
from backend.org.models import User
from backend.problems import FieldError, Refused
from backend.sync import ledger, verdicts
from backend.sync.circumstances import Round, context_of
from backend.sync.envelope import MutationField, Pushed
from backend.sync.models import SyncMutation, SyncRejected
from backend.sync.mutations import Context
from backend.sync.refusals import Settlement, claim, settle, tell_author
from backend.sync.verdicts import Verdict

log = logging.getLogger(__name__)


def accept(actor: Actor, mutation_id: UUID, note: str) -> None:
    """Take a refused or held record in; from now on its verdict is what came of it.

    Raises:
        Forbidden, NotFound: it is not the actor's to settle, or there is none.
        Conflict: it is settled already.
        Refused: what stands against it cannot be waived; the code and the fields say what.
    """
    row = claim(actor, mutation_id)
    lines = ledger.lines_of(db.session(), row.user_id, mutation_id)
    verdict = _run(row, lines[0] if lines else None)
    for line in lines:
        line.verdict = verdict.document()
    settle(row, actor, Settlement("accepted", note))
    tell_author(row, "accepted-by-hand", "中心已采纳您的记录", f"{actor.name}:{note}")


def _run(row: SyncRejected, line: SyncMutation | None) -> Verdict:
    mutation = cast(Pushed, MutationField().deserialize(row.payload))
    try:
        with savepoint():
            return verdicts.carry_out(_context(row, line, mutation), mutation)
    except verdicts.Refusal as refusal:
        raise _refused(refusal.verdict) from refusal
    except DBAPIError:
        raise
    except Exception as error:
        log.exception("mutation %s %s failed by hand", mutation.name, mutation.mutation_id)
        raise Refused("server-error", "服务器仍无法处理这条记录,请联系维护人员") from error


def _context(row: SyncRejected, line: SyncMutation | None, mutation: Pushed) -> Context:
    """As when it came: the ledger remembers the time, and how the phone's clock stood."""
    author = sessions.actor_of(db.session.get_one(User, row.user_id))
    received_at = line.decided_at if line else row.rejected_at
    offset = timedelta(milliseconds=(line.clock_offset_ms or 0) if line else 0)
    then = Round(author, received_at, received_at - offset, hold=None)
    return context_of(mutation, then, mutation.sha256, by_hand=True)


def _refused(verdict: Verdict) -> Refused:
    errors = [FieldError(**error) for error in verdict.errors]
    return Refused(verdict.code or "", verdict.message or "", errors, verdict.record)
