"""What a checklist asks, prepared for many answers: which of them raise no question at all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import literal_column, select

from backend.checklists.answers import foreign_parts
from backend.checklists.models import Checklist
from backend.checklists.rules import Item, by_code, evaluate, restricted_codes, shown
from backend.db import db

IN_ORDER = frozenset({"pass", "na"})
PARTS = ("verdict", "number", "text", "severity")


class Form:
    """A checklist's items; `edition` is the version of its row in the database."""

    def __init__(self, items: list[Item], edition: str) -> None:
        """Prepare the items."""
        self.edition = edition
        self.hidden = restricted_codes(items)
        self._items = {item["code"]: item for item in items}
        self._branches = any(item.get("show_if") for item in items)
        self._needed = {item["code"] for item in items if evaluate(item, None) not in IN_ORDER}
        # What most people answer is the same: pass, or a small number.
        self._fits = lru_cache(maxsize=4096)(self._judge)

    def all_in_order(self, answers: Sequence[Any]) -> bool:
        """Whether every item is answered as it should be, passes, and lacks nothing."""
        given = {answer.code for answer in answers}
        if len(given) != len(answers):
            return False
        if self._branches:
            return self._in_order_where_shown(answers)
        if not self._needed <= given:
            return False
        fits = self._fits
        return all(fits(a.code, a.verdict, a.number, a.text, a.severity) for a in answers)

    def _in_order_where_shown(self, answers: Sequence[Any]) -> bool:
        """The same of a checklist whose answers decide what is asked."""
        given = [{"code": a.code, **{part: getattr(a, part) for part in PARTS}} for a in answers]
        if any(self._is_foreign(answer["code"], answer) for answer in given):
            return False
        told = by_code(given)
        asked = shown(self._items.values(), given)
        return all(evaluate(item, told.get(item["code"])) in IN_ORDER for item in asked)

    def _is_foreign(self, code: str, answer: dict[str, Any]) -> bool:
        item = self._items.get(code)
        return item is None or any(foreign_parts(item, answer, ""))

    def _judge(self, code: str, *parts: Any) -> bool:  # noqa: ANN401 - of an answer
        answer = dict(zip(PARTS, parts, strict=True))
        if self._is_foreign(code, answer):
            return False
        return evaluate(self._items[code], answer) in IN_ORDER


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
