"""A photo that arrives changes what a screen shows of the record it belongs to."""

from __future__ import annotations

from typing import Any

from backend.cases.models import Case
from backend.db import db
from backend.delivery import live
from backend.houses.models import Inspection
from backend.media.models import Photo
from backend.media.signals import photo_arrived
from backend.patrols.models import Patrol
from backend.tasks.models import Task

OWNERS: dict[str, type[Any]] = {
    "inspection": Inspection,
    "case": Case,
    "patrol": Patrol,
    "task": Task,
}


@photo_arrived.connect
def tell_screens(photo: Photo) -> None:
    """Say that the photo's record is different now."""
    model = OWNERS.get(photo.owner_kind)
    owner = db.session.get(model, photo.owner_id) if model else None
    if owner is not None:
        live.announce(
            photo.owner_kind,
            photo.owner_id,
            org_path=owner.org_path,
            restricted=getattr(owner, "restricted", False),
            department_id=getattr(owner, "department_id", None),
        )
