"""Many cases at once, taking a step back, who else is there, and what is suggested."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

from backend.cases.models import Case, LastStep
from backend.db import db, transaction, utc_now
from tests.cases.steps import do, hand_over
from tests.conftest import SignIn
from tests.inspections.work import hazard
from tests.town import Town


def many(browser: FlaskClient, action: str, cases: dict[UUID, int], **more: Any) -> Any:
    body = {
        "action": action,
        "dry_run": more.pop("dry_run", False),
        "given": more,
        "cases": [{"id": str(case), "seen": seen} for case, seen in cases.items()],
    }
    return browser.post("/api/cases/bulk", json=body)


def state(case_id: UUID) -> tuple[str, int]:
    case = db.session.get_one(Case, case_id, populate_existing=True)
    return case.state, case.version


def back(browser: FlaskClient, case_id: UUID, seen: int) -> Any:
    return browser.post(f"/api/cases/{case_id}/undo", json={"seen": seen})


def test_a_preview_tells_what_would_happen_and_does_nothing(town: Town, sign_in: SignIn) -> None:
    fits, handed, moved = hazard(town), hazard(town), hazard(town)
    hand_over(town, handed)
    do(town, moved, "district", "accept")
    desk, fire = sign_in("dispatcher"), town.departments["金新街道消防"]
    asked = {handed: 3, fits: 1, moved: 1}

    lines = many(desk, "dispatch", asked, department=str(fire.id), dry_run=True).json

    assert [line["id"] for line in lines] == list(map(str, asked))
    assert [line["ok"] for line in lines] == [False, True, False]
    assert (lines[1]["state"], lines[1]["to"], lines[1]["department"]) == (
        "reported", "dispatched", "消防",
    )  # fmt: skip
    assert "不能派遣" in lines[0]["detail"]
    assert lines[0]["code"] == "illegal-transition"
    assert "测试district" in lines[2]["detail"]
    assert state(fits) == ("reported", 1)

    done = many(desk, "dispatch", asked, department=str(fire.id), text="统一派遣").json

    assert [line["ok"] for line in done] == [False, True, False]
    assert state(fits) == ("dispatched", 2)
    assert (state(handed)[0], state(moved)[0]) == ("in_progress", "accepted")


def test_what_is_given_wrong_or_for_one_case_alone(town: Town, sign_in: SignIn) -> None:
    case, desk = hazard(town), sign_in("dispatcher")
    other = str(town.departments["川姜镇消防"].id)

    assert many(desk, "merge", {case: 1}, reason="x").status_code == 422
    assert many(desk, "decline", {case: 1}).json[0]["detail"] == "必填"
    (line,) = many(desk, "dispatch", {case: 1}, department=other, dry_run=True).json
    assert (line["ok"], line["detail"]) == (False, "请选择本辖区的部门")
    (line,) = many(sign_in("other_dispatcher"), "accept", {case: 1}).json
    assert (line["ok"], "number" in line) == (False, False)


def test_ones_own_step_can_be_taken_back(town: Town, sign_in: SignIn) -> None:
    case, desk = hazard(town), sign_in("dispatcher")
    before = desk.get(f"/api/cases/{case}").json
    fire = str(town.departments["金新街道住建"].id)
    given = {"seen": 1, "department": fire}
    done: Any = desk.post(f"/api/cases/{case}/actions/dispatch", json=given).json
    assert 25 <= done["undo_seconds"] <= 30
    assert sign_in("district").get(f"/api/cases/{case}").json["undo_seconds"] is None

    after = back(desk, case, 2).json

    same = "state owner department due_at step_due_at handling closed_at"
    assert after["undo_seconds"] is None
    assert {name: after[name] for name in same.split()} == {
        name: before[name] for name in same.split()
    }
    told = [(line["action"], line["text"]) for line in after["thread"]]
    assert told == [("report", None), ("dispatch", "住建"), ("withdraw", "撤回「派遣」")]
    assert after["version"] == 3
    assert back(desk, case, 3).status_code == 409  # once


def test_a_step_on_many_is_taken_back_where_it_still_can_be(town: Town, sign_in: SignIn) -> None:
    both, other = [hazard(town), hazard(town)], hazard(town)
    desk, noted = sign_in("dispatcher"), hazard(town)
    done: Any = many(desk, "accept", dict.fromkeys([*both, other], 1)).json
    assert [25 <= line["undo_seconds"] <= 30 for line in done] == [True] * 3
    (line,) = many(desk, "note", {noted: 1}, text="已电话联系").json
    assert line["undo_seconds"] is None
    do(town, other, "district", "file")

    seen = [{"id": str(case), "seen": 2} for case in (both[0], other, noted, both[1])]
    lines: Any = desk.post("/api/cases/bulk/undo", json={"cases": seen}).json

    assert [(line["ok"], line.get("code")) for line in lines] == [
        (True, None), (False, "overtaken"), (False, "conflict"), (True, None),
    ]  # fmt: skip
    assert "测试district" in lines[1]["detail"]
    assert "不能撤回" in lines[2]["detail"]
    assert [state(case)[0] for case in both] == ["reported", "reported"]
    assert (state(other)[0], lines[0]["to"], lines[0]["version"]) == ("filed", "reported", 3)


def test_nobody_elses_step_no_late_one_and_none_that_was_followed(
    town: Town, sign_in: SignIn
) -> None:
    case, desk = hazard(town), sign_in("dispatcher")
    do(town, case, "dispatcher", "accept")

    assert back(sign_in("district"), case, 2).json["detail"] == "只能撤回自己刚刚办理的一步"
    with transaction():
        db.session.get_one(LastStep, case).at = utc_now() - timedelta(seconds=40)
    assert "30 秒" in back(desk, case, 2).json["detail"]
    do(town, case, "district", "file")
    late = back(desk, case, 2)
    assert (late.json["type"], late.json["state"]) == ("/problems/overtaken", "filed")
    assert state(case) == ("filed", 3)
    assert back(sign_in("other_dispatcher"), case, 3).status_code == 404


def test_a_merge_taken_back_is_told_in_both_threads(town: Town, sign_in: SignIn) -> None:
    one, other = hazard(town), hazard(town)
    do(town, one, "dispatcher", "merge", case=other, reason="同一处")

    after = back(sign_in("dispatcher"), one, 2).json

    assert (after["state"], after["merged_into_id"]) == ("reported", None)
    thread = sign_in("dispatcher").get(f"/api/cases/{other}").json["thread"]
    assert [line["action"] for line in thread] == ["report", "take_up", "withdraw"]


def test_who_else_has_it_open(town: Town, sign_in: SignIn) -> None:
    case, path = hazard(town), "/api/cases/{}/presence"
    one, other = sign_in("dispatcher"), sign_in("district")
    assert one.put(path.format(case), json={"mode": "viewing"}).json == []

    others: Any = other.put(path.format(case), json={"mode": "editing"}).json
    (seen,) = others

    assert (seen["user"]["name"], seen["mode"]) == ("测试dispatcher", "viewing")
    assert other.delete(path.format(case)).status_code == 204
    assert one.put(path.format(case), json={"mode": "viewing"}).json == []
    assert sign_in("other_dispatcher").delete(path.format(case)).status_code == 404


def test_a_department_is_suggested_by_the_list_and_by_what_was_done(
    town: Town, sign_in: SignIn
) -> None:
    desk, housing = sign_in("dispatcher"), town.departments["金新街道住建"].id
    new = hazard(town, at=utc_now())
    told = desk.get(f"/api/cases/{new}/suggestions").json
    assert told["departments"] == [
        {
            "id": str(town.departments["金新街道消防"].id),
            "name": "消防",
            "reasons": ["事项清单:消防"],
        }
    ]
    assert told["deadline"]["reason"] == "事项清单:3个工作日"

    for _ in range(3):
        do(town, hazard(town, at=utc_now()), "dispatcher", "dispatch", department=housing)

    again: Any = desk.get(f"/api/cases/{new}/suggestions").json
    first, second = again["departments"]
    assert (first["name"], first["reasons"]) == ("住建", ["近90天同类3件中3件派给住建"])
    assert second["name"] == "消防"
