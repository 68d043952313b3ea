"""Deadlines and when to come again, as the phone reckons them offline: the vectors of both."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from backend.cases.deadlines import CalendarClock, span_of
from backend.clock import office
from backend.inspections import rules
from backend.inspections.rules import Found, Visit

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/due.json").read_text("utf-8"))
CLOCK = CalendarClock(
    office.calendar_with(
        {date.fromisoformat(row["day"]): row["kind"] == "workday" for row in VECTORS["days"]}
    )
)


@pytest.mark.parametrize("vector", VECTORS["dues"], ids=lambda vector: vector["name"])
def test_a_deadline_is_where_the_phone_says(vector: dict[str, Any]) -> None:
    span = span_of(vector["deadline"], vector["severity"])

    due = CLOCK(datetime.fromisoformat(vector["since"]), span, 1)

    assert due == datetime.fromisoformat(vector["expect"])


@pytest.mark.parametrize("vector", VECTORS["again"], ids=lambda vector: vector["name"])
def test_a_house_is_seen_again_when_the_phone_says(vector: dict[str, Any]) -> None:
    found = [Found("serious", due=datetime.fromisoformat(due)) for due in vector["dues"]]
    visit = Visit(vector["outcome"], datetime.fromisoformat(vector["at"]))

    again = rules.house_due([visit], found, vector["state"], large=vector["large"])

    assert again == date.fromisoformat(vector["expect"])
