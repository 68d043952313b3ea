"""Reading what was refused or held, for the desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from backend.cases.item_models import HazardItem
from backend.checklists.models import Checklist
from backend.db import db
from backend.houses.models import House
from backend.houses.queries import house_brief
from backend.media import pictures
from backend.media.models import Blob
from backend.media.pictures import PictureFile
from backend.org.access import Actor, Permission, below, require
from backend.org.models import User
from backend.org.queries import names
from backend.paging import narrowed, page
from backend.problems import NotFound
from backend.sync import ledger
from backend.sync.models import SyncRejected
from backend.sync.refusals import find, here
from backend.tasks.models import Task

Row = dict[str, Any]
FILTERS = {
    "verdict": SyncRejected.verdict,
    "code": SyncRejected.code,
    "worker_id": SyncRejected.user_id,
}
# Which argument names what a mutation is about, and what that is called.
SUBJECTS: list[tuple[str, Any, Any, Any]] = [
    ("house_id", House, House.id, House.address),
    ("task_id", Task, Task.id, Task.title),
]


def list_refusals(
    actor: Actor, filters: dict[str, Any], cursor: str | None, limit: int
) -> tuple[list[Row], str | None]:
    """A page of what was refused or held of people in the actor's divisions, newest first.

    Filters: state (open, settled), verdict (rejected, held), code, worker_id.
    """
    require(actor, Permission.REFUSAL_SETTLE)
    query = select(SyncRejected).where(here(actor))
    if filters.get("state") is not None:
        query = query.where(_is_open() if filters["state"] == "open" else ~_is_open())
    query = narrowed(query, filters, FILTERS)
    rows, following = page(query, SyncRejected.rejected_at, SyncRejected.mutation_id, cursor, limit)
    return _described(actor, rows), following


def count_open(actor: Actor) -> int:
    """How many wait for somebody to settle them."""
    require(actor, Permission.REFUSAL_SETTLE)
    query = select(func.count()).select_from(SyncRejected).where(here(actor), _is_open())
    return db.session.scalar(query) or 0


def _is_open() -> ColumnElement[bool]:
    return SyncRejected.resolved_at.is_(None)


def _described(actor: Actor, rows: Sequence[SyncRejected]) -> list[Row]:
    authors = {row.user_id for row in rows}
    people = names(User, authors | {row.resolved_by for row in rows if row.resolved_by})
    subjects = _subjects(actor, rows)
    columns = "name code detail verdict rejected_at resolution resolution_note resolved_at"
    return [
        {column: getattr(row, column) for column in columns.split()}
        | {
            "id": row.mutation_id,
            "subject": subjects.get(row.mutation_id),
            "worker": people[row.user_id],
            "resolved_by": people.get(row.resolved_by) if row.resolved_by else None,
            "captured_at": _time(row.payload.get("captured_at")),
        }
        for row in rows
    ]


def _subjects(actor: Actor, rows: Sequence[SyncRejected]) -> dict[UUID, str]:
    """By mutation: what it is about, as far as its payload tells and the actor may see."""
    found: dict[UUID, str] = {}
    for argument, model, key, title in SUBJECTS:
        told = {row.mutation_id: _id_in(arguments(row), argument) for row in rows}
        inside = below(actor, Permission.REFUSAL_SETTLE, model.org_path)
        known = select(key, title).where(key.in_(set(told.values()) - {None}), inside)
        titles = {line[0]: line[1] for line in db.session.execute(known)}
        found |= {row: titles[it] for row, it in told.items() if it in titles}
    return found | _hazards([row for row in rows if row.mutation_id not in found])


def _hazards(rows: Iterable[SyncRejected]) -> dict[UUID, str]:
    told = {row.mutation_id: arguments(row).get("item_code") for row in rows}
    codes = {code for code in told.values() if isinstance(code, str)}
    if not codes:
        return {}
    query = select(HazardItem.code, HazardItem.name).where(HazardItem.code.in_(codes))
    titles = {item.code: item.name for item in db.session.execute(query)}
    return {row: titles[code] for row, code in told.items() if code in titles}


def arguments(row: SyncRejected) -> Row:
    """The arguments of a refused payload; none where they are no object at all."""
    args = row.payload.get("args")
    return args if isinstance(args, dict) else {}


def _time(told: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(told) if isinstance(told, str) else None
        return at.astimezone(UTC) if at is not None and at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _id_in(args: Row, name: str) -> UUID | None:
    try:
        return UUID(args[name])
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def refusal_file(actor: Actor, mutation_id: UUID) -> Row:
    """A refusal with its payload, what the payload speaks of, and its photos.

    Raises:
        Forbidden, NotFound: it is not the actor's to see, or there is none.
    """
    row = find(actor, mutation_id)
    args = arguments(row)
    lines = ledger.lines_of(db.session(), row.user_id, mutation_id)
    house = _visible_house(actor, _id_in(args, "house_id"))
    checklist_id = _id_in(args, "checklist_id")
    return {
        **_described(actor, [row])[0],
        "errors": lines[0].verdict.get("errors", []) if lines else [],
        "args": args,
        "house": house_brief(house) if house else None,
        "checklist": db.session.get(Checklist, checklist_id) if checklist_id else None,
        "photos": _photos(row),
        "needs": _needs(row),
    }


def _visible_house(actor: Actor, house_id: UUID | None) -> House | None:
    inside = below(actor, Permission.REFUSAL_SETTLE, House.org_path)
    return db.session.scalars(select(House).where(House.id == house_id, inside)).one_or_none()


def _needs(row: SyncRejected) -> list[UUID]:
    """The refused mutations of the same author that this one stands on."""
    deps = row.payload.get("deps")
    ids = [_id_in({"id": dep}, "id") for dep in deps] if isinstance(deps, list) else []
    query = select(SyncRejected.mutation_id).where(
        SyncRejected.mutation_id.in_([dep for dep in ids if dep is not None]),
        SyncRejected.user_id == row.user_id,
    )
    return list(db.session.scalars(query))


def _manifest(row: SyncRejected) -> list[Row]:
    """The lines of the payload's manifest that name a photo."""
    told = arguments(row).get("photos")
    lines = [line for line in told if isinstance(line, dict)] if isinstance(told, list) else []
    return [
        line
        for line in lines
        if _id_in(line, "photo_id") is not None and isinstance(line.get("sha256"), str)
    ]


