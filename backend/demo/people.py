"""The people of the sample township, and what they answer for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from backend.db import db, utc_now
from backend.demo import words
from backend.demo.seed import Seed
from backend.org.models import Department, Grid, GridDuty, OrgUnit, RoleGrant, User
from backend.org.sessions import hasher
from backend.tasks.models import TaskKind

PASSWORD = "Gridfield-2026"
DEPARTMENTS = {  # user name: department
    "police": "公安",
    "fire": "消防",
    "housing": "住建",
    "urban": "城管",
    "enforce": "综合执法",
    "power": "供电",
    "gas": "燃气主管",
    "market": "市场监管",
    "planning": "资规",
    "community": "社区",
    "street": "镇街",
    "emergency": "应急管理",
    "health": "卫健",
}
DUTIES = {  # sample wording, to be replaced by the township's own
    "公安": "流动人口和出租房治安管理;预警线索上门核查;涉稳、涉诈线索查处",
    "消防": "消防设施、疏散通道、电动自行车停放充电的检查和督促整改",
    "住建": "房屋结构安全、违规隔断和群租房的认定与整治",
    "城管": "占道经营、违法搭建、垃圾清运和市容环境",
    "综合执法": "镇街赋权事项的立案查处,责令改正",
    "供电": "供电线路、表后私拉乱接的排查和停送电",
    "燃气主管": "燃气使用、钢瓶和管线安全的检查",
    "市场监管": "食品、特种设备和住宿经营证照",
    "资规": "违法用地、违法建设的认定",
    "社区": "走访登记、矛盾调解和政策宣传",
    "镇街": "无人认领事项的兜底协调",
    "应急管理": "企业宿舍、仓储与住人混用的安全监管,突发事件的现场协调",
    "卫健": "集中居住场所的卫生和传染病防控",
}
CLEARED = {"police": "police2"}  # who else is there, and may see restricted cases
TASK_KINDS = (  # kind, name, English name, the reason to keep a track
    ("recheck", "复查", "Recheck", ""),
    ("inspect", "入户检查", "Inspection", ""),
    ("verify", "核实", "Verification", ""),
    ("visit", "走访", "Visit", ""),
    ("other", "其他", "Other", ""),
    ("patrol", "巡查", "Patrol", ""),
    ("patrol_day", "日间巡查", "Day patrol", ""),
    (
        "patrol_night",
        "夜间巡查",
        "Night patrol",
        "夜间独自巡查,为人身安全记录轨迹;经街道 2026 年第 3 次例会同意",
    ),
)


@dataclass
class People:
    """Who is who, by user name; workers and heads in the order of their grids."""

    users: dict[str, User] = field(default_factory=dict)
    workers: list[User] = field(default_factory=list)
    workers_of: dict[UUID, User] = field(default_factory=dict)  # by grid


@dataclass(frozen=True)
class Staff:
    """Makes accounts; one slow hash serves all, for all have the sample's password."""

    seed: Seed
    people: People
    password_hash: str = field(default_factory=lambda: hasher().hash(PASSWORD))

    def hire(
        self, username: str, role: str, unit: OrgUnit, department: Department | None = None
    ) -> User:
        """A person with an account and a role."""
        dice = self.seed.dice("person", username)
        user = User(
            id=self.seed.id("user", username),
            username=username,
            name=words.person(dice),
            phone=words.phone(dice),
            password_hash=self.password_hash,
        )
        db.session.add(user)
        db.session.flush()
        grant_id = self.seed.id("grant", username)
        of = department.id if department else None
        grant = RoleGrant(id=grant_id, role=role, org_unit_id=unit.id, department_id=of)
        grant.user = user
        db.session.add(grant)
        self.people.users[username] = user
        return user

    def put_on_duty(self, user: User, grid: Grid, kind: str) -> None:
        """Give a person a grid, since a year ago."""
        duty = GridDuty(
            id=self.seed.id("duty", user.username, grid.code),
            grid_id=grid.id,
            kind=kind,
            since=utc_now() - timedelta(days=365),
        )
        duty.user = user
        db.session.add(duty)


def settle(seed: Seed, county: OrgUnit, town: OrgUnit, villages: dict[UUID, list[Grid]]) -> Staff:
    """Fill the county's and the township's offices, and every grid of the township.

    `villages` has the basic grids of each village.
    """
    staff = Staff(seed, People())
    staff.hire("district", "dispatcher", county)
    for username in ("dispatcher", "dispatcher2"):
        staff.hire(username, "dispatcher", town)
    staff.hire("commander", "commander", town)
    staff.hire("supervisor", "supervisor", town)
    staff.hire("admin", "admin", town)
    for username, name in DEPARTMENTS.items():
        department = Department(
            id=seed.id("department", name),
            org_unit_id=town.id,
            code=username,
            name=name,
            duties=DUTIES.get(name, ""),
        )
        db.session.add(department)
        db.session.flush()
        staff.hire(username, "officer", town, department)
        if username in CLEARED:
            staff.hire(CLEARED[username], "cleared_officer", town, department)
    _fill_grids(staff, town, villages)
    _list_task_kinds(seed, town)
    db.session.flush()
    return staff


def _fill_grids(staff: Staff, town: OrgUnit, villages: dict[UUID, list[Grid]]) -> None:
    for number, (village_id, grids) in enumerate(villages.items(), start=1):
        village = db.session.get_one(OrgUnit, village_id)
        head = staff.hire(f"head{number}", "grid_head", village)
        staff.hire(f"village{number}", "village", village)
        for grid in grids:
            staff.put_on_duty(head, grid, "head")
        for held in _shares(grids):
            worker = staff.hire(f"worker{len(staff.people.workers) + 1}", "grid_worker", town)
            kind = "part_time" if len(staff.people.workers) % 3 == 2 else "full_time"
            staff.people.workers.append(worker)
            for grid in held:
                staff.put_on_duty(worker, grid, kind)
                staff.people.workers_of[grid.id] = worker


def _shares(grids: Sequence[Grid]) -> Iterator[Sequence[Grid]]:
    """One worker has two grids where a village has more than two; each other has one."""
    first = 2 if len(grids) > 2 else 1
    yield grids[:first]
    for grid in grids[first:]:
        yield [grid]


def _list_task_kinds(seed: Seed, town: OrgUnit) -> None:
    for kind, name, name_en, reason in TASK_KINDS:
        db.session.add(
            TaskKind(
                id=seed.id("task-kind", kind),
                org_unit_id=town.id,
                kind=kind,
                name=name,
                name_en=name_en,
                record_track=bool(reason),
                record_reason=reason,
            )
        )
