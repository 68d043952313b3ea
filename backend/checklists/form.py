"""What a checklist asks, prepared for many answers: which of them raise no question at all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import literal_column, select

from backend.checklists.answers import foreign_parts
from backend.checklists.models import Checklist
from backend.checklists.rules import Item, evaluate
from backend.db import db

IN_ORDER = frozenset({"pass", "na"})
PARTS = ("verdict", "number", "text", "severity")


class Form:
    """A checklist's items; `edition` is the version of its row in the database."""

    def __init__(self, items: list[Item], edition: str) -> None:
        """Prepare the items."""
        self.edition = edition
        self.hidden = {item["code"] for item in items if item["visibility"] == "restricted"}
        self._items = {item["code"]: item for item in items}
        self._needed = {item["code"] for item in items if evaluate(item, None) not in IN_ORDER}
        # What most people answer is the same: pass, or a small number.
        self._fits = lru_cache(maxsize=4096)(self._judge)

    def all_in_order(self, answers: Sequence[Any]) -> bool:
        """Whether every item is answered as it should be, passes, and lacks nothing."""
        given = {answer.code for answer in answers}
        if len(given) != len(answers) or not self._needed <= given:
            return False
        fits = self._fits
        return all(fits(a.code, a.verdict, a.number, a.text, a.severity) for a in answers)

    def _judge(self, code: str, *parts: Any) -> bool:  # noqa: ANN401 - of an answer
        item, answer = self._items.get(code), dict(zip(PARTS, parts, strict=True))
        if item is None or any(foreign_parts(item, answer, "")):
            return False
        return evaluate(item, answer) in IN_ORDER


_forms: dict[UUID, Form] = {}


def known(checklist_id: UUID) -> Form | None:
    """The form of a published checklist; whoever relies on it compares its edition."""
    if checklist_id not in _forms:
        row = db.session.execute(
            select(Checklist.items, literal_column("checklists.xmin::text").label("edition")).where(
                Checklist.id == checklist_id, Checklist.state != "draft"
            )
        ).one_or_none()
        if row is None:
            return None
        _forms[checklist_id] = Form(row.items, row.edition)
    return _forms[checklist_id]


def forget(checklist_id: UUID) -> None:
    """Read it again next time."""
    _forms.pop(checklist_id, None)
