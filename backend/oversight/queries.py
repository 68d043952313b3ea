"""What comes in from the field, of every kind, newest received first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, null, select, union_all
from sqlalchemy.types import Text

from backend.cases.models import Case
from backend.houses.models import House
from backend.inspections.models import Inspection
from backend.inspections.queries import is_cleared, is_restricted
from backend.media.models import Photo, PhotoDoubt
from backend.media.queries import photo_totals, photos_of
from backend.org.access import Actor, Permission, visible
from backend.org.models import User
from backend.org.queries import Places
from backend.paging import after, narrowed, page
from backend.patrols.models import Patrol

Filters = dict[str, Any]
DOUBTS = ("any", "far", "twice")
OWNERS = {"inspection": "inspection", "hazard": "case", "patrol": "patrol"}


def list_activities(
    actor: Actor, filters: Filters, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of inspections, reported hazards and patrols that the actor may see.

    Filters: kind, state, grid_id, village_id, worker_id, since (time of receipt), doubt (what
    speaks against one of its photos: far, twice, or any), and `q` in title, place or worker.
    """
    wanted = [KINDS[filters["kind"]]] if filters.get("kind") else list(KINDS.values())
    branches = [_branch(kind(actor, filters), cursor, limit) for kind in wanted]
    every = union_all(*branches).subquery()
    rows, following = page(select(every), every.c.received_at, every.c.id, cursor, limit)
    return _described(actor, rows), following


def _branch(query: Select[Any], cursor: str | None, limit: int) -> Select[Any]:
    """One kind's part: no more of it than the page can hold, so that an index gives it."""
    columns = query.selected_columns
    first = after(query, columns["received_at"], columns["id"], cursor, limit)
    return select(first.subquery())


def _inspections(actor: Actor, filters: Filters) -> Select[Any]:
    query = _columns(
        "inspection",
        Inspection,
        (Inspection.inspector_id, Inspection.inspector_name),
        state=Inspection.result,
        captured_at=Inspection.captured_at,
        what=House.address,
        detail=Inspection.outcome,
        amount=Inspection.fail_count,
    ).join(House, House.id == Inspection.house_id)
    text = func.concat_ws(" ", House.address, Inspection.inspector_name, Inspection.note)
    return _filtered(actor, query, Inspection, filters, text)


def _hazards(actor: Actor, filters: Filters) -> Select[Any]:
    query = _columns(
        "hazard",
        Case,
        (Case.reporter_id, Case.reporter_name),
        state=Case.state,
        captured_at=Case.captured_at,
        severity=Case.severity,
        what=Case.title,
        detail=func.concat_ws(" · ", Case.address, Case.note),
    ).where(Case.source == "report")
    text = func.concat_ws(" ", Case.title, Case.number, Case.address, Case.reporter_name, Case.note)
    return _filtered(actor, query, Case, filters, text)


def _patrols(actor: Actor, filters: Filters) -> Select[Any]:
    query = _columns(
        "patrol",
        Patrol,
        (Patrol.user_id, User.name),
        state=Patrol.state,
        captured_at=Patrol.started_at,
        what=Patrol.kind,
        detail=Patrol.note,
        amount=Patrol.distance_m,
    ).join(User, User.id == Patrol.user_id)
    return _filtered(actor, query, Patrol, filters, func.concat_ws(" ", User.name, Patrol.note))


KINDS: dict[str, Callable[[Actor, Filters], Select[Any]]] = {
    "inspection": _inspections,
    "hazard": _hazards,
    "patrol": _patrols,
}


def _columns(
    kind: str,
    model: Any,  # noqa: ANN401 - one of the three
    worker: tuple[Any, Any],
    **columns: Any,  # noqa: ANN401 - columns of it
) -> Select[Any]:
    """The same columns for every kind, so that they can stand in one list."""
    blank = {"severity": null().cast(Text), "amount": literal(0)}
    told = {**blank, **columns, "worker_id": worker[0], "worker_name": worker[1]}
    names = ("id", "org_unit_id", "grid_id", "received_at", "lng", "lat")
    own = [getattr(model, name).label(name) for name in names]
    return select(
        literal(kind).label("kind"), *own, *(told[name].label(name) for name in sorted(told))
    )


def _filtered(
    actor: Actor,
    query: Select[Any],
    model: Any,  # noqa: ANN401 - one of the three
    filters: Filters,
    text: ColumnElement[str],
) -> Select[Any]:
    columns = query.selected_columns
    same = {
        "state": columns["state"],
        "grid_id": model.grid_id,
        "village_id": model.org_unit_id,
        "worker_id": columns["worker_id"],
    }
    query = query.where(visible(actor, Permission.ACTIVITY_READ, model))
    if filters.get("doubt") is not None:
        query = query.where(_doubted(actor, model, filters["doubt"]))
    if filters.get("since") is not None:
        query = query.where(model.received_at >= filters["since"])
    return narrowed(query, filters, same, [text])


def _doubted(
    actor: Actor,
    model: Any,  # noqa: ANN401 - one of the three
    kind: str,
) -> ColumnElement[bool]:
    """Whether something speaks against a photo of it, of those that the actor may see."""
    doubts = select(PhotoDoubt.id).join(Photo, Photo.id == PhotoDoubt.photo_id)
    doubts = doubts.where(Photo.owner_kind.in_(OWNERS.values()), Photo.owner_id == model.id)
    if kind != "any":
        doubts = doubts.where(PhotoDoubt.kind == kind)
    if not is_cleared(actor):
        doubts = doubts.where(PhotoDoubt.restricted.is_(False))
    return doubts.exists()


def _described(actor: Actor, rows: Sequence[Any]) -> list[dict[str, Any]]:
    places = Places.of(rows)
    photos = _photos(actor, rows)
    plain = "id kind state severity captured_at received_at lng lat"
    return [
        {name: getattr(row, name) for name in plain.split()}
        | {
            "record_id": row.id,
            "title": row.what,
            "detail": row.detail or "",
            "amount": row.amount,
            "worker": {"id": row.worker_id, "name": row.worker_name},
            "village": places.village(row),
            "grid": places.grid(row),
            "photos": photo_totals(photos.get(row.id, [])),
        }
        for row in rows
    ]


def _photos(actor: Actor, rows: Sequence[Any]) -> dict[Any, Any]:
    """By record: the photos that the actor may see."""
    cleared = is_cleared(actor)
    found: dict[Any, Any] = {}
    for kind, owner in OWNERS.items():
        ids = [row.id for row in rows if row.kind == kind]
        for record_id, photos in photos_of(owner, ids).items() if ids else ():
            found[record_id] = [p for p in photos if cleared or not is_restricted(p)]
    return found
