"""The week, office hours, holidays and marks that come with the product, as data."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from backend.clock.calendar import Calendar, Window
from backend.clock.rules import Mark

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class NamedDay:
    """A day that differs from its week: a holiday, or one worked in its place (调休)."""

    day: date
    kind: str  # holiday, workday
    name: str

    @property
    def worked(self) -> bool:
        """Whether there is work on it."""
        return self.kind == "workday"


def announced_days() -> list[NamedDay]:
    """The days that the State Council has announced, as far as the product knows them."""
    with (DATA / "china_days.csv").open(encoding="utf-8", newline="") as lines:
        return [
            NamedDay(date.fromisoformat(line["day"]), line["kind"], line["name"])
            for line in csv.DictReader(lines)
        ]


def calendar_with(days: Mapping[date, bool]) -> Calendar:
    """The office's week and hours, with these days worked or not whatever the week says."""
    return Calendar(WEEKDAYS, HOURS, days)


def _window(opens: str, closes: str) -> Window:
    return _since_midnight(opens), _since_midnight(closes)


def _since_midnight(clock: str) -> timedelta:
    at = time.fromisoformat(clock)
    return timedelta(hours=at.hour, minutes=at.minute)


_OFFICE: dict[str, Any] = tomllib.loads((DATA / "office.toml").read_text("utf-8"))
WEEKDAYS = frozenset(number - 1 for number in _OFFICE["weekdays"])
HOURS = tuple(_window(*pair) for pair in _OFFICE["hours"])
MARKS = tuple(Mark(**line) for line in _OFFICE["marks"])
FINDING_MARKS = tuple(Mark(**line) for line in _OFFICE["finding_marks"])
ANNOUNCED = calendar_with({day.day: day.worked for day in announced_days()})
NOTICES = {int(year): title for year, title in _OFFICE["notices"].items()}
