"""Setting up who issues papers: authorities, and the people who may enforce in their names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import Select, select

from backend.audit import commands as audit
from backend.db import db, utc_now
from backend.documents.models import Authority, Enforcer, NumberSeries
from backend.documents.numbers import authority_of, reads_in
from backend.org import queries as org
from backend.org.access import Actor, Permission, require
from backend.org.models import Department, Grid, GridDuty, OrgUnit, RoleGrant, User
from backend.problems import Conflict, FieldError, NotFound, Validation

Row = dict[str, Any]
SAID = ("name", "contact", "remedy")
FIXED = ("word", "department_id", "may_order")  # once a number has been given
ROLE = "enforcer"


def list_authorities(actor: Actor) -> list[Row]:
    """The authorities of the actor's townships, each with its enforcers and who could be one."""
    require(actor, Permission.DOCUMENT_READ)
    query = (
        select(Authority)
        .join(OrgUnit, OrgUnit.id == Authority.org_unit_id)
        .where(reads_in(actor))
        .order_by(Authority.may_order.desc(), Authority.name)
    )
    return [_row(authority) for authority in db.session.scalars(query)]


def _row(authority: Authority) -> Row:
    columns = "id org_unit_id department_id name word may_order contact remedy version"
    certified = select(Enforcer).filter_by(authority_id=authority.id)
    return {name: getattr(authority, name) for name in columns.split()} | {
        "fixed": _has_numbers(authority),
        "enforcers": list(db.session.scalars(certified.order_by(Enforcer.since, Enforcer.name))),
        "people": list(db.session.scalars(_people(authority))),
    }


def _people(authority: Authority) -> Select[User]:
    """Who works in the authority's department, by name."""
    here = select(RoleGrant.user_id).filter_by(department_id=authority.department_id)
    return select(User).where(User.id.in_(here), User.active).order_by(User.name, User.id)


def _has_numbers(authority: Authority) -> bool:
    here = select(NumberSeries.id).filter_by(authority_id=authority.id).limit(1)
    return db.session.scalars(here).first() is not None


def add_authority(actor: Actor, given: Mapping[str, Any]) -> Row:
    """Set up an authority in the actor's township.

    Raises:
        Forbidden: not the actor's to set up.
        Validation: name or word is another's, there is no such department, or power without one.
    """
    require(actor, Permission.DOCUMENT_SETUP)
    town = org.township_of(actor.grants_with(Permission.DOCUMENT_SETUP)[0].org_path)
    if town is None:
        raise Conflict("机关按镇街设置,请由镇街指挥长办理")
    authority = Authority(org_unit_id=town.id, **given)
    _check(authority)
    db.session.add(authority)
    db.session.flush()
    audit.record(actor.user_id, "authority.add", "authority", authority.id, name=authority.name)
    return _row(authority)


def change_authority(actor: Actor, authority_id: UUID, given: Mapping[str, Any]) -> Row:
    """Have an authority be so; what its papers said of it before stays known by its version.

    Raises:
        Forbidden, NotFound, Validation: as `add_authority` says, or it is another township's.
        Conflict: its numbers begin with the word, and some have been given.
    """
    authority = _own(actor, authority_id)
    if any(given[name] != getattr(authority, name) for name in FIXED) and _has_numbers(authority):
        raise Conflict("已经发过文号,机关代字、所属部门和执法权不能再改")
    before = authority.said()
    for name, value in given.items():
        setattr(authority, name, value)
    _check(authority)
    if any(before[name] != given[name] for name in SAID):
        authority.past = [*authority.past, before]
        authority.version += 1
    db.session.flush()
    told = {name: given[name] for name in SAID}
    audit.record(actor.user_id, "authority.change", "authority", authority.id, **told)
    return _row(authority)


def _own(actor: Actor, authority_id: UUID) -> Authority:
    require(actor, Permission.DOCUMENT_SETUP)
    return authority_of(actor, authority_id)


