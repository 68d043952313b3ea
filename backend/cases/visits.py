"""A joint visit (联合走访): workers go with a task, departments are called to be there as well."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from backend.cases import acts
from backend.db import db
from backend.org.access import Actor
from backend.problems import FieldError, Validation
from backend.tasks import commands
from backend.tasks.commands import NewTask, Place
from backend.tasks.models import Task


def assign_visit(
    actor: Actor, wanted: NewTask, about: Place | None, departments: Sequence[UUID]
) -> Task:
    """Give the task, and call the departments to its case (吹哨); repeated, it is the same.

    Raises:
        Validation: departments are called to no case, or one is none of the case's township.
        Forbidden, NotFound, Conflict, IllegalTransition: as `assign` and `act` do.
    """
    if departments and (about is None or about.case_id is None):
        detail = "联合走访须从一件隐患发起"
        raise Validation(errors=[FieldError("/departments", "not-allowed", detail)])
    known = db.session.get(Task, wanted.id) is not None
    task = commands.assign(actor, wanted, about)
    if departments and about is not None and about.case_id is not None and not known:
        given = {"departments": list(departments), "text": wanted.title}
        acts.act(actor, about.case_id, "whistle", given)
    return task
