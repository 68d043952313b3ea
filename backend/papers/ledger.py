"""A ledger (台账): what a list is as a file, whichever the format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from backend.clock.calendar import ZONE
from backend.problems import ExportTooLarge

Row = dict[str, Any]
MOST = 20_000  # rows of one file
SIGNS = 32_000  # of one cell; a sheet holds 32,767


@dataclass(frozen=True)
class Column:
    """A column: its key for programs, its head for people, its value and width in signs."""

    key: str
    head: str
    value: Callable[[Row], Any]
    width: int = 12


@dataclass(frozen=True)
class Ledger:
    """A list with a title and columns; `late` says which rows stand in red."""

    title: str
    columns: tuple[Column, ...]
    late: Callable[[Row], bool] = lambda _row: False


@dataclass(frozen=True)
class Heading:
    """Who draws the file up, of which division, when, and for which days if for some alone."""

    unit: str
    person: str
    at: datetime
    days: tuple[date, date] | None = None


class Limited:
    """Rows, as long as a file may be; counted while they are read."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Begin to count."""
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        """The rows.

        Raises:
            ExportTooLarge: there are more than `MOST`.
        """
        for row in self._rows:
            if self.count == MOST:
                raise ExportTooLarge(f"超过 {MOST} 条,请缩小筛选范围后再导出")
            self.count += 1
            yield row


def shown(value: Any) -> str | int | float:  # noqa: ANN401 - whatever a list holds
    """A value as people read it in a cell: times in China's zone, yes and no in words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value.astimezone(ZONE):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int | float) else str(value)[:SIGNS]
