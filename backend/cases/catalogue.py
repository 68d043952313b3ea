"""The list of matters (事项清单) that comes with the product, as data, and how it is published."""

from __future__ import annotations

import csv
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from backend.cases.models import HazardItem
from backend.db import db

ITEMS = Path(__file__).parent / "data" / "hazard_items.csv"


def hazard_items() -> list[dict[str, str]]:
    """Its lines, the most common matter first."""
    with ITEMS.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def publish_hazard_items() -> list[HazardItem]:
    """All items, in order; those that are not there yet are added."""
    known = {item.code: item for item in db.session.scalars(select(HazardItem))}
    items = [known.get(line["code"]) or _item(line) for line in hazard_items()]
    db.session.add_all(items)
    db.session.flush()
    return items


def _item(line: dict[str, str]) -> HazardItem:
    given = {**line, "sort": int(line["sort"])}
    return HazardItem(id=uuid5(NAMESPACE_URL, f"gridfield:hazard:{line['code']}"), **given)
