"""The chain of an urgent matter: first, further and final report (初报、续报、终报)."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from backend.cases.deadlines import clock
from backend.cases.models import Case, CaseEvent
from backend.cases.table import lines
from backend.db import utc_now


@cache
def limits() -> dict[str, str]:
    """The time for each report: the first's since it was found, a further one's since the last."""
    return {line["code"]: line["due"] for line in lines("urgent")}


def next_report(case: Case, thread: list[CaseEvent]) -> dict[str, Any] | None:
    """Which report is due next, and when; None where none is.

    A further one is due some time after the last; the final one some time after the first.
    """
    if not case.urgent or case.finals or case.closed_at is not None:
        return None
    told = max(event.at for event in thread if event.action in {"report", "follow"})
    due = clock()
    wanted: list[tuple[datetime, str]] = [
        (due(told, limits()["follow"], 1), "follow"),
        (due(case.received_at, limits()["final"], 1), "final"),
    ]
    due_at, code = min(wanted)
    return {"code": code, "due_at": due_at, "overdue": due_at < utc_now()}
