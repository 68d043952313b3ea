"""The photos without which nothing is settled on the spot (自办), on the phone and at the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from backend.cases.item_models import HazardItem
from backend.cases.models import Case
from backend.db import db
from backend.media.queries import photos_of
from backend.problems import FieldError, Validation


def missing(item: HazardItem | None, roles: Sequence[str], *, pair: bool) -> str:
    """What a matter still wants beside photos of these roles, in words; empty: nothing.

    `pair`: one of before and one of after, too. An item of a checklist wants one photo.
    """
    if pair and not ("after" in roles and any(role != "after" for role in roles)):
        return "自办须有处理前和处理后的照片"
    least = item.photos_min if item else 1
    return "" if len(roles) >= least else f"这类问题请至少拍 {least} 张照片"


def require_photos(case: Case, given: Mapping[str, Any]) -> None:
    """Let a case be settled with the photos that are given, and those that came with it.

    Raises:
        Validation: they are too few, or show no before and after.
    """
    item = db.session.scalars(
        select(HazardItem).where(HazardItem.code == case.item_code)
    ).one_or_none()
    shown = photos_of("case", [case.id]).get(case.id, [])
    if case.inspection_id is not None:
        taken = photos_of("inspection", [case.inspection_id]).get(case.inspection_id, [])
        shown += [photo for photo in taken if photo.item_code == case.item_code]
    roles = [photo.role for photo in shown] + [photo["role"] for photo in given["photo"]]
    told = missing(item, roles, pair=True)
    if told:
        raise Validation(errors=[FieldError("/photo", "photo-required", told)])
