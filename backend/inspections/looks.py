"""How a finding was rechecked, with the pictures from before beside those from after."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.cases.models import Case
from backend.cases.queries import find_case
from backend.db import db
from backend.inspections.models import Finding, Recheck
from backend.media.models import Photo
from backend.media.queries import photo_row, photos_of
from backend.org.access import Actor

Row = dict[str, Any]


def rechecks_of(actor: Actor, case_id: UUID) -> list[Row]:
    """The rechecks of a case's finding, the newest first; none where no inspection found it.

    Raises:
        Forbidden, NotFound: the case is not the actor's to see.
    """
    case = find_case(actor, case_id)
    looks = db.session.scalars(
        select(Recheck)
        .join(Finding, Finding.id == Recheck.finding_id)
        .where(Finding.case_id == case.id)
        .order_by(Recheck.captured_at.desc(), Recheck.id)
    ).all()
    return [_row(look, case) for look in looks]


def _row(look: Recheck, case: Case) -> Row:
    columns = "id captured_at passed counts note clock_suspect"
    return {name: getattr(look, name) for name in columns.split()} | {
        "checker": {"id": look.checker_id, "name": look.checker_name},
        "before": [photo_row(photo) for photo in _before(case, look)],
        "after": [photo_row(photo) for photo in _photos(look.photo_ids)],
    }


def _before(case: Case, look: Recheck) -> list[Photo]:
    """What the finding's item looked like: the picture that was held against it comes first."""
    if case.inspection_id is None:
        return []
    taken = photos_of("inspection", [case.inspection_id]).get(case.inspection_id, [])
    own = [photo for photo in taken if photo.item_code == case.item_code]
    return sorted(own, key=lambda photo: photo.id != look.before_photo_id)


def _photos(ids: Iterable[UUID]) -> list[Photo]:
    wanted = select(Photo).where(Photo.id.in_(list(ids)))
    return list(db.session.scalars(wanted.order_by(Photo.captured_at, Photo.id)))
