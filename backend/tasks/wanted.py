"""What a task that is asked for must be like."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from backend.db import utc_now
from backend.problems import FieldError, Validation
from backend.tasks.rules import BY_CHECKLIST

FARTHEST = timedelta(days=366)


def check_due(due_at: datetime, pointer: str = "/due_at") -> None:
    """A deadline lies in the future, and not beyond a year.

    Raises:
        Validation: it does not.
    """
    now = utc_now()
    if due_at <= now:
        raise Validation(errors=[FieldError(pointer, "past", "截止时间须在将来")])
    if due_at > now + FARTHEST:
        raise Validation(errors=[FieldError(pointer, "too-far", "截止时间须在一年之内")])


def check_checklist(
    checklist: Mapping[str, Any] | None,
    form: Mapping[str, Any] | None,
    kind: str,
    house_id: UUID | None,
) -> None:
    """A checklist is for inspecting a house, and asks by itself all that is to be answered.

    Raises:
        Validation: there is no house, the kind is another, or a form is asked for besides.
    """
    if checklist is None:
        return
    detail = ""
    if kind not in BY_CHECKLIST or house_id is None:
        detail = "只有检查或复查出租房的任务可以指定清单,请先选择出租房"
    elif form is not None:
        detail = "清单和表单请只选一项"
    if detail:
        raise Validation(errors=[FieldError("/checklist_id", "not-allowed", detail)])
