"""What the desk does with a file of houses: bring it, look at it, have it carried out, leave it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select

from backend import broker
from backend.audit import commands as audit
from backend.db import after_commit, db, utc_now
from backend.houses.intake.kinds import KINDS
from backend.houses.intake.models import HouseImport, HouseImportLine
from backend.org.access import Actor, Permission, require
from backend.problems import Conflict, FieldError, NotFound, SheetUnreadable
from backend.sheets import BrokenLine, Line, broken_sheet

JOB = "backend.houses.intake.work.run"
LONGEST = 600  # seconds
LATEST = 20  # files in the list
Row = dict[str, Any]


def bring(actor: Actor, about: str, name: str, data: bytes) -> HouseImport:
    """Take a file of one of the `KINDS`; a worker reads it, and nothing of the register changes.

    Raises:
        Forbidden: the register is not the actor's to change.
        SheetUnreadable: there is nothing in it, or of occupants it can't be read.
    """
    require(actor, Permission.HOUSE_EDIT)
    if not data:
        raise SheetUnreadable
    kept = KINDS[about].keep(data)
    brought = HouseImport(by_id=actor.user_id, about=about, name=name, data=kept)
    db.session.add(brought)
    db.session.flush()
    after_commit(_queue, brought.id)
    return brought


def take(actor: Actor, import_id: UUID) -> HouseImport:
    """Have what was shown carried out, all of it in one transaction.

    Raises:
        Forbidden, NotFound: as `find` does.
        Conflict: there is nothing to carry out, or it is being done.
    """
    found = find(actor, import_id, lock=True)
    if found.state != "ready":
        raise Conflict("这个文件现在不能导入")
    found.state, found.asked_at = "taking", utc_now()
    db.session.flush()
    after_commit(_queue, found.id)
    return found


def leave(actor: Actor, import_id: UUID) -> None:
    """Forget a file and what was said of its lines.

    Raises:
        Forbidden, NotFound: as `find` does.
        Conflict: it is being carried out.
    """
    found = find(actor, import_id, lock=True)
    if found.state == "taking":
        raise Conflict("正在导入,请稍候")
    db.session.execute(delete(HouseImport).where(HouseImport.id == found.id))
    audit.record(actor.user_id, "house.import-left", "house_import", found.id)


def _queue(import_ids: Sequence[UUID]) -> None:
    """Without a broker the schedule finds it."""
    for import_id in import_ids:
        broker.enqueue(JOB, import_id, timeout=LONGEST)


def find(actor: Actor, import_id: UUID, *, lock: bool = False) -> HouseImport:
    """A file that the actor brought.

    Raises:
        Forbidden: the register is not the actor's to change.
        NotFound: there is none, or another brought it: it is full of people's names.
    """
    require(actor, Permission.HOUSE_EDIT)
    found = db.session.get(HouseImport, import_id, with_for_update=lock or None)
    if found is None or found.by_id != actor.user_id:
        raise NotFound("没有这个导入文件")
    return found


def latest(actor: Actor) -> Sequence[HouseImport]:
    """The files that the actor brought last, the newest first.

    Raises:
        Forbidden: the register is not the actor's to change.
    """
    require(actor, Permission.HOUSE_EDIT)
    query = select(HouseImport).where(HouseImport.by_id == actor.user_id)
    newest = query.order_by(HouseImport.made_at.desc(), HouseImport.id.desc())
    return db.session.scalars(newest.limit(LATEST)).all()


def progress_of(found: HouseImport) -> float | None:
    """How far a worker is with it, from 0 to 1; None where nobody is at it, or nobody knows."""
    if found.state not in ("reading", "taking"):
        return None
    told = broker.recall(f"import:{found.id}", found.state)
    return float(told) if told else 0.0


def lines_of(
    actor: Actor, import_id: UUID, kind: str | None, after: int, limit: int
) -> tuple[list[Row], int | None]:
    """What some lines of a file come to, in its order; and after which line to go on.

    `kind` is create, change, same, refused, or twin: new ones that may be the same as another.

    Raises:
        Forbidden, NotFound: as `find` does.
    """
    found = find(actor, import_id)
    query = select(HouseImportLine).where(
        HouseImportLine.import_id == found.id, HouseImportLine.number > after
    )
    if kind == "twin":
        query = query.where(HouseImportLine.twin)
    elif kind is not None:
        query = query.where(HouseImportLine.kind == kind)
    rows = db.session.scalars(query.order_by(HouseImportLine.number).limit(limit + 1)).all()
    shown = [{"number": row.number, "kind": row.kind, **row.detail} for row in rows[:limit]]
    return shown, rows[limit - 1].number if len(rows) > limit else None


def refused_sheet(actor: Actor, import_id: UUID) -> bytes:
    """The lines that were or would be refused, as a sheet with the reasons.

    Raises:
        Forbidden, NotFound: as `find` does.
    """
    found = find(actor, import_id)
    query = select(HouseImportLine.number, HouseImportLine.detail).where(
        HouseImportLine.import_id == found.id, HouseImportLine.kind == "refused"
    )
    broken = [
        BrokenLine(
            Line(row.number, row.detail["values"]),
            [
                FieldError(f"/{error['name']}", "invalid", error["detail"])
                for error in row.detail["errors"]
            ],
        )
        for row in db.session.execute(query.order_by(HouseImportLine.number))
    ]
    return broken_sheet(KINDS[found.about].columns, broken)


def count(import_id: UUID) -> Row:
    """How many lines come to what."""
    kinds = select(HouseImportLine.kind, func.count().label("n"))
    of_it = HouseImportLine.import_id == import_id
    rows = db.session.execute(kinds.where(of_it).group_by(HouseImportLine.kind)).all()
    counts = dict.fromkeys(("create", "change", "same", "refused"), 0)
    counts |= {row.kind: row.n for row in rows}
    twins = select(func.count()).where(of_it, HouseImportLine.twin)
    return {**counts, "twin": db.session.scalar(twins), "total": sum(counts.values())}
