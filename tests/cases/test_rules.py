"""Deadlines and numbers of cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backend.cases import rules
from backend.cases.deadlines import CalendarClock, span_of
from backend.clock.office import ANNOUNCED

FRIDAY = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)  # 16:30 in China
DAY = timedelta(days=1)
DUE = CalendarClock(ANNOUNCED)


@pytest.mark.parametrize(
    ("deadline", "severity", "days"),
    [
        ("immediate", "critical", 1),
        ("15d", "serious", 15),
        ("3wd", "serious", 5),  # over one weekend
        ("7wd", "general", 11),  # over two
        ("by_severity", "critical", 1),
        ("by_severity", "serious", 5),
        ("by_severity", "general", 11),
    ],
)
def test_when_a_case_is_due(deadline: str, severity: str, days: int) -> None:
    assert DUE(FRIDAY, span_of(deadline, severity), 1) == FRIDAY + days * DAY


@pytest.mark.parametrize("deadline", ["", "soon", "3 wd", "-3d", "3wdd"])
def test_an_item_without_a_deadline_has_its_severitys(deadline: str) -> None:
    assert span_of(deadline, "general") == "7wd"


def test_holidays_are_no_working_days() -> None:
    before = datetime(2026, 9, 30, 8, 30, tzinfo=UTC)  # the National Day's week follows

    assert DUE(before, "1wd", 1) == before + 8 * DAY


def test_working_days_are_those_of_china() -> None:
    friday_there = datetime(2026, 11, 19, 22, tzinfo=UTC)  # Friday 6:00 in China

    assert DUE(friday_there, "1wd", 1) == friday_there + 3 * DAY


def test_a_number_names_township_month_and_count() -> None:
    late = datetime(2026, 10, 31, 17, tzinfo=UTC)  # 1 November in China

    assert rules.number("320612004", rules.month_of(late), 12) == "YH004-202611-0012"
    assert rules.number(None, "202611", 12345) == "YH000-202611-12345"
