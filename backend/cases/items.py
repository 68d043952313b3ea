"""Changing the list of matters: proposed by anybody's department, put in force by the centre."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from backend.audit import commands as audit
from backend.cases.catalogue import classes
from backend.cases.commands import Matter
from backend.cases.item_models import SEVERITIES, TOLD, HazardItem, ItemVersion
from backend.db import db, locked, utc_now
from backend.org.access import Actor, Permission, require
from backend.problems import Conflict, FieldError, NotFound, Validation

DEADLINE = re.compile(r"immediate|[1-9][0-9]{0,2}(wd|d|wh|h)")
CODE = re.compile(r"[A-Z][0-9]{2,3}")
LONGEST = {"name": 40, "name_en": 80, "lead_department": 40, "evidence": 500}
LONGEST |= {"file_if": 500, "close_if": 500, "icon": 40, "synonyms": 500}
WANTED = ("name", "lead_department")


def checked(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[FieldError]]:
    """An item's code and content, completed, and what is wrong with it."""
    values = {**_defaults(given), **{name: value for name, value in given.items() if value != ""}}
    errors = [FieldError(f"/{name}", "required", "必填") for name in WANTED if not values[name]]
    errors += [
        FieldError(f"/{name}", "too-long", f"最多 {most} 个字")
        for name, most in LONGEST.items()
        if len(str(values[name])) > most
    ]
    kind = classes().get(str(values["class_name"]))
    if kind is None:
        errors.append(_wrong("class_name", f"应为九类之一:{'、'.join(classes())}"))
    elif not CODE.fullmatch(str(values["code"])) or values["code"][0] != kind.code:
        errors.append(_wrong("code", f"应为字母 {kind.code} 加两到三位数字,如 {kind.code}01"))
    if values["severity"] not in SEVERITIES:
        errors.append(_wrong("severity", "应为一般、较大或重大"))
    if not DEADLINE.fullmatch(str(values["deadline"])):
        errors.append(_wrong("deadline", "应为 immediate、3wd(工作日)或 15d(天)"))
    if not 0 <= values["photos_min"] <= 9:
        errors.append(_wrong("photos_min", "应为 0 到 9"))
    values["class_name_en"] = kind.name_en if kind else ""
    return values, errors


def _defaults(given: Mapping[str, Any]) -> dict[str, Any]:
    kind = classes().get(str(given.get("class_name", "")))
    texts = dict.fromkeys((*TOLD, "code"), "")
    return {
        **texts,
        "severity": "general",
        "deadline": "7wd",
        "icon": kind.icon if kind else "other",
        "name_en": given.get("name", ""),
        "photos_min": 1,
        "self_settle": True,
        "restricted": False,
        "sort": 999,
    }


def _wrong(name: str, told: str) -> FieldError:
    return FieldError(f"/{name}", "invalid", told)


def propose(actor: Actor, given: Mapping[str, Any], reason: str) -> ItemVersion:
    """Propose an item, or how one should be from now on.

    Raises:
        Forbidden: not the actor's to propose.
        Validation: as `checked` says.
    """
    require(actor, Permission.ITEM_PROPOSE)
    values, errors = checked(_kept(str(given["code"])) | dict(given))
    if errors:
        raise Validation(errors=errors)
    version = ItemVersion(
        state="proposed", reason=reason, proposed_by=actor.user_id, **_only_told(values)
    )
    db.session.add(version)
    db.session.flush()
    audit.record(actor.user_id, "item.propose", "item", version.id, code=version.code)
    return version


def _kept(code: str) -> dict[str, Any]:
    """What an item has that nobody enters, or that whoever enters may not know of."""
    item = item_in_force(code)
    if item is None or item.code != code:
        return {}
    return {name: getattr(item, name) for name in ("icon", "synonyms", "restricted")}


def _only_told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in (*TOLD, "code")}


