"""Reading cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, type_coerce
from sqlalchemy import case as when

from backend.cases import acts, parts
from backend.cases.models import Case, CaseEvent
from backend.cases.part_models import CasePart
from backend.cases.urgent import next_report
from backend.db import UtcDateTime, db, utc_now
from backend.media.models import Photo
from backend.media.queries import photo_row, photos_of
from backend.org.access import Actor, Permission, require, visible
from backend.org.queries import Places
from backend.paging import narrowed, page
from backend.problems import NotFound
from backend.tasks.queries import tasks_of

ALARMS = 20  # a screen shows no more
# Where a case stands in a list: what presses, as if it were found in a time to come.
PLACE = Case.captured_at + when(
    (and_(Case.urgent, Case.closed_at.is_(None)), timedelta(days=365_000)), else_=timedelta()
)
FILTERS = {
    "state": Case.state,
    "department_id": Case.department_id,
    "village_id": Case.org_unit_id,
}
WORDS = (Case.number, Case.title, Case.address)
COLUMNS = (
    "id number title item_code source severity state owner address note lng lat due_at step_due_at"
    " closed_at inspection_id supervised version urgent open_parts"
)
OF_PART = (
    "id kind state asked called_at due_at signed_at arrived_at lng lat accuracy distance_m result"
    " late_at"
)
OF_FILE = (
    "restricted opinions follows finals house_id handling level returns extensions reopens rating"
    " asked_until merged_into_id"
)


def list_cases(
    actor: Actor, filters: dict[str, Any], cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the cases that the actor may see, the newest found first.

    Filters: state, department_id, village_id, and `q` in number, title or address.
    """
    rows, following = page(_wanted(actor, filters), Case.captured_at, Case.id, cursor, limit)
    return case_rows(rows), following