def _photos(row: SyncRejected) -> list[Row]:
    """As the desk shows photos of any record; addresses only of what has arrived."""
    lines = _manifest(row)
    hashes = {line[key] for line in lines for key in ("sha256", "thumb_sha256") if line.get(key)}
    query = select(Blob.sha256).where(Blob.sha256.in_([it for it in hashes if isinstance(it, str)]))
    here = set(db.session.scalars(query))

    def address(sha256: str | None) -> str | None:
        return f"/api/refusals/{row.mutation_id}/photos/{sha256}" if sha256 in here else None

    return [
        {
            "id": line["photo_id"],
            "item_code": line.get("item_code"),
            "role": line.get("role") or "evidence",
            "captured_at": _time(line.get("captured_at")) or row.rejected_at,
            "arrived": line["sha256"] in here,
            "thumb": address(line.get("thumb_sha256")) or address(line["sha256"]),
            "original": address(line["sha256"]),
        }
        for line in lines
    ]


def picture(actor: Actor, mutation_id: UUID, sha256: str) -> PictureFile:
    """A photo that a refused record names.

    Raises:
        Forbidden, NotFound: it is not the actor's to see, there is none, or it has not arrived.
    """
    lines = _manifest(find(actor, mutation_id))
    if not any(sha256 in (line["sha256"], line.get("thumb_sha256")) for line in lines):
        raise NotFound("没有找到这张照片")
    return pictures.stored(sha256)
