"""Orders that the 12345 hotline's own system sends: a batch, each order by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backend.org.access import Actor
from backend.problems import FieldError, printable
from backend.sheets import LONGEST_CELL
from backend.sources import hotline
from backend.sources.hotline import COLUMNS, Taken

NAMES = frozenset(column.name for column in COLUMNS)
MOST = 500  # orders of one batch


def take_orders(partner: Actor, orders: Sequence[Mapping[str, Any]]) -> list[Taken]:
    """Take orders in, each by itself: a broken one comes back with its reasons, the rest is in.

    An order's number is known from then on: the same again makes no second case.

    Raises:
        Forbidden: not the partner's to take in.
    """
    return [_taken(partner, order) for order in orders]


def _taken(partner: Actor, order: Mapping[str, Any]) -> Taken:
    errors = [error for name, value in order.items() for error in _errors(name, value)]
    if errors:
        return Taken(printable(str(order.get("number", ""))), "refused", errors=errors)
    [taken] = hotline.take_orders(partner, [{name: _text(order[name]) for name in order}])
    return taken


def _errors(name: str, value: Any) -> list[FieldError]:  # noqa: ANN401 - whatever was sent
    pointer = f"/{printable(name)}"
    if name not in NAMES:
        return [FieldError(pointer, "unknown", "没有这一项")]
    if isinstance(value, bool) or not isinstance(value, str | int | float | None):
        return [FieldError(pointer, "invalid", "应为文本或数字")]
    if len(_text(value)) > LONGEST_CELL:
        return [FieldError(pointer, "too-long", f"最多 {LONGEST_CELL} 个字")]
    return []


def _text(value: str | float | None) -> str:
    return "" if value is None else printable(str(value)).strip()
