"""What goes into the restricted class (涉稳) by a person's word or its item's, and out again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import select

from backend.cases.item_models import HazardItem
from backend.cases.models import Case
from backend.db import db, new_id, transaction, utc_now
from backend.delivery.models import Message
from backend.media.models import Photo
from backend.org.sessions import actor_of
from backend.tasks import commands as tasks
from backend.tasks.commands import NewTask, Place
from backend.tasks.models import Task
from tests.cases.steps import do
from tests.conftest import SignIn
from tests.inspections.work import hazard, inspect
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town


def sees(browser: Any, case: UUID) -> bool:
    status = browser.get(f"/api/cases/{case}").status_code
    listed = browser.get("/api/cases/queue").json["items"]
    assert (str(case) in {row["id"] for row in listed}) == (status == 200)
    return bool(status == 200)


def held(phone: Phone, kind: str) -> set[str]:
    phone.pull()
    return {record for (_scope, its, record) in phone.base if its == kind}


def task(town: Town, case: UUID, **whose: Any) -> UUID:
    row = db.session.get_one(Case, case)
    wanted = NewTask(
        id=new_id(), kind="verify", title="核实", text="请核实",
        due_at=utc_now() + timedelta(days=1), **({"assignee_id": None} | whose),
    )  # fmt: skip
    about = Place(
        row.org_unit_id, row.org_path, row.grid_id, case_id=case,
        case_number=row.number, case_title=row.title,
    )  # fmt: skip
    with transaction():
        tasks.assign(actor_of(town.users["dispatcher"]), wanted, about)
    return wanted.id


def test_the_centre_marks_a_case_and_others_know_of_it_no_more(town: Town, sign_in: SignIn) -> None:
    case, head, colleague = hazard(town), sign_in("head"), Phone(sign_in("head"))
    reporter = Phone(sign_in("worker"))
    assert sees(head, case)
    assert str(case) in held(colleague, "case")
    assert held(colleague, "photo")

    do(town, case, "dispatcher", "restrict", reason="涉及集体上访")

    assert not sees(head, case)
    assert not sees(sign_in("officer"), case)
    assert sees(sign_in("dispatcher"), case)
    assert not held(colleague, "case") | held(colleague, "photo")
    assert str(case) in held(reporter, "case")
    told = sign_in("dispatcher").get(f"/api/cases/{case}").json["thread"][-1]
    assert (told["action"], told["text"]) == ("restrict", "涉及集体上访")

    do(town, case, "commander", "unrestrict", reason="已化解")

    assert sees(head, case)
    assert str(case) in held(colleague, "case")
    assert held(colleague, "photo")


def test_its_tasks_and_messages_follow(town: Town, sign_in: SignIn) -> None:
    case = hazard(town)
    theirs = task(town, case, assignee_id=town.users["worker"].id)
    offered = task(town, case, for_grid_id=town.grids["金新街道1村"].id)
    number = db.session.get_one(Case, case).number
    head, colleague = sign_in("head"), Phone(sign_in("head"))
    assert str(offered) in held(colleague, "task")

    do(town, case, "dispatcher", "restrict", reason="涉稳")

    kept, gone = db.session.get_one(Task, theirs), db.session.get_one(Task, offered)
    assert (kept.state, kept.restricted) == ("assigned", True)
    assert (gone.state, gone.restricted, gone.for_grid) == ("cancelled", True, False)
    assert head.get(f"/api/tasks/{theirs}").status_code == 404
    assert str(offered) not in held(colleague, "task")
    messages = db.session.scalars(select(Message).where(Message.created_at > kept.created_at)).all()
    assert messages
    assert {(message.title, message.body, message.number) for message in messages} == {
        ("有一条新消息", "", None)
    }
    assert number not in str([(message.title, message.body) for message in messages])


def test_whose_screen_shows_it_hears_that_it_has_gone(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = list[tuple[Any, bool]]()
    case = hazard(town)

    def publish(_channel: str, text: str) -> bool:
        heard.extend(_letters(text))
        return True

    monkeypatch.setattr("backend.delivery.live.broker.publish", publish)

    do(town, case, "dispatcher", "restrict", reason="涉稳")
    do(town, case, "dispatcher", "accept")
    do(town, case, "dispatcher", "unrestrict", reason="已化解")

    assert heard == [(str(case), False), (str(case), True), (str(case), False)]


def _letters(text: str) -> list[tuple[Any, bool]]:
    letters = [one for one in orjson.loads(text) if one["data"].get("kind") == "case"]
    return [(one["data"]["id"], one["audience"]["restricted"]) for one in letters]


def test_a_step_taken_back_brings_it_out_again(town: Town, sign_in: SignIn) -> None:
    case, head = hazard(town), sign_in("head")
    do(town, case, "dispatcher", "restrict", reason="按错了")
    assert not sees(head, case)

    sign_in("dispatcher").post(f"/api/cases/{case}/undo", json={"seen": 2})

    assert sees(head, case)
    assert not db.session.scalars(select(Photo.scope).where(Photo.scope.startswith("user:"))).all()


@pytest.fixture
def secret(town: Town) -> HazardItem:
    item = HazardItem(
        code="D03", class_name="矛盾纠纷", class_name_en="", name="欠薪或劳资纠纷", name_en="",
        icon="", severity="serious", lead_department="消防", deadline="3wd", sort=3,
        restricted=True,
    )  # fmt: skip
    with transaction():
        db.session.add(item)
    return item


@pytest.mark.usefixtures("secret")
def test_a_kind_that_is_restricted_makes_its_cases_so(town: Town, sign_in: SignIn) -> None:
    phone, head = Phone(sign_in("worker")), sign_in("head")
    report = deeds.hazard(town, "金新街道1村", item_code="D03")
    case = UUID(deeds.accepted(phone, "hazard.report", report)["case_id"])
    found = {"source": "level", "item_code": "D03", "text": "工地讨薪"}
    place = {"grid_id": str(town.grids["金新街道1村"].id)}
    answer = sign_in("dispatcher").post("/api/registrations", json={**found, **place})
    other = hazard(town)

    assert not sees(head, case)
    assert not sees(head, UUID(answer.json["id"]))
    assert not held(Phone(sign_in("head")), "photo") - {
        str(photo.id) for photo in db.session.scalars(select(Photo).filter_by(owner_id=other))
    }
    do(town, other, "dispatcher", "reclassify", item="D03")
    assert not sees(head, other)


def test_a_checklist_says_itself_what_is_restricted(town: Town, sign_in: SignIn) -> None:
    inspect(town, failing="E04")
    case = db.session.scalars(select(Case).where(Case.item_code == "E04")).one()
    desk = sign_in("dispatcher")

    offered = {one["code"] for one in desk.get(f"/api/cases/{case.id}").json["actions"]}

    assert not {"restrict", "unrestrict"} & offered