def cases_of_desk(
    actor: Actor, filters: dict[str, Any], cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """The same page for a screen: urgent cases that are open come before all others."""
    place: Any = type_coerce(PLACE, UtcDateTime()).label("place")
    query = _wanted(actor, filters).with_only_columns(Case.id.label("id"), place)
    found, following = page(query, place, Case.id, cursor, limit)
    ids = [row.id for row in found]
    cases = {row.id: row for row in db.session.scalars(select(Case).where(Case.id.in_(ids)))}
    return case_rows([cases[case_id] for case_id in ids]), following


def _wanted(actor: Actor, filters: dict[str, Any]) -> Select[Any]:
    query = select(Case).where(visible(actor, Permission.CASE_READ, Case))
    return narrowed(query, filters, FILTERS, WORDS)


def alarms(actor: Actor) -> list[dict[str, Any]]:
    """The urgent cases that nobody has taken yet and the actor may take, the first come first."""
    query = select(Case).where(
        Case.urgent,
        Case.closed_at.is_(None),
        Case.state == "reported",
        visible(actor, Permission.CASE_READ, Case),
    )
    found = db.session.scalars(query.order_by(Case.received_at, Case.id).limit(ALARMS)).all()
    return case_rows([case for case in found if acts.may_take(actor, case)])


def says(words: str) -> ColumnElement[bool]:
    """The condition that a case's number, title or address holds the words."""
    return func.concat_ws(" ", *WORDS).icontains(words, autoescape=True)


def cases_of_house(actor: Actor, house_id: UUID) -> list[dict[str, Any]]:
    """The cases of a house that the actor may see, the newest found first."""
    query = select(Case).where(
        Case.house_id == house_id, visible(actor, Permission.CASE_READ, Case)
    )
    return case_rows(db.session.scalars(query.order_by(Case.captured_at.desc(), Case.id)).all())


def case_rows(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """Cases as the desk lists them."""
    places = Places.of(cases)
    return [_row(case, places) for case in cases]


def _row(case: Case, places: Places) -> dict[str, Any]:
    department = {"id": case.department_id, "name": case.department_name}
    return {name: getattr(case, name) for name in COLUMNS.split()} | {
        "department": department if case.department_id else None,
        "reporter": {"id": case.reporter_id, "name": case.reporter_name},
        "village": places.village(case),
        "grid": places.grid(case),
        "reported_at": case.captured_at,
        "overdue": is_overdue(case),
    }


def is_overdue(case: Case) -> bool:
    """Whether it was not closed in time; while it is suspended (挂账) its time stands still."""
    return case.due_at < (case.closed_at or case.suspended_at or utc_now())


def find_case(actor: Actor, case_id: UUID) -> Case:
    """A case that the actor may see.

    Raises:
        Forbidden, NotFound: it is not the actor's to see, or there is none.
    """
    require(actor, Permission.CASE_READ)
    case = db.session.get(Case, case_id)
    if case is None:
        raise NotFound("没有找到这条隐患")
    require(actor, Permission.CASE_READ, case)
    return case


def case_file(case: Case) -> dict[str, Any]:
    """A case with its thread, photos and tasks, as the desk shows it."""
    photos = photos_of_case(case)
    events = _events(case)
    return {
        **case_rows([case])[0],
        **{name: getattr(case, name) for name in OF_FILE.split()},
        "next_report": next_report(case, events),
        "thread": _thread(events, photos),
        "photos": [photo_row(photo) for photo in photos],
        "tasks": tasks_of(case_id=case.id),
    }


def parts_of(actor: Actor, case: Case) -> list[dict[str, Any]]:
    """What other departments were called for, the first call first, and what the actor may do."""
    rows = db.session.scalars(
        select(CasePart)
        .where(CasePart.case_id == case.id)
        .order_by(CasePart.called_at, CasePart.id)
    ).all()
    return [
        {name: getattr(row, name) for name in OF_PART.split()}
        | {
            "department": {"id": row.department_id, "name": row.department_name},
            "overdue": row.due_at is not None and row.due_at < utc_now(),
            "actions": parts.offered(actor, case, row),
        }
        for row in rows
    ]


def photos_of_case(case: Case) -> list[Photo]:
    """Its own photos, and those that its inspection has of its item."""
    own = photos_of("case", [case.id]).get(case.id, [])
    if case.inspection_id is None:
        return own
    taken = photos_of("inspection", [case.inspection_id]).get(case.inspection_id, [])
    return [photo for photo in taken if photo.item_code == case.item_code] + own


def _events(case: Case) -> list[CaseEvent]:
    query = select(CaseEvent).where(CaseEvent.case_id == case.id)
    return list(db.session.scalars(query.order_by(CaseEvent.version)))


def _thread(events: list[CaseEvent], photos: list[Photo]) -> list[dict[str, Any]]:
    shown = _photos_of_tasks(events) | _photos_of_acts(events, photos)
    return [
        {
            "id": event.id,
            "at": event.at,
            "actor": {"id": event.actor_id, "name": event.actor.name} if event.actor else None,
            "action": event.action,
            "text": event.text or None,
            "photos": shown.get(event.id, []),
        }
        for event in events
    ]


def _photos_of_tasks(events: Iterable[CaseEvent]) -> dict[UUID, list[dict[str, Any]]]:
    """By event: the photos that came with a task's result stand where it was finished first."""
    brought: dict[UUID, UUID] = {}
    for event in events:
        if event.task_id and event.action in {"task_finish", "task_evidence"}:
            brought.setdefault(event.task_id, event.id)
    photos = photos_of("task", brought)
    return {brought[task]: [photo_row(photo) for photo in its] for task, its in photos.items()}


def _photos_of_acts(
    events: list[CaseEvent], photos: list[Photo]
) -> dict[UUID, list[dict[str, Any]]]:
    """By event: each stands with the line it came with, what was before with the report.

    A line is written, the case being locked, before its photos are announced.
    """
    shown: dict[UUID, list[dict[str, Any]]] = {}
    for photo in photos:
        with_it = [event for event in events if _may_have_brought(event, photo)]
        line = with_it[-1] if with_it else events[0]
        shown.setdefault(line.id, []).append(photo_row(photo))
    return shown


def _may_have_brought(event: CaseEvent, photo: Photo) -> bool:
    if photo.owner_kind != "case" or photo.role == "before" or event.task_id is not None:
        return False
    return event.actor_id == photo.captured_by and event.at <= photo.announced_at
