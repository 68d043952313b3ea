"""The checklists that come with the product, as data (`data/`), and how they are published."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from backend.checklists.models import Checklist
from backend.db import db, utc_now

RENTAL = Path(__file__).parent / "data" / "rental_checklist_v1.csv"
LIMITS = ("min", "max")
IF_SET = ("unit", "prefill")


def rental_items() -> list[dict[str, Any]]:
    """The 37 items of the rental checklist, version 1, as phones and rules read them."""
    return list(_items(RENTAL))


def _items(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            limits = {name: row.pop(name) for name in LIMITS}
            more = {name: row.pop(name) for name in IF_SET}
            yield {
                **row,
                "other_departments": row["other_departments"].split(),
                **{name: float(limit) for name, limit in limits.items() if limit},
                **{name: value for name, value in more.items() if value},
            }


def publish_rental_checklist() -> Checklist:
    """Version 1 of the rental checklist: published now unless it is there already."""
    known = db.session.scalars(
        select(Checklist).where(Checklist.code == "rental", Checklist.version == 1)
    ).one_or_none()
    if known is not None:
        return known
    checklist = Checklist(
        id=uuid5(NAMESPACE_URL, "gridfield:checklist:rental:1"),
        code="rental",
        version=1,
        title="群租房屋安全体检清单",
        title_en="Safety checklist for rental houses",
        items=rental_items(),
        state="published",
        published_at=utc_now(),
    )
    db.session.add(checklist)
    db.session.flush()
    return checklist
