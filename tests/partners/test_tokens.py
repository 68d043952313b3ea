"""What another system may ask by its token."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from backend.app import Gridfield
from backend.audit.models import AuditLine
from backend.db import db, transaction, utc_now
from backend.partners import tokens
from backend.partners.models import ApiToken
from tests.conftest import SignIn
from tests.partners.conftest import Ask, new_token
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town


def give(admin: FlaskClient, town: Town, **more: Any) -> Any:
    answer = admin.post("/api/tokens", json=new_token(town, **more))
    assert answer.status_code == 201, answer.json
    return answer.json


def cases(app: Gridfield, word: str) -> Any:
    return app.test_client().get("/api/v1/cases", headers={"Authorization": f"Bearer {word}"})


@pytest.fixture
def hazard(town: Town, sign_in: SignIn) -> dict[str, Any]:
    told = deeds.hazard(town, "金新街道1村", note="请联系王先生 13800001111")
    return deeds.accepted(Phone(sign_in("worker")), "hazard.report", told)


def test_a_token_is_told_once_and_kept_as_a_hash(town: Town, admin: FlaskClient) -> None:
    given = give(admin, town)

    assert given["token"].startswith("gf_")
    assert given["token"] not in admin.get("/api/tokens").get_data(as_text=True)
    row = db.session.get_one(ApiToken, given["id"])
    assert given["token"].encode() not in bytes(row.token_sha256)
    assert admin.get("/api/tokens").json[0]["hint"] == given["token"][-4:]


def test_a_partner_reads_cases_without_people(ask: Ask, hazard: dict[str, Any]) -> None:
    listed = ask("/api/v1/cases")
    whole = ask(f"/api/v1/cases/{hazard['case_id']}")

    assert [row["id"] for row in listed.json["items"]] == [hazard["case_id"]]
    assert whole.json["note"] == "请联系王先生 138******11"
    assert [line["action"] for line in whole.json["thread"]] == ["report"]
    assert "13800001111" not in whole.get_data(as_text=True)
    assert "测试worker" not in whole.get_data(as_text=True)


def test_a_partner_sees_its_division_alone(ask: Ask, hazard: dict[str, Any]) -> None:
    path = f"/api/v1/cases/{hazard['case_id']}"

    assert ask(path, unit="金新街道2村").status_code == 404
    assert ask("/api/v1/cases", unit="金新街道2村").json["items"] == []
    assert ask(path, unit="金新街道1村").status_code == 200


def test_a_restricted_case_leaves_by_no_token(ask: Ask, town: Town, sign_in: SignIn) -> None:
    visit = deeds.inspection(town, "金新街道1村2", "H01")
    told = deeds.accepted(Phone(sign_in("worker")), "inspection.submit", visit)

    assert ask("/api/v1/cases").json["items"] == []
    assert ask(f"/api/v1/cases/{told['case_ids']['H01']}").status_code == 404


def test_a_token_opens_what_its_scopes_say(ask: Ask) -> None:
    refused = ask("/api/v1/cases", scopes=["open311:read"])

    assert (refused.status_code, refused.json["type"]) == (403, "/problems/forbidden")
    assert "cases:read" in refused.json["detail"]


@pytest.mark.parametrize("word", ["", "gf_nothing", "x" * 4000])
def test_no_token_no_answer(app: Gridfield, town: Town, word: str) -> None:
    answer = cases(app, word)

    assert (answer.status_code, answer.headers["WWW-Authenticate"][:6]) == (401, "Bearer")


def test_a_session_is_no_token(sign_in: SignIn) -> None:
    assert sign_in("dispatcher").get("/api/v1/cases").status_code == 401


def test_a_revoked_or_expired_token_opens_nothing(
    app: Gridfield, town: Town, admin: FlaskClient
) -> None:
    first, second = give(admin, town), give(admin, town)
    assert cases(app, first["token"]).status_code == 200

    assert admin.delete(f"/api/tokens/{first['id']}").status_code == 204
    with transaction():
        old = db.session.get_one(ApiToken, second["id"])
        old.created_at -= timedelta(days=40)
        old.expires_at = utc_now() - timedelta(seconds=1)

    assert [cases(app, it["token"]).status_code for it in (first, second)] == [401, 401]
    assert {row["state"] for row in admin.get("/api/tokens").json or []} == {"revoked", "expired"}


def test_a_token_may_ask_so_often_a_minute(
    app: Gridfield, town: Town, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "A_MINUTE", 2)
    now = utc_now().replace(second=10)
    monkeypatch.setattr(tokens, "utc_now", lambda: now)
    given = give(admin, town)

    answers = [cases(app, given["token"]) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "50"
    now += timedelta(minutes=1)
    assert cases(app, given["token"]).status_code == 200


def test_every_use_leaves_a_line(ask: Ask) -> None:
    ask("/api/v1/cases")

    [line] = db.session.query(AuditLine).filter_by(action="token.use").all()
    assert line.detail == {"deed": "GET /api/v1/cases"}
    assert line.subject_id == db.session.query(ApiToken).one().id


def test_an_administrator_gives_tokens_for_the_own_divisions(
    town: Town, admin: FlaskClient
) -> None:
    far = (utc_now() + timedelta(days=1000)).isoformat()
    above = admin.post("/api/tokens", json=new_token(town, "通州区"))
    long = admin.post("/api/tokens", json=new_token(town, expires_at=far))

    pointers = [(answer.json or {})["errors"][0]["pointer"] for answer in (above, long)]
    assert pointers == ["/org_unit_id", "/expires_at"]
