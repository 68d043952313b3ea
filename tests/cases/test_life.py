"""A case from its first task to its end."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.cases.acts import act
from backend.cases.models import Case, CaseEvent
from backend.cases.queries import case_file
from backend.db import db, new_id, transaction, utc_now
from backend.org.access import Actor
from backend.org.sessions import actor_of
from backend.problems import Forbidden, IllegalTransition, NotFound, Refused
from backend.tasks import commands as tasks
from backend.tasks import fieldwork
from backend.tasks.commands import NewTask, Place
from backend.tasks.fieldwork import Finished
from tests.cases.steps import hand_over
from tests.inspections.work import hazard, inspect, photo
from tests.town import Town


def actor(town: Town, username: str) -> Actor:
    return actor_of(town.users[username])


def assign(town: Town, case: Case, kind: str = "recheck") -> UUID:
    wanted = NewTask(
        id=new_id(), kind=kind, title="复查", text="请复查", assignee_id=town.users["worker"].id,
        due_at=utc_now() + timedelta(days=1),
    )  # fmt: skip
    about = Place(case.org_unit_id, case.org_path, case.grid_id, case_id=case.id)
    with transaction():
        tasks.assign(actor(town, "dispatcher"), wanted, about)
    return wanted.id


def finish(
    town: Town, task_id: UUID, outcome: str | None = None, text: str | None = "已清理"
) -> None:
    done = Finished(text, outcome, [photo()], None)
    with transaction():
        fieldwork.finish(actor(town, "worker"), task_id, done, utc_now())


def actions(case: Case) -> list[str]:
    query = select(CaseEvent).where(CaseEvent.case_id == case.id)
    return [line.action for line in db.session.scalars(query.order_by(CaseEvent.version))]


@pytest.fixture
def case(town: Town) -> Case:
    return db.session.get_one(Case, hazard(town))


def test_a_task_carries_its_case_to_the_check(town: Town, case: Case) -> None:
    task_id = assign(town, case)
    assert case.state == "in_progress"

    finish(town, task_id)

    assert case.state == "awaiting_check"
    assert actions(case) == ["report", "task_assign", "task_finish"]
    assert (case.owner, case.handler_id) == ("centre", town.users["worker"].id)


def test_the_result_of_a_task_stands_in_the_thread_with_its_photos(town: Town, case: Case) -> None:
    finish(town, assign(town, case))

    file = case_file(case)

    assert [len(line["photos"]) for line in file["thread"]] == [1, 0, 1]
    assert file["thread"][-1]["text"] == "已清理"
    assert len(file["photos"]) == 1
    assert [task["state"] for task in file["tasks"]] == ["done"]


def test_a_returned_task_gives_the_case_back(town: Town, case: Case) -> None:
    first, second = assign(town, case), assign(town, case)
    with transaction():
        fieldwork.give_back(actor(town, "worker"), first, "不是我的网格", utc_now())
    assert case.state == "in_progress"

    with transaction():
        tasks.cancel(actor(town, "dispatcher"), second, "改派")

    assert case.state == "filed"
    assert actions(case)[-2:] == ["task_return", "task_cancel"]


def test_a_task_about_nothing_moves_no_case(town: Town, case: Case) -> None:
    wanted = NewTask(
        new_id(), "other", "走访", "", town.users["worker"].id, utc_now() + timedelta(1)
    )
    with transaction():
        tasks.assign(actor(town, "dispatcher"), wanted)

    assert actions(case) == ["report"]


def close(town: Town, case: Case, username: str = "dispatcher") -> None:
    with transaction():
        act(actor(town, username), case.id, "close", {"text": "已整改"})


def test_a_task_to_verify_confirms_the_finding(town: Town, case: Case) -> None:
    task_id = assign(town, case, kind="verify")
    assert (case.state, case.owner) == ("verifying", "grid")

    finish(town, task_id)

    assert (case.state, case.owner) == ("accepted", "centre")


@pytest.mark.parametrize(
    ("outcome", "state", "told"),
    [
        (None, "accepted", "已清理"),
        ("confirmed", "accepted", "核实结果:属实 已清理"),
        ("refuted", "reported", "核实结果:不属实 已清理"),
        ("unverified", "reported", "核实结果:无法核实 已清理"),
        ("随便写的", "accepted", "已清理"),
    ],
)
def test_a_task_to_verify_says_what_was_found(
    town: Town, case: Case, outcome: str | None, state: str, told: str
) -> None:
    finish(town, assign(town, case, kind="verify"), outcome)

    assert (case.state, case.owner) == (state, "centre")
    line = case_file(case)["thread"][-1]
    assert (line["action"], line["text"], len(line["photos"])) == ("task_finish", told, 1)


def test_what_was_not_confirmed_is_explained(town: Town, case: Case) -> None:
    task_id = assign(town, case, kind="verify")

    with pytest.raises(Refused) as caught:
        finish(town, task_id, "refuted", None)

    assert [error.pointer for error in caught.value.errors] == ["/args/text"]
    assert case.state == "verifying"
    finish(town, task_id, "confirmed", None)
    assert case.state == "accepted"


def test_a_task_beside_the_department_moves_nothing(town: Town, case: Case) -> None:
    hand_over(town, case.id)

    finish(town, assign(town, case))

    assert (case.state, case.owner) == ("in_progress", "department")
    assert actions(case)[-2:] == ["task_assign", "task_finish"]


def test_it_is_closed_once_and_not_before_it_is_handled(town: Town, case: Case) -> None:
    with pytest.raises(IllegalTransition):
        close(town, case)
    finish(town, assign(town, case))
    close(town, case)
    assert (case.state, case.closed_at is not None) == ("closed", True)

    with pytest.raises(IllegalTransition):
        close(town, case)


def test_a_late_task_leaves_a_closed_case_closed(town: Town, case: Case) -> None:
    first, late = assign(town, case), assign(town, case)
    finish(town, first)
    close(town, case)

    finish(town, late)

    assert case.state == "closed"
    assert actions(case)[-1] == "task_finish"


@pytest.mark.parametrize(
    ("username", "problem"),
    [
        ("worker", Forbidden),
        ("head", Forbidden),
        ("supervisor", Forbidden),
        ("officer", Forbidden),
        ("admin", Forbidden),
        ("other_dispatcher", NotFound),
    ],
)
def test_nobody_else_closes_it(
    town: Town, case: Case, username: str, problem: type[Exception]
) -> None:
    finish(town, assign(town, case))

    with pytest.raises(problem):
        close(town, case, username)

    assert case.state == "awaiting_check"


def test_a_case_from_an_inspection_shows_the_photos_of_its_item(town: Town) -> None:
    done = inspect(town, failing="B01 E04")
    case = db.session.scalars(
        select(Case).where(Case.inspection_id == done.id, Case.item_code == "B01")
    ).one()

    assert [shot["item_code"] for shot in case_file(case)["photos"]] == ["B01"]
