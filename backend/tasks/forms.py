"""Small forms: what a task or a visit asks for, and whether it was answered."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, or_, select

from backend.audit import commands as audit
from backend.db import db
from backend.org.access import Actor, Permission, below, require
from backend.org.models import OrgUnit
from backend.problems import FieldError, NotFound, Refused, Validation
from backend.tasks.models import TaskForm

KINDS = ("text", "number", "choice", "yes_no", "photo")
MOST = 30  # fields


def check_answers(
    form: Mapping[str, Any], answers: Mapping[str, str], photos: Collection[str | None]
) -> None:
    """See that a form is filled in; answers are text by the field's code, photos name theirs.

    Raises:
        Refused: `validation`, with every field that is wrong.
    """
    fields = {field["code"]: field for field in form["fields"]}
    errors = [
        FieldError(f"/args/answers/{code}", "unknown", "表单中没有这一项")
        for code in answers
        if code not in fields
    ]
    for code, field in fields.items():
        given = answers.get(code, "").strip()
        wrong = _photo(field, photos) if field["kind"] == "photo" else _wrong(field, given)
        if wrong:
            detail = f"{field['label']}:{wrong}"
            errors.append(FieldError(f"/args/answers/{code}", "wrong-answer", detail))
    if errors:
        raise Refused("validation", errors[0].detail, errors)


def _photo(field: Mapping[str, Any], photos: Collection[str | None]) -> str:
    return "请拍照" if field["required"] and field["code"] not in photos else ""


def _wrong(field: Mapping[str, Any], given: str) -> str:
    """What is wrong with an answer, or nothing."""
    if not given:
        return "必填" if field["required"] else ""
    match field["kind"]:
        case "number":
            return "" if _is_number(given) else "请填数字"
        case "choice":
            return "" if given in field["options"] else "请从选项中选择"
        case "yes_no":
            return "" if given in {"yes", "no"} else "请选择是或否"
    return ""


def _is_number(given: str) -> bool:
    try:
        return math.isfinite(float(given))
    except ValueError:
        return False


def add(
    actor: Actor, unit_id: UUID, named: tuple[str, str], fields: list[dict[str, Any]]
) -> TaskForm:
    """Keep a form of a division; one of the same name gets the next version.

    `named` is its name in Chinese, and in English where it has one.

    Raises:
        Forbidden, NotFound: the actor may not assign there.
    """
    require(actor, Permission.TASK_ASSIGN)
    name, name_en = named
    unit = db.session.get(OrgUnit, unit_id, with_for_update={"key_share": True})
    if unit is None or not _is_below(actor, unit.path):
        raise NotFound("没有找到这个区划")
    last = select(func.max(TaskForm.version)).where(
        TaskForm.org_unit_id == unit_id, TaskForm.name == name
    )
    form = TaskForm(
        org_unit_id=unit_id,
        org_path=unit.path,
        name=name,
        name_en=name_en,
        version=(db.session.scalar(last) or 0) + 1,
        fields=fields,
        created_by_id=actor.user_id,
    )
    db.session.add(form)
    db.session.flush()
    audit.record(actor.user_id, "form.add", "form", form.id)
    return form


def may_change(actor: Actor, form: TaskForm) -> bool:
    """Whether the actor may keep a next version of a form."""
    return _is_below(actor, form.org_path)


def _is_below(actor: Actor, path: str) -> bool:
    mine = actor.grants_with(Permission.TASK_ASSIGN)
    return any(path.startswith(grant.org_path) for grant in mine)


def current(actor: Actor) -> list[TaskForm]:
    """The newest version of each form of the actor's divisions and those above, by name.

    Raises:
        Forbidden: the actor may see none at all.
    """
    query = select(TaskForm).where(_usable(actor)).order_by(TaskForm.version)
    newest = {(form.org_unit_id, form.name): form for form in db.session.scalars(query)}
    return sorted(newest.values(), key=lambda form: form.name)


def copy_of(actor: Actor, form_id: UUID | None) -> dict[str, Any] | None:
    """What a task carries of a form that the actor may use; None where none is named.

    Raises:
        Forbidden: the actor may see none at all.
        Validation: there is no such form for the actor.
    """
    if form_id is None:
        return None
    query = select(TaskForm).where(TaskForm.id == form_id, _usable(actor))
    form = db.session.scalars(query).one_or_none()
    if form is None:
        raise Validation(errors=[FieldError("/form_id", "not-found", "没有找到这份表单")])
    return form.copy()


def _usable(actor: Actor) -> ColumnElement[bool]:
    require(actor, Permission.TASK_READ)
    return or_(
        below(actor, Permission.TASK_READ, TaskForm.org_path),
        *(
            literal(grant.org_path).startswith(TaskForm.org_path)
            for grant in actor.grants_with(Permission.TASK_READ)
        ),
    )
