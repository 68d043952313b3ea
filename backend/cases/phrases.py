"""Words that are written often (常用语): one's own, and those of the township."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, or_, select

from backend.cases.models import Phrase
from backend.cases.saved import divisions_of, township_of
from backend.cases.table import life
from backend.db import db
from backend.org.access import Actor, Permission, may_see, require
from backend.org.models import OrgUnit
from backend.problems import Conflict, FieldError, NotFound, Validation

MOST: Final = 100
WORDS: Final = {"text", "text?", "reason"}  # what a step asks for that is written


@dataclass(frozen=True)
class Wording:
    """The words, and for which action and in which state they are offered; without, in any."""

    text: str
    action: str | None = None
    state: str | None = None


@cache
def written_actions() -> dict[str, tuple[str, str]]:
    """The steps for which words are given, by code: the name and the English name."""
    written = [one for one in life().actions.values() if WORDS & set(one.needs)]
    return {one.code: (one.name, one.name_en) for one in written if not one.code.startswith("mark")}


def phrases(actor: Actor) -> list[dict[str, Any]]:
    """What the actor may use: the own first, then the township's, the oldest first.

    Raises:
        Forbidden: cases are nothing of the actor's.
    """
    require(actor, Permission.CASE_READ)
    here = or_(Phrase.owner_id == actor.user_id, Phrase.org_unit_id.in_(divisions_of(actor)))
    order = (Phrase.owner_id.is_(None), Phrase.created_at, Phrase.id)
    rows = db.session.scalars(select(Phrase).where(here).order_by(*order)).all()
    return [_row(actor, row) for row in rows]


def add(actor: Actor, wording: Wording, *, shared: bool) -> dict[str, Any]:
    """Keep words for oneself, or for all in the township.

    Raises:
        Forbidden: cases are nothing of the actor's, or the township's words are not.
        Validation: there is no such action or state.
        Conflict: there are too many.
    """
    require(actor, Permission.PHRASE_EDIT if shared else Permission.CASE_READ)
    _check(wording)
    if shared:
        whose = {"org_unit_id": township_of(actor, Permission.PHRASE_EDIT)}
    else:
        whose = {"owner_id": actor.user_id}
    count = select(func.count()).select_from(Phrase).filter_by(**whose)
    if db.session.scalars(count).one() >= MOST:
        raise Conflict(f"最多保存 {MOST} 条常用语,请先删除不用的")
    row = Phrase(**asdict(wording), **whose)
    db.session.add(row)
    db.session.flush()
    return _row(actor, row)


def change(actor: Actor, phrase_id: UUID, wording: Wording) -> dict[str, Any]:
    """Put words right.

    Raises:
        NotFound: not the actor's to change, or there are none.
        Validation: there is no such action or state.
    """
    row = _own(actor, phrase_id)
    _check(wording)
    row.text, row.action, row.state = wording.text, wording.action, wording.state
    return _row(actor, row)


def forget(actor: Actor, phrase_id: UUID) -> None:
    """Delete words.

    Raises:
        NotFound: not the actor's to change, or there are none.
    """
    db.session.delete(_own(actor, phrase_id))


def _check(wording: Wording) -> None:
    if wording.action not in {None, *written_actions()}:
        raise Validation(errors=[FieldError("/action", "unknown", "没有这个办理动作")])
    if wording.state not in {None, *life().states}:
        raise Validation(errors=[FieldError("/state", "unknown", "没有这个状态")])


def _own(actor: Actor, phrase_id: UUID) -> Phrase:
    row = db.session.get(Phrase, phrase_id)
    if row is None or not _may_edit(actor, row):
        raise NotFound("没有找到这条常用语")
    return row


def _may_edit(actor: Actor, row: Phrase) -> bool:
    if row.org_unit_id is None:
        return row.owner_id == actor.user_id
    unit = db.session.get_one(OrgUnit, row.org_unit_id)
    return may_see(actor, Permission.PHRASE_EDIT, _In(unit.path))


@dataclass(frozen=True)
class _In:
    """A place as `may_see` asks for it."""

    org_path: str


def _row(actor: Actor, row: Phrase) -> dict[str, Any]:
    return {
        "id": row.id,
        "text": row.text,
        "action": row.action,
        "state": row.state,
        "shared": row.org_unit_id is not None,
        "editable": _may_edit(actor, row),
    }
