"""The list of matters (事项清单) that comes with the product, as data, and how it is published."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from backend.cases.item_models import TOLD, HazardItem, ItemVersion
from backend.db import db, utc_now

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class ItemClass:
    """One of the nine classes; its letter begins the codes of its items."""

    code: str
    name: str
    name_en: str
    icon: str


@cache
def classes() -> dict[str, ItemClass]:
    """The nine classes, by name."""
    return {line["name"]: ItemClass(**line) for line in _lines("item_classes")}


def hazard_items() -> list[dict[str, str]]:
    """The lines of the list, the most common matter first."""
    return _lines("hazard_items")


def _lines(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def publish_hazard_items() -> list[HazardItem]:
    """All items, in order; those that are not there yet are added, in their first version."""
    known = {item.code: item for item in db.session.scalars(select(HazardItem))}
    items = [known.get(line["code"]) or _item(line) for line in hazard_items()]
    db.session.add_all(items)
    db.session.flush()
    db.session.add_all(first_version(item) for item in items if item.code not in known)
    db.session.flush()
    return items


def _item(line: dict[str, str]) -> HazardItem:
    given = {**line, "sort": int(line["sort"])}
    return HazardItem(id=uuid5(NAMESPACE_URL, f"gridfield:hazard:{line['code']}"), **given)


def first_version(item: HazardItem) -> ItemVersion:
    """The history of an item begins."""
    told = {name: getattr(item, name) for name in TOLD}
    return ItemVersion(
        code=item.code, version=item.version, state="in_force", since=utc_now(), reason="", **told
    )
