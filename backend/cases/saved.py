"""Views of the queue that people keep for themselves or share in their township."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from backend.cases.models import SavedFilter
from backend.db import db
from backend.org.access import Actor, Permission, require
from backend.org.models import OrgUnit
from backend.problems import Conflict, NotFound

MOST = 50


def saved_filters(actor: Actor) -> list[dict[str, Any]]:
    """One's own, and what is shared in the townships where one works, by name."""
    tops = divisions_of(actor)
    here = or_(SavedFilter.owner_id == actor.user_id, SavedFilter.org_unit_id.in_(tops))
    rows = db.session.scalars(select(SavedFilter).where(here).order_by(SavedFilter.name)).all()
    return [_row(actor, row) for row in rows]


def save(actor: Actor, name: str, query: dict[str, str], *, shared: bool) -> dict[str, Any]:
    """Keep a view; one of one's own with that name is replaced.

    Raises:
        Forbidden: cases are nothing of the actor's.
        Conflict: one has too many.
    """
    require(actor, Permission.CASE_READ)
    shared_in = township_of(actor, Permission.CASE_READ) if shared else None
    own = select(SavedFilter).where(SavedFilter.owner_id == actor.user_id)
    row = db.session.scalars(own.where(SavedFilter.name == name)).one_or_none()
    if row is None:
        count = select(func.count()).where(SavedFilter.owner_id == actor.user_id)
        if db.session.scalars(count).one() >= MOST:
            raise Conflict(f"最多保存 {MOST} 个筛选,请先删除不用的")
        row = SavedFilter(owner_id=actor.user_id, name=name, query=query)
        db.session.add(row)
    row.query, row.org_unit_id = query, shared_in
    db.session.flush()
    return _row(actor, row)


def forget(actor: Actor, filter_id: UUID) -> None:
    """Delete a view of one's own.

    Raises:
        NotFound: it is another's, or there is none.
    """
    row = db.session.get(SavedFilter, filter_id)
    if row is None or row.owner_id != actor.user_id:
        raise NotFound("没有找到这个筛选")
    db.session.delete(row)


def divisions_of(actor: Actor) -> list[UUID]:
    """The divisions of one's roles and those above: a township's views are for all in it."""
    grants = actor.grants_with(Permission.CASE_READ)
    ids = [part for grant in grants for part in grant.org_path.strip("/").split("/")]
    return [UUID(part) for part in ids]


def township_of(actor: Actor, permission: Permission) -> UUID:
    """The township of one's first role that allows it; its own division above townships."""
    grant = actor.grants_with(permission)[0]
    ids = [UUID(part) for part in grant.org_path.strip("/").split("/")]
    towns = select(OrgUnit.id).where(OrgUnit.id.in_(ids), OrgUnit.kind == "township")
    return db.session.scalars(towns).one_or_none() or grant.org_unit_id


def _row(actor: Actor, row: SavedFilter) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "query": row.query,
        "shared": row.org_unit_id is not None,
        "own": row.owner_id == actor.user_id,
    }
