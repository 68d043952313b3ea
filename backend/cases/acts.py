"""Acting on a case: what the table of its life allows to whoever asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.audit import commands as audit
from backend.cases import kinds, life, parts, secrecy, settling, undo
from backend.cases.deadlines import clock
from backend.cases.life import Facts, Line, Person
from backend.cases.models import Case
from backend.cases.notices import Step
from backend.cases.parts import department_of
from backend.cases.relations import people_of, person_of
from backend.cases.table import Action
from backend.cases.terms import said
from backend.cases.thread import case_to_act_on, facts_of, locked_case, refuse_overtaken, write
from backend.db import db, utc_now
from backend.media import commands as media
from backend.org.access import Actor, Permission, may_see
from backend.problems import FieldError, Validation
from backend.tasks.models import Task
from backend.tasks.rules import OPEN, RECHECK, VERIFY
from backend.tasks.signals import task_changed

RATINGS = {"satisfied": "满意", "fair": "基本满意", "dissatisfied": "不满意"}
LINES_OF_TASKS = frozenset(
    {"assign", "reassign", "accept", "arrive", "finish", "evidence", "return", "cancel"}
)
# What a task to verify found, as phones send it: the step that it is, and its name.
VERIFIED = {
    "confirmed": ("confirm", "属实"),
    "refuted": ("refute", "不属实"),
    "unverified": ("unverified", "无法核实"),
}
BY_GRID = frozenset({"task", "grid"})


def offered(actor: Actor, case: Case, at: datetime | None = None) -> list[Action]:
    """What the actor may do with the case now, or could at that time."""
    return life.allowed(facts_of(case), person_of(actor, case), at or utc_now())


def offered_each(actor: Actor, cases: Sequence[Case]) -> dict[UUID, list[Action]]:
    """By case, what the actor may do with it now."""
    people, now = people_of(actor, cases), utc_now()
    return {case.id: life.allowed(facts_of(case), people[case.id], now) for case in cases}


def may_take(actor: Actor, case: Case) -> bool:
    """Whether the actor could take the case up (受理)."""
    return any(action.code == "accept" for action in offered(actor, case))


def act(
    actor: Actor,
    case_id: UUID,
    action: str,
    given: Mapping[str, Any],
    *,
    seen: int | None = None,
    at: datetime | None = None,
) -> Case:
    """Do it, as the table of the case's life has it.

    `seen` is the version of the case that the actor has looked at; `at` is now, but for what is
    told of the past.

    Raises:
        Forbidden, NotFound: the case is not the actor's to see, or the step not the actor's.
        Overtaken: somebody has acted since; it tells what was done.
        IllegalTransition, Validation: as `life.apply` does.
    """
    case = case_to_act_on(actor, case_id, seen)
    person, now, before = person_of(actor, case), at or utc_now(), undo.before(case)
    was = facts_of(case)
    facts, line = life.apply(was, action, person, _told(case, given), now, clock())
    if action == "settle":
        settling.require_photos(case, given)
    beside = _carry_out(actor, case, action, given, now)
    photos, scope = given.get("photo", []), case.feed_scope()
    media.announce(photos, owner=("case", case.id), scope=scope, by=actor.user_id)
    audit.record(actor.user_id, f"case.{action}", "case", case.id)
    line = replace(line, text=" ".join(filter(None, [beside, line.text])))
    write(case, facts, line, told=Step(action, actor.user_id, was, undo.hold(action)))
    undo.keep(case, line, before)
    if facts.restricted != was.restricted:
        secrecy.follow(case, actor.user_id)
    return case


def _told(case: Case, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is given, an item told by what it decides."""
    return {**given, "item": kinds.decided(case, given["item"])} if "item" in given else given


def preview(
    actor: Actor, case: Case, action: str, given: Mapping[str, Any], seen: int
) -> tuple[Facts, str | None]:
    """What the step would make of the case's facts, and its department then; nothing is written.

    Raises:
        Overtaken, IllegalTransition, Forbidden, Validation: as `act` does.
    """
    refuse_overtaken(case, seen)
    person = person_of(actor, case)
    facts, _ = life.apply(facts_of(case), action, person, given, utc_now(), clock())
    wanted = given.get("department")
    name = department_of(case, wanted, "/department").name if wanted else case.department_name
    return facts, name


