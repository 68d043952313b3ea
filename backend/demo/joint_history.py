"""Cases that several departments work on, and an emergency with what was reported afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.cases.acts import act
from backend.cases.models import Case
from backend.cases.part_models import CasePart
from backend.cases.parts import take
from backend.cases.reports import follow_up, report_urgent
from backend.cases.thread import locked_case
from backend.db import db
from backend.demo.people import CLEARED
from backend.demo.stage import Stage, written_at
from backend.houses.models import House
from backend.org.models import Department
from backend.org.sessions import actor_of

SETTLED = timedelta(days=2)  # by then the other history of a case is behind it
OPINION = "涉及人员已核对身份,建议由公安牵头、社区配合上门,不宜公开处置"
EMERGENCY = "沿街店铺煤气味很浓,已疏散店内人员"
REPORTS = ("燃气公司已到场关阀,正在检测", "浓度已降,周边十米拉起警戒线")


def write(stage: Stage) -> None:
    """Let other departments be called in every way there is, and an emergency be dealt with."""
    for call, case_id in zip((_support, _whistle), _two_in_hand(stage), strict=False):
        call(stage, case_id)
    secret = select(Case.id).where(Case.restricted, Case.state == "reported").limit(1)
    _ask_opinion(stage, db.session.scalars(secret.order_by(Case.captured_at.desc())).one())
    _emergency(stage)


def _two_in_hand(stage: Stage) -> list[UUID]:
    """The newest that a department handles and that lie long enough back."""
    query = select(Case.id).where(
        Case.state == "in_progress",
        Case.handling == "department",
        Case.restricted.is_(False),
        Case.lng.is_not(None),
        Case.captured_at < stage.now - SETTLED,
    )
    return list(db.session.scalars(query.order_by(Case.captured_at.desc(), Case.id).limit(2)))


def _support(stage: Stage, case_id: UUID) -> None:
    """One department has signed for it, one has finished, one has given it back, one not moved."""
    at = stage.now - timedelta(minutes=50)
    lead = db.session.get_one(Case, case_id).department_id
    others = select(Department.code).where(Department.id != lead).order_by(Department.code)
    codes = db.session.scalars(others.limit(4)).all()
    parts = _call(stage, case_id, ("call_support", "请到现场配合处置"), codes, at)
    at += timedelta(minutes=6)
    for part in parts[:2]:
        _take(stage, part, "sign", {}, at)
    _take(stage, parts[1], "finish", {"text": "已到现场配合,通道清理完毕"}, at)
    _take(stage, parts[2], "give_back", {"reason": "现场不属于本部门管养范围"}, at)


def _whistle(stage: Stage, case_id: UUID) -> None:
    """One department has come to the spot, one is on its way, one has not signed for it yet."""
    at = stage.now - timedelta(minutes=20)
    asked = "whistle", "群众聚集,请立即到场"
    here, coming, _ = _call(stage, case_id, asked, ("community", "police", "fire"), at)
    for part in (here, coming):
        _take(stage, part, "sign", {}, at + timedelta(minutes=4))
    case = db.session.get_one(Case, case_id)
    position = {"lng": (case.lng or 0) + 2e-4, "lat": case.lat, "accuracy": 12.0}
    _take(stage, here, "arrive", {"position": position}, at + timedelta(minutes=15))


def _ask_opinion(stage: Stage, case_id: UUID) -> None:
    at = stage.now - timedelta(minutes=90)
    (part,) = _call(stage, case_id, ("ask_opinion", "请研判处置方式"), ("police",), at)
    _take(stage, part, "finish", {"text": OPINION}, at + timedelta(minutes=35))


def _call(
    stage: Stage, case_id: UUID, asked: tuple[str, str], codes: Sequence[str], at: datetime
) -> list[CasePart]:
    """The parts that begin, in the order of the departments' codes that were given."""
    (action, text), named = asked, select(Department.code, Department.id)
    known = {row.code: row.id for row in db.session.execute(named)}
    ids = [known[code] for code in codes]
    with written_at(at):
        given = {"departments": ids, "text": text}
        act(actor_of(stage.people.users["dispatcher"]), case_id, action, given, at=at)
    called = select(CasePart).where(CasePart.case_id == case_id)
    return sorted(db.session.scalars(called), key=lambda part: ids.index(part.department_id))


def _take(stage: Stage, part: CasePart, step: str, given: dict[str, Any], at: datetime) -> None:
    """A step of the part's own department; of an opinion's, by its cleared officer."""
    department = db.session.get_one(Department, part.department_id)
    who = stage.people.users[_officer(part.kind, department.code)]
    with written_at(at):
        take(actor_of(who), locked_case(part.case_id), part, step, given, at)


def _officer(kind: str, code: str) -> str:
    return CLEARED[code] if kind == "opinion" else code


def _emergency(stage: Stage) -> None:
    """Reported by one sentence, taken by the desk, and told on from the spot."""
    first, case_id = stage.people.workers[0], stage.seed.id("emergency")
    grids = [grid for grid, one in stage.people.workers_of.items() if one is first]
    houses = select(House).order_by(House.grid_id.in_(grids).desc(), House.code).limit(1)
    house = db.session.scalars(houses).one()
    worker = stage.people.workers_of[house.grid_id]
    at = stage.now - timedelta(minutes=55)
    where = {"lng": house.lng, "lat": house.lat, "accuracy": 9.0, "at": at, "source": "gps"}
    sent = {"case_id": case_id, "text": EMERGENCY, "position": where, "photos": []}
    with written_at(at):
        report_urgent(stage.capture(worker, at, "emergency"), sent)
    at += timedelta(minutes=3)
    with written_at(at):
        act(actor_of(stage.people.users["dispatcher"]), case_id, "accept", {}, at=at)
    for text in REPORTS:
        at += timedelta(minutes=17)
        told = {"case_id": case_id, "text": text, "final": False, "photos": []}
        with written_at(at):
            follow_up(stage.capture(worker, at, text), told)
