"""The table of a case's life asked the other way round: at which cases somebody could act."""

from __future__ import annotations

from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, and_, false, or_

from backend.cases.models import Case
from backend.cases.table import CONDITION, Row, compared, life

VALUES: Final = {"True": True, "False": False, "none": None}


@cache
def may_move(who: str) -> ColumnElement[bool]:
    """The condition that the table gives this side a step which takes the case on.

    What only a person's own part in the case decides is left to the step itself.
    """
    rows = [row for state in life().rows.values() for row in state if who in row.who]
    return or_(false(), *(_fits(row) for row in rows if row.to != row.state))


def _fits(row: Row) -> ColumnElement[bool]:
    graded = Case.severity.in_(row.severities) if row.severities else None
    told = [_is_so(condition) for condition in row.conditions if CONDITION.fullmatch(condition)]
    return and_(Case.state == row.state, *([] if graded is None else [graded]), *told)


def _is_so(condition: str) -> ColumnElement[bool]:
    name, sign, value = compared(condition)
    column = getattr(Case, name)
    if sign == "=":
        wanted = VALUES.get(value, int(value) if value.isdigit() else value)
        return column.is_(wanted) if value in VALUES else column == wanted  # type: ignore[no-any-return]
    return column < int(value) if sign == "<" else column > int(value)  # type: ignore[no-any-return]
