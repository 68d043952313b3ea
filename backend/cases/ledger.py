"""What a ledger says of cases beside the list: how each was put right, by whom, and who checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.cases.item_models import HazardItem
from backend.cases.models import CaseEvent
from backend.db import db
from backend.org.models import User

MEASURES = ("settle", "feedback")
CHECKS = ("pass", "close", "strike_off")
BLANK: dict[str, Any] = {"measure": None, "handler": None, "checker": None, "checked_at": None}


def with_outcomes(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with class, measure taken, who took it, who checked it and when."""
    outcomes, classes = _outcomes([row["id"] for row in rows]), _classes()
    return [
        {**row, **outcomes.get(row["id"], BLANK), "class_name": classes.get(row["item_code"])}
        for row in rows
    ]


def _outcomes(case_ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    lines = db.session.execute(
        select(CaseEvent.case_id, CaseEvent.action, CaseEvent.text, CaseEvent.at, User.name)
        .join(User, User.id == CaseEvent.actor_id)
        .where(CaseEvent.case_id.in_(case_ids), CaseEvent.action.in_(MEASURES + CHECKS))
        .order_by(CaseEvent.case_id, CaseEvent.version)
    )
    found: dict[UUID, dict[str, Any]] = {}
    for line in lines:
        told = found.setdefault(line.case_id, dict(BLANK))
        if line.action in MEASURES:  # another try: what was checked before counts no more
            told.update(BLANK, measure=line.text, handler=line.name)
        elif line.action != "close" or told["checker"] is None:  # who closes may not have looked
            told.update(checker=line.name, checked_at=line.at)
    return found


def _classes() -> dict[str, str]:
    rows = db.session.execute(select(HazardItem.code, HazardItem.class_name))
    return {row.code: row.class_name for row in rows}
