"""How far each case had come at a moment, told by the lines of its thread alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from backend.cases.acts import RATINGS
from backend.cases.models import CaseEvent

NO_DECISION = ("merge", "void")
PLEASED = (RATINGS["satisfied"], RATINGS["fair"])


def milestones(cases: Select[Any], until: datetime) -> Subquery:
    """A row for each of the cases (`cases` selects ids) as it stood at `until`.

    What happened first counts, but of results (`result_at`), closing, rating and judging the last.
    `…_ok` is whether it was in time by the deadline of that moment. Lines that do not say how the
    case stood count for nothing.
    """
    line = _lines(cases, until)
    column = line.c
    decided = column.action.not_in(NO_DECISION)
    first = {
        "accepted": (column.before == "reported") & (column.state != "reported") & decided,
        "handled": (column.state == "awaiting_check") & (column.before != "awaiting_check"),
        "checked": (column.before == "awaiting_check")
        & (column.state != "awaiting_check")
        & decided,
    }
    by_step, by_case = column.at <= column.step_due_before, column.at <= column.due_before
    in_time = {"accepted": by_step, "handled": by_case, "checked": by_step}
    told: list[Any] = [column.case_id]
    for name, condition in first.items():
        told.append(_first(column.at, condition, column).label(f"{name}_at"))
        told.append(_first(in_time[name], condition, column).label(f"{name}_ok"))
    closing = (column.state == "closed") & (column.before != "closed")
    rating = column.action == "rate"
    told += [
        _first(column.at, column.action == "dispatch", column).label("dispatched_at"),
        *(_any(condition).label(name) for name, condition in _ever(column).items()),
        _last(column.at, first["handled"], column).label("result_at"),
        _last(column.at, closing, column).label("closed_at"),
        _last(by_case, closing, column).label("closed_ok"),
        _last(column.at, rating, column).label("rated_at"),
        _last(func.split_part(column.text, " ", 1).in_(PLEASED), rating, column).label("pleased"),
        *_judged(column),
        *(
            _last(column[name], column.state.is_not(None), column).label(name)
            for name in ("state", "due_at", "step_due_at")
        ),
    ]
    return select(*told).group_by(column.case_id).subquery("milestones")


def _judged(column: Any) -> list[Any]:  # noqa: ANN401 - columns
    """When a drawn case was marked, and whether it was found right."""
    judging = column.action.in_(("sample_right", "sample_wrong"))
    right = column.action == "sample_right"
    return [
        _last(column.at, judging, column).label("judged_at"),
        _last(right, judging, column).label("found_right"),
    ]


def _lines(cases: Select[Any], until: datetime) -> Subquery:
    """The lines before `until` with how the case stood before each; what was undone is left out."""
    names = ("case_id", "version", "action", "at", "text", "state", "due_at", "step_due_at")
    own = [getattr(CaseEvent, name) for name in names]
    following = [
        func.lead(own[names.index(name)])
        .over(partition_by=CaseEvent.case_id, order_by=CaseEvent.version)
        .label(f"next_{name}")
        for name in ("action", "text")
    ]
    every = (
        select(*own, *following)
        .where(CaseEvent.case_id.in_(cases), CaseEvent.at < until)
        .subquery("every_line")
    )
    undone = _takes_back(every.c.next_action, every.c.next_text)
    standing = or_(every.c.next_action.is_(None), ~undone) & ~_takes_back(
        every.c.action, every.c.text
    )
    before = {"state": "before", "due_at": "due_before", "step_due_at": "step_due_before"}
    return (
        select(
            *(every.c[name] for name in names),
            *(
                func.lag(every.c[name])
                .over(partition_by=every.c.case_id, order_by=every.c.version)
                .label(label)
                for name, label in before.items()
            ),
        )
        .where(standing)
        .subquery("lines")
    )


def _takes_back(action: Any, text: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns
    """Whether a line takes back the one before it (`cases.undo`), and not what another case did."""
    return and_(action == "withdraw", text.startswith("撤回「"))


def _first(value: Any, condition: Any, column: Any) -> Any:  # noqa: ANN401 - columns
    return _top(value, column.version.asc(), condition)


def _last(value: Any, condition: Any, column: Any) -> Any:  # noqa: ANN401 - columns
    return _top(value, column.version.desc(), condition)


def _top(value: Any, order: Any, condition: Any) -> Any:  # noqa: ANN401 - columns
    ordered: Any = func.array_agg(aggregate_order_by(value, order), type_=ARRAY(value.type))
    return ordered.filter(condition)[1]


def _ever(column: Any) -> dict[str, ColumnElement[bool]]:  # noqa: ANN401 - columns
    """What counts if it ever happened."""
    return {
        "returned": column.action == "return",
        "failed": column.action.in_(("fail", "recheck_fail")),
        "extended": column.action == "approve_extension",
        "confirmed": _moved(column, "confirm", "task_finish", to="accepted"),
        "refuted": _moved(column, "refute", to="reported"),
    }


def _moved(column: Any, *actions: str, to: str) -> ColumnElement[bool]:  # noqa: ANN401 - columns
    """A line by which a case left its verification (核实)."""
    left = (column.before == "verifying") & (column.state == to)
    return and_(column.action.in_(actions), left)


def _any(condition: Any) -> Any:  # noqa: ANN401 - columns
    return func.coalesce(func.bool_or(condition), literal(value=False))
