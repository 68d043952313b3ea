"""Striking off (销号): only what somebody else looked at again, in whatever order it arrives."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from backend.cases.acts import act
from backend.cases.models import Case, CaseEvent
from backend.cases.rules import local_day
from backend.db import db, new_id, savepoint, transaction, utc_now
from backend.houses.models import House
from backend.inspections import rechecks
from backend.inspections.models import Finding, Recheck
from backend.jobs import rechecks as job
from backend.media.models import Photo
from backend.org.sessions import actor_of
from backend.problems import Forbidden, IllegalTransition, NotFound, Refused, Validation
from backend.tasks import fieldwork
from backend.tasks.commands import NewTask, Place, assign
from backend.tasks.fieldwork import Finished
from backend.tasks.models import Task
from tests.cases.steps import do, hand_over
from tests.inspections.work import MONDAY, capture, hazard, inspect, photo
from tests.town import Town

HOUR = timedelta(hours=1)
LATER = MONDAY + 26 * HOUR


def found(town: Town, code: str = "E04", house: str = "金新街道1村1") -> UUID:
    """The case of something that the worker found."""
    done = inspect(town, house, failing=code)
    return db.session.scalars(select(Case.id).where(Case.inspection_id == done.id)).one()


def look(case_id: UUID, **changes: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(["task_id", "inspection_id", "before_photo_id", "position", "note"])
    args = {"recheck_id": new_id(), "case_id": case_id, "passed": True, "photos": [photo()]}
    return {**nothing, **args, **changes}


def recheck(
    town: Town, case_id: UUID, by: str = "worker", at: datetime = LATER, **changes: Any
) -> Recheck:
    with transaction():
        done, _ = rechecks.recheck(capture(town, by, at), look(case_id, **changes))
    return done


def case(case_id: UUID) -> Case:
    return db.session.get_one(Case, case_id, populate_existing=True)


def state_of_house(case_id: UUID) -> str:
    house = db.session.get_one(House, case(case_id).house_id, populate_existing=True)
    return house.state


def claim(town: Town, case_id: UUID) -> None:
    hand_over(town, case_id)
    do(town, case_id, "officer", "feedback", text="已整改")


def open_tasks(case_id: UUID) -> list[Task]:
    query = select(Task).where(Task.case_id == case_id, Task.kind == "strike_off")
    return list(db.session.scalars(query.where(Task.state.in_(["offered", "assigned"]))))


def test_a_mend_that_is_claimed_is_looked_at_and_struck_off(town: Town) -> None:
    case_id = found(town, "D01")
    claim(town, case_id)
    (task,) = open_tasks(case_id)
    after = photo()

    done = recheck(town, case_id, task_id=task.id, note="已更换", photos=[after])

    struck = case(case_id)
    assert (struck.state, struck.closed_at is not None) == ("closed", True)
    assert task.assignee_id == town.users["worker"].id
    assert (task.state, task.result_text, open_tasks(case_id)) == ("done", "已更换", [])
    assert state_of_house(case_id) == "cleared"
    finding = db.session.get_one(Finding, done.finding_id)
    assert (finding.ended, finding.ended_at) == ("struck_off", LATER)
    kept = db.session.get_one(Photo, after["photo_id"])
    assert (kept.owner_kind, kept.owner_id) == ("case", case_id)
    assert done.photo_ids == [after["photo_id"]]


def test_a_mend_that_fails_begins_again_with_half_the_time_one_level_up(town: Town) -> None:
    case_id = found(town)
    claim(town, case_id)
    before = case(case_id)
    level, due = before.level, before.due_at

    recheck(town, case_id, passed=False, photos=[], note="还没有改")

    again = case(case_id)
    assert (again.state, again.level, again.owner) == ("in_progress", level + 1, "department")
    assert again.terms[-1][0] == "half"
    assert again.due_at >= due
    assert state_of_house(case_id) == "rectify"


def test_nobody_closes_a_finding_that_nobody_rechecked(town: Town) -> None:
    case_id = found(town)
    claim(town, case_id)

    with pytest.raises(IllegalTransition, match="复查"):
        act(actor_of(town.users["dispatcher"]), case_id, "close", {"text": "看过了"})
    with pytest.raises(Forbidden):
        act(actor_of(town.users["dispatcher"]), case_id, "strike_off", {})
    other = hazard(town)
    with pytest.raises(IllegalTransition, match="复查"):
        act(actor_of(town.users["dispatcher"]), case_id, "merge", {"case": other, "reason": "同"})


CLOSE = "UPDATE cases SET state = 'closed', closed_at = now(), owner = NULL, step_due_at = NULL"


@pytest.mark.parametrize("how", [CLOSE, CLOSE.replace("'closed'", "'archived'", 1)])
def test_the_database_refuses_it_too(town: Town, how: str) -> None:
    case_id = found(town)

    with pytest.raises(IntegrityError, match="nobody rechecked"), savepoint() as session:
        session.execute(text(f"{how} WHERE id = :id"), {"id": case_id})

    recheck(town, case_id, passed=False, photos=[], note="未改")
    with pytest.raises(IntegrityError, match="nobody rechecked"), savepoint() as session:
        session.execute(text(f"{how} WHERE id = :id"), {"id": case_id})
    other = hazard(town)
    db.session.execute(text(f"{how} WHERE id = :id"), {"id": other})  # what nobody inspected may


@pytest.mark.parametrize("change", ["UPDATE rechecks SET passed = true", "DELETE FROM rechecks"])
def test_a_recheck_stands(town: Town, change: str) -> None:
    recheck(town, found(town), passed=False, photos=[], note="未改")

    with pytest.raises(IntegrityError, match="only grows"), savepoint() as session:
        session.execute(text(change))


def give_to_worker(town: Town, case_id: UUID) -> UUID:
    """The centre has the worker mend it."""
    one = case(case_id)
    about = Place(one.org_unit_id, one.org_path, one.grid_id, case_id=one.id)
    wanted = NewTask(
        id=new_id(), kind="other", title="清理", text="", assignee_id=town.users["worker"].id,
        due_at=utc_now() + HOUR,
    )  # fmt: skip
    with transaction():
        assign(actor_of(town.users["dispatcher"]), wanted, about)
    return wanted.id


def mend(town: Town, task_id: UUID) -> None:
    done = Finished("已清理", None, [], None)
    with transaction():
        fieldwork.finish(actor_of(town.users["worker"]), task_id, done, LATER)


@pytest.mark.parametrize("first", ["mend", "look"])
def test_who_mends_it_looks_in_vain(town: Town, first: str) -> None:
    case_id = found(town)
    task_id = give_to_worker(town, case_id)
    if first == "mend":
        mend(town, task_id)

    done = recheck(town, case_id)

    if first == "look":
        mend(town, task_id)
    assert not done.counts
    assert (case(case_id).state, state_of_house(case_id)) == ("awaiting_check", "rectify")
    recheck(town, case_id, by="head")
    assert case(case_id).state == "closed"


def test_a_check_at_the_desk_is_a_recheck_until_it_is_taken_back(town: Town) -> None:
    case_id = found(town)
    claim(town, case_id)
    do(town, case_id, "supervisor", "pass", text="现场看过")

    (kept,) = db.session.scalars(select(Recheck)).all()
    assert (kept.passed, kept.counts, kept.checker_name) == (True, True, "测试supervisor")
    do(town, case_id, "dispatcher", "close", text="同意")
    assert state_of_house(case_id) == "cleared"


def test_what_is_opened_again_wants_another_look(town: Town) -> None:
    case_id = found(town)
    recheck(town, case_id)
    do(town, case_id, "dispatcher", "rate", rating="dissatisfied")
    do(town, case_id, "dispatcher", "reopen", reason="又坏了")
    assert state_of_house(case_id) == "rectify"

    with pytest.raises(IntegrityError, match="nobody rechecked"), savepoint() as session:
        session.execute(text(f"{CLOSE} WHERE id = :id"), {"id": case_id})
    recheck(town, case_id, at=LATER + HOUR)
    assert state_of_house(case_id) == "cleared"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"photos": []}, "photo-required"),
        ({"recheck_id": "known", "note": "other"}, "hash-conflict"),
    ],
)
def test_what_cannot_be_taken_is_refused(town: Town, changes: dict[str, Any], problem: str) -> None:
    case_id = found(town, "D01")
    known = recheck(town, case_id, passed=False, photos=[], note="未改").id
    args = look(case_id, **changes)
    if args["recheck_id"] == "known":
        args["recheck_id"] = known

    with pytest.raises(Refused) as caught:
        rechecks.recheck(capture(town, payload="p2"), args)
    assert caught.value.code == problem


def test_the_same_recheck_again_changes_nothing(town: Town) -> None:
    args = look(found(town), passed=False, photos=[], note="未改")
    with transaction():
        rechecks.recheck(capture(town), args)
    lines = db.session.query(CaseEvent).count()

    _, merged = rechecks.recheck(capture(town), args)

    assert merged
    assert db.session.query(CaseEvent).count() == lines


def test_only_who_has_a_duty_there_looks(town: Town) -> None:
    with pytest.raises(Forbidden):
        rechecks.recheck(capture(town, "worker2"), look(found(town)))
    with pytest.raises(NotFound):
        rechecks.recheck(capture(town), look(hazard(town)))


def test_somebody_is_sent_when_the_time_is_over(town: Town) -> None:
    case_id = found(town, "D01")
    job.give_out()
    (task,) = open_tasks(case_id)
    assert task.assignee_id == town.users["worker"].id

    job.give_out()

    assert open_tasks(case_id) == [task]
    assert case(case_id).state == "reported"


def test_what_is_put_off_is_not_struck_off(town: Town) -> None:
    """挂账: only the district grants it, until a day on which it looks again."""
    case_id = found(town)
    hand_over(town, case_id)
    do(town, case_id, "officer", "ask_suspension", reason="等资金")
    until = utc_now() + timedelta(days=20)
    with pytest.raises(Forbidden):
        do(town, case_id, "dispatcher", "approve_suspension", until=until)
    with pytest.raises(Validation):
        do(town, case_id, "district", "approve_suspension")
    with pytest.raises(Validation):
        do(town, case_id, "district", "approve_suspension", until=until + timedelta(days=20))

    do(town, case_id, "district", "approve_suspension", until=until)

    job.give_out()
    assert (case(case_id).step_due_at, open_tasks(case_id)) == (until, [])
    assert state_of_house(case_id) == "rectify"
    recheck(town, case_id)
    assert state_of_house(case_id) == "cleared"


def test_a_grave_one_cannot_be_put_off(town: Town) -> None:
    case_id = found(town, "D01")
    hand_over(town, case_id)

    with pytest.raises(IllegalTransition, match="重大"):
        do(town, case_id, "officer", "ask_suspension", reason="等资金")


def test_a_house_is_due_by_what_its_finding_s_case_is(town: Town) -> None:
    case_id = found(town)
    claim(town, case_id)
    recheck(town, case_id, passed=False, photos=[], note="未改")

    house = db.session.get_one(House, case(case_id).house_id)
    assert house.next_due_on == local_day(case(case_id).due_at)
    recheck(town, case_id, at=LATER + HOUR)
    assert house.next_due_on == local_day(LATER) + timedelta(days=30)
