"""Sending somebody to look again where the time to mend is over."""

from __future__ import annotations

from backend.cases.thread import locked_case
from backend.db import transaction, utc_now
from backend.inspections import followup


def give_out() -> None:
    """A task for each finding whose deadline has come; doing it again makes none."""
    with transaction():
        waiting = followup.overdue(utc_now())
    for case_id in waiting:
        with transaction():
            case = locked_case(case_id)
            if case.closed_at is None:
                followup.ask(case, case.reporter_id, "整改期限已到,请到现场复查")
