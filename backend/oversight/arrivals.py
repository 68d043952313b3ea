"""A photo that arrives changes what a screen shows of the record it belongs to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.cases.models import Case
from backend.db import statement
from backend.delivery import live
from backend.inspections.models import Inspection
from backend.media.models import Photo
from backend.media.signals import photo_arrived
from backend.patrols.models import Patrol
from backend.tasks.models import Task

AUDIENCE = ("org_path", "restricted", "department_id", "supporting")
OWNERS: dict[str, type[Any]] = {
    "inspection": Inspection,
    "case": Case,
    "patrol": Patrol,
    "task": Task,
}


@photo_arrived.connect
def tell_screens(photo: Photo) -> None:
    """Say that the photo's record is different now."""
    owner = _owner(OWNERS.get(photo.owner_kind), photo.owner_id)
    if owner is not None:
        live.announce(
            photo.owner_kind,
            photo.owner_id,
            org_path=owner.org_path,
            restricted=getattr(owner, "restricted", False),
            departments=_departments(owner),
        )


def _departments(owner: Any) -> list[UUID]:  # noqa: ANN401
    lead = getattr(owner, "department_id", None)
    return [*([lead] if lead else []), *getattr(owner, "supporting", ())]


def _owner(model: type[Any] | None, owner_id: UUID) -> Any:  # noqa: ANN401 - a row, or None
    """What decides who may hear of a record, without its answers and texts."""
    if model is None:
        return None
    told = [name for name in AUDIENCE if hasattr(model, name)]
    sql = f"SELECT {', '.join(told)} FROM {model.__tablename__} WHERE id = %(id)s"  # noqa: S608
    return next(iter(statement(sql, {"id": owner_id})), None)
