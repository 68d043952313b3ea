"""Who in the sample may issue papers, and in whose name."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from backend.db import db
from backend.demo.people import Staff
from backend.demo.seed import Seed
from backend.documents.models import Authority, Enforcer
from backend.documents.templates import publish_templates
from backend.org.models import Department, Grid, OrgUnit, RoleGrant, User

ENFORCING = "综合执法"
REMEDY = (
    "如不服本通知,可以自收到之日起六十日内依法申请行政复议,"
    "或者在六个月内依法向人民法院提起行政诉讼。"
)
FULL = str.maketrans({",": "\N{FULLWIDTH COMMA}"})
CERTIFIED = date(2024, 1, 1)


def empower(staff: Staff, town: OrgUnit, villages: dict[UUID, list[Grid]]) -> None:
    """The grid centre advises; the department of enforcement orders, through two officers."""
    publish_templates()
    centre = f"{town.name}网格化服务管理中心"
    _authority(staff.seed, town, None, (centre, "通网格"))
    department = db.session.get_one(Department, staff.seed.id("department", ENFORCING))
    bureau = _authority(staff.seed, town, department, (f"{town.name}综合行政执法局", "通综执"))
    staff.hire("enforce2", "officer", town, department)
    for username in ("enforce", "enforce2"):
        user = staff.people.users[username]
        _certify(staff.seed, user, bureau, department)
        for grids in villages.values():
            for grid in grids:
                staff.put_on_duty(user, grid, "enforcer")


def _authority(
    seed: Seed, town: OrgUnit, department: Department | None, names: tuple[str, str]
) -> Authority:
    name, word = names
    authority = Authority(
        id=seed.id("authority", name),
        org_unit_id=town.id,
        department_id=department.id if department else None,
        name=name,
        word=word,
        may_order=department is not None,
        contact=f"{name} 0513-86000000",
        remedy=REMEDY.translate(FULL) if department else "",
    )
    db.session.add(authority)
    db.session.flush()
    return authority


def _certify(seed: Seed, user: User, authority: Authority, department: Department) -> None:
    db.session.add(
        Enforcer(
            id=seed.id("enforcer", user.username),
            user_id=user.id,
            authority_id=authority.id,
            org_unit_id=authority.org_unit_id,
            name=user.name,
            certificate_no=f"3206{seed.dice('certificate', user.username).randrange(10**7):07}",
            since=CERTIFIED,
            until=None,
        )
    )
    grant = RoleGrant(
        id=seed.id("grant", user.username, "enforcer"),
        role="enforcer",
        org_unit_id=authority.org_unit_id,
        department_id=department.id,
    )
    grant.user = user
    db.session.add(grant)