def _check(authority: Authority) -> None:
    with db.session.no_autoflush:
        if authority.may_order and authority.department_id is None:
            _wrong("department_id", "required", "有执法权的机关须写明所属部门")
        department = db.session.get(Department, authority.department_id or UUID(int=0))
        if authority.department_id and (
            department is None or department.org_unit_id != authority.org_unit_id
        ):
            _wrong("department_id", "not-found", "本镇街没有这个部门")
        others = select(Authority).where(Authority.id != authority.id)
        if db.session.scalars(others.filter_by(word=authority.word)).first():
            _wrong("word", "taken", "这个机关代字已经有机关在用")
        here = others.filter_by(org_unit_id=authority.org_unit_id, name=authority.name)
        if db.session.scalars(here).first():
            _wrong("name", "taken", "本镇街已有这个机关")


def _wrong(field: str, code: str, detail: str) -> NoReturn:
    raise Validation(detail, [FieldError(f"/{field}", code, detail)])


def certify(actor: Actor, authority_id: UUID, given: Mapping[str, Any]) -> Row:
    """Enter a person's certificate: from its day on the person may order in the authority's name.

    The role of an enforcer and the township's grids come with it, so that the phone has its houses.

    Raises:
        Forbidden, NotFound: not the actor's to set up.
        Validation: the authority may not order, the person works elsewhere, or number and days
            are wrong.
    """
    authority = _own(actor, authority_id)
    if not authority.may_order:
        raise Conflict("这个机关没有执法权,不设执法人员")
    user = db.session.scalars(_people(authority).where(User.id == given["user_id"])).one_or_none()
    if user is None:
        _wrong("user_id", "not-found", "请选这个机关所属部门的人员")
    enforcer = Enforcer(authority_id=authority.id, org_unit_id=authority.org_unit_id)
    enforcer.user_id, enforcer.name = user.id, user.name
    _write(enforcer, given)
    db.session.add(enforcer)
    _let_work(user, authority)
    db.session.flush()
    told = {"certificate_no": enforcer.certificate_no}
    audit.record(actor.user_id, "enforcer.certify", "enforcer", enforcer.id, **told)
    return _row(authority)


def change_certificate(actor: Actor, enforcer_id: UUID, given: Mapping[str, Any]) -> Row:
    """Put a certificate's number or days right; `until` ends it.

    The role stays: papers from before its end may still come in, and are judged by their day.

    Raises:
        Forbidden, NotFound, Validation: as `certify` says.
    """
    require(actor, Permission.DOCUMENT_SETUP)
    enforcer = db.session.get(Enforcer, enforcer_id)
    if enforcer is None:
        raise NotFound("没有这名执法人员")
    authority = _own(actor, enforcer.authority_id)
    _write(enforcer, given)
    db.session.flush()
    told = {"certificate_no": enforcer.certificate_no, "until": str(enforcer.until)}
    audit.record(actor.user_id, "enforcer.change", "enforcer", enforcer.id, **told)
    return _row(authority)


def _write(enforcer: Enforcer, given: Mapping[str, Any]) -> None:
    number = given["certificate_no"]
    since: date = given["since"]
    until: date | None = given["until"]
    if until is not None and until < since:
        _wrong("until", "before", "失效日期不能早于生效日期")
    with db.session.no_autoflush:
        same = select(Enforcer).filter_by(authority_id=enforcer.authority_id, certificate_no=number)
        if any(one is not enforcer for one in db.session.scalars(same)):
            _wrong("certificate_no", "taken", "这个执法证号已经登记")
    enforcer.certificate_no, enforcer.since, enforcer.until = number, since, until


def _let_work(user: User, authority: Authority) -> None:
    """Give the person the role of an enforcer and the township's grids, as far as not held."""
    role = {
        "role": ROLE,
        "org_unit_id": authority.org_unit_id,
        "department_id": authority.department_id,
    }
    if not db.session.scalars(select(RoleGrant).filter_by(user_id=user.id, **role)).first():
        db.session.add(RoleGrant(user_id=user.id, **role))
    held = select(GridDuty.grid_id).where(GridDuty.user_id == user.id, GridDuty.until.is_(None))
    path = db.session.get_one(OrgUnit, authority.org_unit_id).path
    missing = select(Grid).where(
        Grid.org_path.like(path + "%"),
        Grid.kind != "micro",
        Grid.retired_at.is_(None),
        Grid.id.not_in(held),
    )
    for grid in db.session.scalars(missing):
        duty = {"user_id": user.id, "grid_id": grid.id, "kind": ROLE, "since": utc_now()}
        db.session.add(GridDuty(**duty))
