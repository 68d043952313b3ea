"""What the lists of the desk say of an activity, in Chinese."""

from __future__ import annotations

from typing import Any

RESULTS = {"pass": "合格", "rectify": "需整改", "fail": "不合格"}
OUTCOMES = {"nobody_home": "家中无人", "refused": "拒绝入户", "moved_away": "已搬离"}
PATROLS = {"day": "日间巡查", "night": "夜间巡查", "joint": "联合巡查"}


def title(kind: str, what: str) -> str:
    """The headline: the house, the matter, or the kind of patrol."""
    return PATROLS.get(what, what) if kind == "patrol" else what


def summary(row: Any) -> str:  # noqa: ANN401 - a row of the list
    """The line below it."""
    if row.kind == "inspection":
        failed = f"{row.amount:.0f} 项不合格" if row.amount else ""
        return _joined(RESULTS.get(row.state) or OUTCOMES.get(row.detail, ""), failed)
    if row.kind == "patrol":
        way = f"{row.amount / 1000:.1f} 公里" if row.amount else ""
        return _joined(way, row.detail or "")
    return row.detail or ""


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))
