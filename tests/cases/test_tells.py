"""Whoever must act after a step hears of it: who, when, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.cases.models import Case
from backend.cases.notices import Step, tell, tells
from backend.cases.table import WHO, life
from backend.cases.thread import facts_of
from backend.db import db, transaction, utc_now
from backend.delivery.content import KINDS
from backend.delivery.models import Message
from backend.sources import citizens
from tests.cases.steps import bring_to_an_end, call, do, hand_over
from tests.cases.test_parts import step
from tests.conftest import SignIn
from tests.inspections.work import hazard, inspect
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.tasks.desk import new_task
from tests.town import Town

WORDS = {*WHO, "owner", "former", "caller"}
BY_THE_CENTRE = {"centre", "commander", "district"}


def heard(town: Town, since: int = 0) -> dict[str, set[str]]:
    """Of the messages after the first so many: who was told, by the message's title."""
    db.session.expire_all()
    names = {user.id: name for name, user in town.users.items()}
    found: dict[str, set[str]] = {}
    rows = db.session.query(Message).order_by(Message.created_at, Message.id).all()
    for message in rows[since:]:
        found.setdefault(message.title, set()).add(names[message.user_id])
    return found


def forget() -> int:
    return db.session.query(Message).count()


def test_the_tables_name_known_steps_words_and_kinds() -> None:
    for name in ("tells", "part_tells"):
        for line in tells(name):
            assert set(line.tells) <= WORDS, line
            assert line.presses in {"", "grade", "always"}, line
            assert not line.tells or line.code in KINDS, line
    steps = {row.action for rows in life().rows.values() for row in rows}
    assert {line.action for line in tells("tells")} - steps == {"withdraw"}


def test_no_step_that_gives_a_case_to_others_is_silent() -> None:
    """Whoever the table of life lets act next is among those that are told."""
    silent = []
    for state, rows in life().rows.items():
        for row in rows:
            before, after = life().states[state].owner, life().states[row.to].owner
            lines = [line for line in tells("tells") if line.action == row.action]
            if not after or not lines or before == after or row.action == "assign":
                continue  # nobody, whoever is next by the rule, or the worker by the task itself
            told = {word for line in lines for word in line.tells}
            sides = BY_THE_CENTRE if after == "centre" else {after, "handler", "former"}
            sides |= {"department", "grid"} if after == "handler" else set()
            if not told & sides and not row.who <= sides:
                silent.append((state, row.action))

    assert silent == []


@pytest.mark.parametrize(
    ("owner", "told"), [("department", {"案件待办": {"dispatcher"}}), ("centre", {})]
)
def test_a_step_that_the_table_leaves_out_tells_the_new_side(
    town: Town, owner: str, told: dict[str, set[str]]
) -> None:
    case_id = hazard(town)
    with transaction():
        case = db.session.get_one(Case, case_id)
        was = replace(facts_of(case), owner=owner)
        tell(case, Step("a_step_of_tomorrow", town.users["officer"].id, was))

    assert heard(town) == told


def test_each_side_hears_when_its_turn_comes(town: Town) -> None:
    case_id = hazard(town, at=utc_now())
    hand_over(town, case_id)
    officers = {"officer", "cleared"}
    assert heard(town) == {"新派遣的隐患": officers}
    until = db.session.get_one(Case, case_id).due_at + timedelta(days=1)

    for who, action, given, expected in (
        ("officer", "ask_extension", {"until": until, "reason": "缺货"},
         {"申请延期，请审批": {"dispatcher", "commander"}}),
        ("commander", "refuse_extension", {"reason": "抓紧"}, {"延期未批准": officers}),
        ("officer", "ask_suspension", {"reason": "等资金"}, {"申请挂账，请审批": {"district"}}),
        ("district", "approve_suspension", {"until": utc_now() + timedelta(days=9)},
         {"挂账已批准": officers}),
        ("dispatcher", "resume", {}, {"已恢复办理": officers}),
        ("officer", "feedback", {"text": "已办"},
         {"已处置，请核查": {"dispatcher", "supervisor"}}),
        ("supervisor", "fail", {"reason": "仍有残留"}, {"核查不通过，请重新整改": officers}),
        ("officer", "feedback", {"text": "再办"},
         {"已处置，请核查": {"dispatcher", "supervisor"}}),
        ("supervisor", "pass", {"text": "看过"}, {"核查通过，请结案": {"dispatcher"}}),
        ("dispatcher", "close", {"text": "好"}, {}),
    ):  # fmt: skip
        before = forget()
        do(town, case_id, who, action, **given)
        assert heard(town, before) == expected, action


def test_urging_and_supervising_are_heard_by_whoever_must_act(town: Town) -> None:
    case_id = hazard(town)
    hand_over(town, case_id)
    before = forget()
    do(town, case_id, "supervisor", "urge", text="请抓紧,找13800001111")
    do(town, case_id, "dispatcher", "supervise", text="今日办结")

    assert heard(town, before) == {name: {"officer", "cleared"} for name in ("催办", "督办")}
    bodies = {row.body for row in db.session.query(Message).filter(Message.title == "催办")}
    number = db.session.get_one(Case, case_id).number
    assert bodies == {f"{number} 公共安全,处置中"}


def test_an_urged_centre_tells_the_colleagues_of_who_urges(town: Town) -> None:
    case_id = hazard(town)
    before = forget()
    do(town, case_id, "commander", "urge", text="请受理")

    assert heard(town, before) == {"催办": {"dispatcher"}}
    before = forget()
    do(town, case_id, "dispatcher", "accept")
    assert heard(town, before) == {}


