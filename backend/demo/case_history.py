"""What becomes of the sample's cases: some stand at every step of their life."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.cases.acts import act, offered
from backend.cases.models import Case
from backend.db import db
from backend.demo.stage import Stage, written_at
from backend.inspections.rechecks import recheck
from backend.org.access import Actor, Permission, may_see
from backend.org.models import Department
from backend.org.sessions import actor_of

SIGNED = ("dispatch", "sign")
DONE = (*SIGNED, "feedback")
COURSES: tuple[tuple[str, ...], ...] = (
    (),
    ("accept",),
    ("dispatch",),
    SIGNED,
    (),
    (*SIGNED, "ask_extension"),
    ("accept", "file", "urge"),
    DONE,
    (*SIGNED, "ask_suspension"),
    ("dispatch", "return"),
    (*DONE, "fail", "supervise"),
    ("ask_verify",),
    (*SIGNED, "ask_suspension", "approve_suspension"),
    (*DONE, "pass"),
    ("dispatch", "return", "dispatch", "return"),
    (*DONE, "pass", "close", "rate"),
    ("decline",),
    (*DONE, "pass", "close", "rate", "archive"),
    (*SIGNED, "ask_extension", "approve_extension"),
    ("void",),
)
WORDS = {
    "return": "不属于本部门职责",
    "feedback": "已到现场处置,隐患已消除",
    "ask_extension": "配件缺货,需延期更换",
    "ask_suspension": "需列入改造计划,资金落实后办理",
    "fail": "现场仍有残留,请继续整改",
    "decline": "不在事项清单范围内",
    "void": "重复登记",
    "supervise": "请加快办理,今日内反馈",
    "urge": "即将到期,请尽快派遣",
    "pass": "现场复查,已整改到位",
    "close": "核查属实,予以结案",
}
HANDLERS = frozenset({"sign", "return", "feedback", "ask_extension", "ask_suspension"})
OTHERS = {"approve_suspension": "district", "pass": "supervisor", "supervise": "supervisor"}


def write(stage: Stage) -> int:
    """Let the cases that no task is about go their ways, the newest not far; answers how many."""
    query = select(Case.id).where(Case.state == "reported", Case.restricted.is_(False))
    cases = db.session.scalars(query.order_by(Case.captured_at.desc(), Case.id)).all()
    for number, case_id in enumerate(cases):
        _live(stage, case_id, COURSES[number % len(COURSES)])
    return len(cases)


def close_out(stage: Stage, case_id: UUID, at: datetime) -> None:
    """Bring a case to its end at the desk, if it is where that is possible."""
    for step in (*DONE, "pass", "close"):
        with written_at(at):
            _take(stage, case_id, step, at)


def strike_off(stage: Stage, case_id: UUID, at: datetime) -> None:
    """Have a finding mended and rechecked by that moment, if it is where that is possible."""
    for step in DONE:
        with written_at(at):
            _take(stage, case_id, step, at)
    with written_at(at):
        _recheck(stage, db.session.get_one(Case, case_id), at)


def _recheck(stage: Stage, case: Case, at: datetime) -> None:
    if case.state != "awaiting_check":
        return
    key = f"recheck {case.id}"
    picture = stage.picture(stage.seed.dice(key), case.item_code, reported=False)
    args = {
        "recheck_id": stage.seed.id(key),
        "case_id": case.id,
        "passed": True,
        "note": WORDS["pass"],
        "photos": [picture.line(stage.seed.id(key, "photo"), at) | {"role": "after"}],
        **dict.fromkeys(("task_id", "inspection_id", "before_photo_id", "position")),
    }
    recheck(stage.capture(stage.people.workers_of[case.grid_id], at, key), args, at=at)


def _live(stage: Stage, case_id: UUID, course: tuple[str, ...]) -> None:
    dice = stage.seed.dice("course", case_id)
    at = db.session.get_one(Case, case_id).captured_at
    for step in course:
        at = min(at + timedelta(minutes=dice.randint(10, 400)), stage.now)
        with written_at(at):
            _take(stage, case_id, step, at)


def _take(stage: Stage, case_id: UUID, step: str, at: datetime) -> None:
    """One step, unless the case does not allow it at that moment, or not to this person."""
    case = db.session.get_one(Case, case_id)
    who = _who(stage, case, step)
    if not may_see(who, Permission.CASE_READ, case):
        return  # a restricted one, of which the department's officer must not know
    action = next((each for each in offered(who, case, at) if each.code == step), None)
    if action is not None:
        needs = {need for need in action.needs if need[-1] != "?"}
        act(who, case_id, step, {need: _given(case, step, need, at) for need in needs}, at=at)


def _who(stage: Stage, case: Case, step: str) -> Actor:
    if step in HANDLERS and case.department_id is not None:
        code = db.session.get_one(Department, case.department_id).code
        return actor_of(stage.people.users[code])
    return actor_of(stage.people.users[OTHERS.get(step, "dispatcher")])


def _given(case: Case, step: str, need: str, at: datetime) -> Any:  # noqa: ANN401
    if need == "department":
        first = select(Department.id).order_by(Department.code).limit(1)
        return case.department_id or db.session.scalars(first).one()
    if need == "until":
        return (case.due_at if step == "ask_extension" else at) + timedelta(days=1)
    return "satisfied" if need == "rating" else WORDS.get(step, "已核实")
