"""Telling whoever must act that a deadline is near or over: one message a person and mark."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from backend.cases.hearers import hearers
from backend.cases.models import Case
from backend.cases.notices import message, page_on_the_phone
from backend.clock.rules import Mark
from backend.delivery.commands import send

TITLES = {
    "reminder": "即将到期",
    "yellow": "已到期(黄牌)",
    "after": "已逾期一天",
    "red": "严重超期(红牌,已提级)",
}
REPORTS = {"follow": "续报", "final": "终报"}
ABOVE = ("centre", "commander", "district")


def tell(case: Case, mark: Mark) -> None:
    """Tell the owner's people, and the level above where the mark steps up."""
    words = ("owner", *ABOVE) if mark.step_up else ("owner",)
    code = "case-late" if mark.late else "deadline-reminder"
    _tell(case, words, code, TITLES[mark.name], mark)


def tell_of_report(case: Case, report: str, mark: Mark) -> None:
    """Tell who reported an urgent case that its next report is due; the centre, too, when late."""
    words = ("reporter", "centre", "commander") if mark.late else ("reporter",)
    title = f"{REPORTS[report]}{'已逾期' if mark.late else '即将到期'}"
    _tell(case, words, "report-late" if mark.late else "report-due", title, mark)


def _tell(case: Case, words: Iterable[str], code: str, title: str, mark: Mark) -> None:
    urgent = case.severity == "critical" and mark.late
    people = set[UUID]().union(*(hearers(case, word) for word in words))
    for user_id in sorted(people):
        row = message(case, user_id, code, title, urgent=urgent)
        if "reporter" in words and user_id == case.reporter_id:
            row.url = page_on_the_phone(case)
        send(row)
