"""Words that return: one's own, and those of the township."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from backend.db import db
from tests.conftest import SignIn
from tests.town import Town


def keep(client: FlaskClient, text: str, **more: Any) -> dict[str, Any]:
    answer = client.post("/api/phrases", json={"text": text, "shared": False} | more)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return dict(answer.json or {})


def texts(client: FlaskClient) -> list[str]:
    return [row["text"] for row in client.get("/api/phrases").json["phrases"]]


def test_ones_own_come_first_and_the_townships_are_for_all_in_it(
    town: Town, sign_in: SignIn
) -> None:
    desk, officer = sign_in("dispatcher"), sign_in("officer")
    keep(desk, "请今日处置", action="dispatch", shared=True)
    keep(officer, "不属于本部门职责", action="return", state="dispatched")

    assert texts(officer) == ["不属于本部门职责", "请今日处置"]
    assert texts(desk) == ["请今日处置"]
    assert "请今日处置" in texts(sign_in("head"))
    assert texts(sign_in("other_dispatcher")) == []


def test_words_are_put_right_and_forgotten_by_whose_they_are(town: Town, sign_in: SignIn) -> None:
    desk, officer = sign_in("dispatcher"), sign_in("officer")
    shared, own = keep(desk, "请速办", shared=True), keep(officer, "已到场")
    seen = {row["text"]: row["editable"] for row in officer.get("/api/phrases").json["phrases"]}
    assert seen == {"已到场": True, "请速办": False}

    for row, other in ((shared, officer), (own, desk)):
        assert other.put(f"/api/phrases/{row['id']}", json={"text": "x"}).status_code == 404
        assert other.delete(f"/api/phrases/{row['id']}").status_code == 404
    commander = sign_in("commander")
    mended = commander.put(f"/api/phrases/{shared['id']}", json={"text": "请两小时内办"})
    assert mended.json["text"] == "请两小时内办"
    assert officer.delete(f"/api/phrases/{own['id']}").status_code == 204
    db.session.flush()
    assert texts(officer) == ["请两小时内办"]


@pytest.mark.parametrize("wrong", [{"action": "fly"}, {"state": "lost"}, {"text": "长" * 201}])
def test_what_fits_nowhere_is_not_kept(town: Town, sign_in: SignIn, wrong: dict[str, str]) -> None:
    answer = sign_in("officer").post("/api/phrases", json={"text": "好", "shared": False} | wrong)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == f"/{next(iter(wrong))}"


def test_the_steps_for_which_words_are_given_are_told(town: Town, sign_in: SignIn) -> None:
    told = sign_in("officer").get("/api/phrases").json

    codes = {step["code"] for step in told["actions"]}
    assert {"note", "return", "feedback", "rule"} <= codes
    assert not codes & {"mark_yellow", "mark_red"}
    assert not told["may_share"]


def test_there_are_not_without_end(
    town: Town, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.cases.phrases.MOST", 1)
    officer = sign_in("officer")
    keep(officer, "一")

    assert officer.post("/api/phrases", json={"text": "二", "shared": False}).status_code == 409
