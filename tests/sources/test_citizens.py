"""What residents do without an account."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from backend.app import Gridfield
from backend.cases.models import Case
from backend.db import db, transaction, utc_now
from backend.delivery import gateways
from backend.delivery.models import TextMessage
from backend.media.models import Photo
from backend.sources.models import PhoneCode
from tests.conftest import SignIn
from tests.media import pictures
from tests.town import Town

PHONE = "13812345678"


@pytest.fixture
def place(town: Town, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> str:
    """The code of a QR code for village 1; texts leave by a gateway."""
    monkeypatch.setattr(gateways, "available", lambda: True)
    told = {"org_unit_id": str(town.units["金新街道1村"].id)}
    made = sign_in("dispatcher").post("/api/sources/places", json=told)
    assert made.status_code == 201, made.get_data(as_text=True)
    return str(made.json["code"])


def code(client: FlaskClient, phone: str = PHONE) -> str:
    """The code that a phone is sent."""
    with transaction():
        db.session.execute(update(PhoneCode).values(sent_at=utc_now().replace(year=2025)))
    assert client.post("/api/report/codes", json={"phone": phone}).status_code == 204
    texts = select(TextMessage).where(TextMessage.phone == phone)
    newest = db.session.scalars(texts.order_by(TextMessage.created_at.desc())).first()
    assert newest is not None
    return str(newest.told["code"])


def told(client: FlaskClient, **more: Any) -> dict[str, Any]:
    """A whole report."""
    return {
        "item_code": "P01",
        "text": "楼下飞线充电",
        "phone": PHONE,
        "phone_code": more.pop("phone_code", None) or code(client),
        "photos": [b64encode(pictures.jpeg()).decode()],
        **more,
    }


def reported(client: FlaskClient, place: str, **more: Any) -> dict[str, Any]:
    answer = client.post(f"/api/report/places/{place}", json=told(client, **more))
    assert answer.status_code == 201, answer.get_data(as_text=True)
    body: Any = answer.json
    return dict(body)


def test_a_resident_reports_with_photo_and_place(
    client: FlaskClient, place: str, town: Town, sign_in: SignIn
) -> None:
    entry = client.get(f"/api/report/places/{place}").json
    assert (entry["name"], [kind["name"] for kind in entry["classes"]]) == (
        "金新街道1村",
        ["公共安全"],
    )

    receipt = reported(client, place, lng=121.002, lat=32.002, address="3 幢楼下")

    case = db.session.scalars(select(Case)).one()
    assert (case.number, case.source, case.lng) == (receipt["number"], "citizen", 121.002)
    photo = db.session.scalars(select(Photo)).one()
    assert (photo.owner_id, photo.arrived_at is not None) == (case.id, True)
    shown = sign_in("dispatcher").get(f"/api/cases/{case.id}").get_data(as_text=True)
    assert PHONE not in shown


def test_nothing_is_kept_before_the_code_is_right(client: FlaskClient, place: str) -> None:
    right = code(client)
    wrong = "000000" if right != "000000" else "111111"

    refused = client.post(f"/api/report/places/{place}", json=told(client, phone_code=wrong))
    assert [error["pointer"] for error in refused.json["errors"]] == ["/phone_code"]
    for _ in range(4):
        client.post(f"/api/report/places/{place}", json=told(client, phone_code=wrong))
    late = client.post(f"/api/report/places/{place}", json=told(client, phone_code=right))

    assert late.status_code == 422  # five tries are all there are
    assert db.session.scalars(select(Case)).all() == []
    assert db.session.scalars(select(Photo)).all() == []


def test_a_code_is_good_once(client: FlaskClient, place: str) -> None:
    right = code(client)
    reported(client, place, phone_code=right)

    again = client.post(f"/api/report/places/{place}", json=told(client, phone_code=right))

    assert again.status_code == 422


def test_codes_are_rare(client: FlaskClient, place: str) -> None:
    first = client.post("/api/report/codes", json={"phone": PHONE})
    soon = client.post("/api/report/codes", json={"phone": PHONE})
    other = client.post("/api/report/codes", json={"phone": "13900000000"})

    assert (first.status_code, soon.status_code, other.status_code) == (204, 429, 204)
    assert 0 < int(soon.headers["Retry-After"]) <= 60


def test_what_is_no_photo_is_refused_before_anything_is_opened(
    client: FlaskClient, place: str
) -> None:
    for photo in (b64encode(b"<svg/>").decode(), "%%%", b64encode(b"\xff\xd8\xff").decode()):
        answer = client.post(f"/api/report/places/{place}", json=told(client, photos=[photo]))
        assert answer.json["type"] == "/problems/photo-not-image"

    assert db.session.scalars(select(Case)).all() == []


def test_the_receipt_tells_in_plain_steps_and_takes_one_rating(
    client: FlaskClient, place: str, sign_in: SignIn
) -> None:
    receipt = reported(client, place)["receipt"]
    look = {"receipt": receipt}
    case = db.session.scalars(select(Case)).one()
    desk = sign_in("dispatcher")

    def step(by: str, action: str, **given: Any) -> None:
        who = sign_in(by)
        seen = desk.get(f"/api/cases/{case.id}").json["version"]
        answer = who.post(f"/api/cases/{case.id}/actions/{action}", json={"seen": seen, **given})
        assert answer.status_code == 200, answer.get_data(as_text=True)

    assert client.post("/api/report/look", json=look).json["step"] == "received"
    early = client.post("/api/report/ratings", json={**look, "rating": "fair"})
    assert early.json["type"] == "/problems/illegal-transition"
    step("dispatcher", "dispatch", department=str(case.department_id))
    step("officer", "sign")
    assert client.post("/api/report/look", json=look).json["step"] == "working"
    step("officer", "feedback", text="已拆除")
    step("dispatcher", "close", text="已核查")

    done = client.post("/api/report/look", json=look).json
    assert (done["step"], done["may_rate"]) == ("done", True)
    bad = {**look, "rating": "dissatisfied", "text": "又拉上了"}
    assert client.post("/api/report/ratings", json=bad).json["rating"] == "dissatisfied"
    assert client.post("/api/report/ratings", json=bad).status_code == 409

    thread = desk.get(f"/api/cases/{case.id}").json["thread"]
    assert (thread[-1]["actor"]["name"], thread[-1]["text"]) == ("居民", "不满意 又拉上了")
    step("dispatcher", "reopen", reason="居民不满意")
    assert client.post("/api/report/look", json=look).json["step"] == "received"


def test_number_and_phone_open_the_report_again(client: FlaskClient, place: str) -> None:
    receipt = reported(client, place)
    asked = {"number": receipt["number"], "phone": PHONE}

    stranger = {**asked, "phone": "13900000000", "phone_code": code(client, "13900000000")}
    assert client.post("/api/report/receipts", json=stranger).status_code == 422
    answer = client.post("/api/report/receipts", json={**asked, "phone_code": code(client)})

    look = {"receipt": answer.json["receipt"]}
    assert client.post("/api/report/look", json=look).json["number"] == receipt["number"]
    old = client.post("/api/report/look", json={"receipt": receipt["receipt"]})
    assert old.status_code == 404


def test_a_code_out_of_use_opens_nothing(client: FlaskClient, place: str, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    places: Any = desk.get("/api/sources/places").json
    (row,) = places
    picture = desk.get(f"/api/sources/places/{row['id']}/qr.svg")
    assert (row["url"][-11:], picture.data[:4]) == (f"/r/{place}", b"<?xm")
    assert sign_in("other_dispatcher").get("/api/sources/places").json == []

    desk.delete(f"/api/sources/places/{row['id']}")

    assert client.get(f"/api/report/places/{place}").status_code == 404


def test_nobody_signs_in_as_a_source(app: Gridfield, town: Town) -> None:
    device = {"id": "00000000-0000-4000-8000-000000000001", "name": "x", "kind": "desk"}
    told = {"username": "source:citizen", "password": "!", "device": device}

    answer = app.test_client().post("/api/session", json=told)

    assert answer.json["type"] == "/problems/bad-credentials"