def decide(actor: Actor, version_id: UUID, *, accepted: bool, reason: str) -> ItemVersion:
    """Put a proposed version in force (准入), or refuse it.

    Raises:
        Forbidden: only the centre decides.
        Validation: a refusal without its reason.
        NotFound, Conflict: there is no such version, or it was decided before.
    """
    require(actor, Permission.ITEM_EDIT)
    if not accepted and not reason:
        raise Validation(errors=[FieldError("/reason", "required", "请说明理由")])
    version = locked(ItemVersion, version_id)
    if version is None:
        raise NotFound("没有找到这条事项")
    if version.state != "proposed":
        raise Conflict("这条申请已经办结")
    version.decided_by, version.decision = actor.user_id, reason or None
    if accepted:
        _put_in_force(version)
    else:
        version.state = "refused"
    done = "item.accept" if accepted else "item.refuse"
    audit.record(actor.user_id, done, "item", version.id, code=version.code, reason=reason)
    db.session.flush()
    return version


def _put_in_force(version: ItemVersion) -> None:
    """The one before becomes past; what phones hold changes by the feed."""
    now = utc_now()
    item = _locked_item(version.code)
    _end_of(version.code, now)
    known = item.version if item else 0
    version.state, version.version, version.since = "in_force", known + 1, now
    if item is None:
        item = HazardItem(code=version.code)
        db.session.add(item)
    for name in TOLD:
        setattr(item, name, getattr(version, name))
    item.version, item.retired_at = version.version, None


def _locked_item(code: str) -> HazardItem | None:
    query = select(HazardItem).where(HazardItem.code == code).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _end_of(code: str, now: Any) -> ItemVersion | None:  # noqa: ANN401 - a time
    query = select(ItemVersion).where(ItemVersion.code == code, ItemVersion.state == "in_force")
    current = db.session.scalars(query).one_or_none()
    if current is not None:
        current.state, current.until = "past", now
        db.session.flush()
    return current


def put(actor: Actor, given: Mapping[str, Any], reason: str) -> ItemVersion:
    """Have an item be so from now on: the centre's own change needs nobody's leave.

    Raises:
        Forbidden, Validation: as `propose` and `decide` do.
    """
    require(actor, Permission.ITEM_EDIT)
    version = propose(actor, given, reason)
    return decide(actor, version.id, accepted=True, reason="")


def retire(actor: Actor, code: str, reason: str) -> None:
    """Take an item off the list, where it still is; its cases keep it.

    Raises:
        Forbidden, NotFound: not the actor's to do, or there never was such an item.
    """
    require(actor, Permission.ITEM_EDIT)
    item = _locked_item(code)
    if item is None:
        raise NotFound("没有找到这条事项")
    if item.retired_at is not None:
        return
    item.retired_at = utc_now()
    ended = _end_of(code, item.retired_at)
    if ended is not None:
        ended.decision = reason
    audit.record(actor.user_id, "item.retire", "item", item.id, code=code, reason=reason)
    db.session.flush()


def item_in_force(code: str) -> HazardItem | None:
    """The item of that code or name that is on the list now."""
    query = select(HazardItem).where(
        or_(HazardItem.code == code, HazardItem.name == code), HazardItem.retired_at.is_(None)
    )
    return db.session.scalars(query.order_by(HazardItem.code != code, HazardItem.sort)).first()


def list_items(actor: Actor) -> list[HazardItem]:
    """The list as it is in force, the most common matter first."""
    require(actor, Permission.ITEM_READ)
    query = select(HazardItem).where(HazardItem.retired_at.is_(None))
    return list(db.session.scalars(query.order_by(HazardItem.sort, HazardItem.code)))


def history(actor: Actor, code: str) -> list[ItemVersion]:
    """All versions of an item, the newest first."""
    require(actor, Permission.ITEM_READ)
    query = select(ItemVersion).where(ItemVersion.code == code)
    return list(db.session.scalars(query.order_by(ItemVersion.proposed_at.desc(), ItemVersion.id)))


def proposals(actor: Actor) -> list[ItemVersion]:
    """What waits to be decided, the oldest first."""
    require(actor, Permission.ITEM_READ)
    query = select(ItemVersion).where(ItemVersion.state == "proposed")
    return list(db.session.scalars(query.order_by(ItemVersion.proposed_at, ItemVersion.id)))


def matter_of(item: HazardItem, note: str, source: str = "report") -> Matter:
    """An item of the list of matters as what a case is about."""
    return Matter(
        item_code=item.code,
        title=item.name,
        severity=item.severity,
        lead_department=item.lead_department,
        deadline=item.deadline,
        note=note,
        item_version=item.version,
        source=source,
        restricted=item.restricted,
        settles=item.self_settle,
    )