def _carry_out(
    actor: Actor, case: Case, action: str, given: Mapping[str, Any], at: datetime
) -> str:
    """What a step does beside the facts; answers what the thread says of it."""
    if "department" in given:
        return _hand_to(case, given["department"])
    if "departments" in given:
        return parts.call(actor, case, action, given, at)
    if action == "merge":
        return _merge(actor, case, given["case"])
    if action == "reclassify":
        return kinds.become(case, given["item"])
    if "until" in given:
        until: datetime = given["until"]
        return f"至 {said(until)}"
    rated = RATINGS.get(given.get("rating", ""), "")
    return f"第 {case.follows + 1} 号" if action == "follow" else rated


def _hand_to(case: Case, department_id: UUID) -> str:
    case.department_name = department_of(case, department_id, "/department").name
    return case.department_name


def _merge(actor: Actor, case: Case, other_id: UUID) -> str:
    """The other one goes on; its thread says which one it has taken up."""
    other = db.session.get(Case, other_id)
    fits = other is not None and other.id != case.id and other.restricted == case.restricted
    if not fits or other is None or not may_see(actor, Permission.CASE_READ, other):
        raise Validation(errors=[FieldError("/case", "not-found", "没有找到要并入的隐患")])
    other = locked_case(other.id)
    if other.closed_at is not None:
        raise Validation(errors=[FieldError("/case", "closed", "要并入的隐患已经结束")])
    facts, line = life.note(
        facts_of(other), "take_up", actor.user_id, utc_now(), f"并入 {case.number}"
    )
    write(other, facts, line)
    case.merged_into_id = other.id
    return f"并入 {other.number}"


@task_changed.connect
def _follow_task(task: Task, *, action: str, actor_id: UUID, text: str, **_: object) -> None:
    """What happens to a task stands in its case's thread, and moves the case where it may."""
    if task.case_id is None or action not in LINES_OF_TASKS:
        return
    db.session.flush()
    case = locked_case(task.case_id)
    step = _step_of(task, case, action)
    facts, now = facts_of(case), utc_now()
    after, line = _moved(facts, step, Person(actor_id, BY_GRID), now)
    if action == "finish" and task.kind == VERIFY and task.result_outcome in VERIFIED:
        text = " ".join(filter(None, [f"核实结果:{VERIFIED[task.result_outcome][1]}", text]))
    knows = task.created_by_id if action == "return" else None
    told = Step(step, actor_id, facts, knows=knows)
    write(case, after, replace(line, action=f"task_{action}", text=text), task.id, told=told)


def _step_of(task: Task, case: Case, action: str) -> str:
    """The step of the case that a step of its task would be; what a recheck finds moves it."""
    if task.kind == RECHECK:
        return ""
    if action == "assign":
        return "ask_verify" if task.kind == VERIFY else "assign"
    if action == "finish" and case.state == "verifying":
        told = task.result_outcome if task.kind == VERIFY else None
        return VERIFIED.get(told or "confirmed", VERIFIED["confirmed"])[0]
    if action == "finish":
        return "feedback"
    others = select(Task.id).where(Task.case_id == case.id, Task.state.in_(OPEN)).limit(1)
    is_last = action in {"return", "cancel"} and db.session.scalar(others) is None
    return "give_up" if is_last else ""


def _moved(facts: Facts, step: str, person: Person, at: datetime) -> tuple[Facts, Line]:
    """The case as the task leaves it; a line where it stays.

    Raises:
        IllegalTransition: a restricted case goes to the grid before anyone gave an opinion.
    """
    allowed = {action.code for action in life.allowed(facts, person, at)}
    unstudied = step == "assign" and facts.restricted and not facts.opinions
    if step not in allowed and not unstudied:
        return life.note(facts, step, person.user_id, at, "")
    return life.apply(facts, step, person, {"text": step}, at, clock())
