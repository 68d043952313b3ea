"""Deadlines, numbers and states of cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.cases import rules

FRIDAY = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)  # 16:30 in China
DAY = timedelta(days=1)


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
    assert rules.due_at(deadline, severity, FRIDAY) == FRIDAY + days * DAY


@pytest.mark.parametrize("deadline", ["", "soon", "3 wd", "-3d", "3wdd"])
def test_no_known_deadline_is_no_deadline(deadline: str) -> None:
    assert rules.due_at(deadline, "general", FRIDAY) is None


def test_holidays_are_no_working_days() -> None:
    monday = date(2026, 11, 23)

    assert rules.due_at("1wd", "general", FRIDAY, {monday}) == FRIDAY + 4 * DAY


def test_working_days_are_those_of_china() -> None:
    friday_there = datetime(2026, 11, 19, 22, tzinfo=UTC)  # Friday 6:00 in China

    assert rules.due_at("1wd", "general", friday_there) == friday_there + 3 * DAY


@given(st.integers(1, 30), st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001
def test_working_days_end_on_a_working_day_and_are_as_many(count: int, moment: datetime) -> None:
    since = moment.replace(tzinfo=UTC)
    due = rules.due_at(f"{count}wd", "general", since)

    assert due is not None
    days = (rules.local_day(due) - rules.local_day(since)).days
    passed = [rules.local_day(since) + number * DAY for number in range(1, days + 1)]
    assert sum(day.weekday() < 5 for day in passed) == count
    assert passed[-1].weekday() < 5


def test_a_number_names_township_month_and_count() -> None:
    late = datetime(2026, 10, 31, 17, tzinfo=UTC)  # 1 November in China

    assert rules.number("320612004", rules.month_of(late), 12) == "YH004-202611-0012"
    assert rules.number(None, "202611", 12345) == "YH000-202611-12345"


@pytest.mark.parametrize(
    ("state", "action", "has_open_tasks", "expected"),
    [
        ("reported", "assign", True, "in_progress"),
        ("awaiting_check", "assign", True, "in_progress"),
        ("in_progress", "accept", True, "in_progress"),
        ("in_progress", "finish", False, "awaiting_check"),
        ("in_progress", "return", False, "reported"),
        ("in_progress", "cancel", True, "in_progress"),
        ("awaiting_check", "cancel", False, "awaiting_check"),
        ("closed", "finish", False, "closed"),
        ("closed", "assign", True, "closed"),
    ],
)
def test_a_task_moves_its_case(
    state: str,
    action: str,
    has_open_tasks: bool,  # noqa: FBT001
    expected: str,
) -> None:
    assert rules.state_after_task(state, action, has_open_tasks=has_open_tasks) == expected