def test_the_second_return_calls_who_rules(town: Town) -> None:
    case_id, fire = hazard(town), town.departments["金新街道消防"].id
    do(town, case_id, "dispatcher", "dispatch", department=fire)
    before = forget()
    do(town, case_id, "officer", "return", reason="不属于本部门")
    assert heard(town, before) == {"部门已退回": {"dispatcher"}}

    do(town, case_id, "dispatcher", "dispatch", department=fire)
    before = forget()
    do(town, case_id, "officer", "return", reason="仍不属于")
    assert heard(town, before) == {"再次退回，请裁定": {"commander", "district"}}

    before = forget()
    do(town, case_id, "commander", "rule", department=fire, reason="由消防牵头")
    assert heard(town, before) == {"已裁定由本部门办理": {"officer", "cleared"}}


def test_what_is_taken_back_is_told_to_whose_it_was(town: Town) -> None:
    case_id = hazard(town)
    hand_over(town, case_id)
    before = forget()
    do(town, case_id, "dispatcher", "take_back", reason="派错了")

    assert heard(town, before) == {"案件已收回": {"officer", "cleared"}}


def test_not_satisfied_and_opened_again(town: Town) -> None:
    case_id = hazard(town)
    bring_to_an_end(town, case_id)
    before = forget()
    do(town, case_id, "dispatcher", "rate", rating="dissatisfied")
    assert heard(town, before) == {}  # the centre has written it down itself

    do(town, case_id, "district", "reopen", reason="反映人不满意")
    told = heard(town, before)
    assert told == {"案件已重开": {"dispatcher", "officer", "cleared"}}


@pytest.mark.parametrize(("rating", "told"), [("fair", {}), ("dissatisfied", {"dispatcher"})])
def test_a_citizen_who_is_not_satisfied_is_heard(
    town: Town, monkeypatch: pytest.MonkeyPatch, rating: str, told: set[str]
) -> None:
    case_id = hazard(town)
    bring_to_an_end(town, case_id)
    before = forget()
    with transaction():
        case = db.session.get_one(Case, case_id)
        monkeypatch.setattr(citizens, "_case_of", lambda _: case)
        citizens.rate("receipt", rating, "")

    assert heard(town, before) == ({"反映人不满意": told} if told else {})


def test_raising_is_heard_above(town: Town) -> None:
    case_id = hazard(town)
    before = forget()
    do(town, case_id, "commander", "raise", reason="需区级协调")

    assert heard(town, before) == {"案件已提级": {"district"}}


def test_a_part_that_is_answered_is_told_to_who_called_and_who_leads(
    town: Town, sign_in: SignIn
) -> None:
    case_id = hazard(town)
    hand_over(town, case_id)
    call(town, case_id, "call_support", "住建")
    housing, desk, before = sign_in("housing"), sign_in("dispatcher"), forget()
    assert step(housing, case_id, "give_back", reason="非本部门").status_code == 200
    assert heard(town, before) == {"协办被退回": {"dispatcher"}}

    before = forget()
    assert step(desk, case_id, "recall", reason="请再看").status_code == 200
    assert heard(town, before) == {"再次请求协办": {"housing"}}

    before = forget()
    assert step(housing, case_id, "sign").status_code == 200
    assert step(housing, case_id, "finish", text="已加固").status_code == 200
    assert heard(town, before) == {"协同已反馈": {"dispatcher", "officer", "cleared"}}


def test_of_a_restricted_case_the_cleared_alone_hear_and_nothing_is_said(town: Town) -> None:
    inspect(town, failing="H01")
    case_id = db.session.query(Case).filter_by(restricted=True).one().id
    before = forget()
    do(town, case_id, "dispatcher", "ask_verify")
    do(town, case_id, "commander", "urge", text="请核实")

    assert heard(town, before) == {"有一条新消息": {"dispatcher"}}
    assert {(row.body, row.number) for row in db.session.query(Message)} == {("", None)}


def test_a_returned_task_and_a_plea_for_time_reach_who_gave_it(town: Town, sign_in: SignIn) -> None:
    made = sign_in("head").post("/api/tasks", json=new_task(town)).json
    phone = Phone(sign_in("worker"))
    deeds.accepted(phone, "task.accept", {"task_id": made["id"], "seen_state": "assigned"})
    seen = {"task_id": made["id"], "seen_state": "accepted"}
    before = forget()
    day = (utc_now() + timedelta(days=40)).date()
    asked = {**seen, "until": str(day), "reason": "下雨"}
    deeds.accepted(phone, "task.extend", asked)
    deeds.accepted(phone, "task.return", {**seen, "reason": "进不去"})

    assert heard(town, before) == {"任务申请延时,请答复": {"head"}, "任务被退回": {"head"}}


def test_a_task_of_a_case_that_comes_back_is_told_once_a_person(
    town: Town, sign_in: SignIn
) -> None:
    case_id = hazard(town)
    asked = new_task(town, case_id=str(case_id))
    made = sign_in("dispatcher").post("/api/tasks", json=asked).json
    before = forget()
    given = {"task_id": made["id"], "reason": "进不去", "seen_state": "assigned"}
    deeds.accepted(Phone(sign_in("worker")), "task.return", given)

    assert heard(town, before) == {"任务被退回": {"dispatcher"}}
