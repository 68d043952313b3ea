"""Photos from the desk: kept whole, and announced by the step of a case that they show."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select

from backend.config import current_settings
from backend.db import db
from backend.media.models import Blob
from tests.cases.steps import hand_over
from tests.conftest import SignIn
from tests.inspections.work import hazard
from tests.media import pictures
from tests.town import Town


def send(browser: FlaskClient, data: bytes) -> Any:
    return browser.post("/api/photos", data=data, content_type="application/octet-stream")


def test_feedback_carries_a_photo_taken_at_the_desk(town: Town, sign_in: SignIn) -> None:
    case_id, officer = hazard(town), sign_in("officer")
    hand_over(town, case_id)
    seen = officer.get(f"/api/cases/{case_id}").json["version"]

    answer = send(officer, pictures.jpeg())
    assert answer.status_code == 201, answer.json
    given = {"seen": seen, "text": "已清理", "photo": [answer.json]}
    done = officer.post(f"/api/cases/{case_id}/actions/feedback", json=given).json

    (photo,) = [one for one in done["photos"] if one["id"] == answer.json["photo_id"]]
    assert photo["arrived"]
    picture = sign_in("supervisor").get(f"/api/photos/{photo['id']}/original")
    assert picture.data == pictures.jpeg()
    assert done["state"] == "awaiting_check"


def test_what_is_no_photo_or_too_large_is_not_kept(town: Town, sign_in: SignIn) -> None:
    officer = sign_in("officer")

    assert send(officer, b"<svg/>").json["type"] == "/problems/photo-not-image"
    too_large = bytes(current_settings().max_photo_mb * 1024 * 1024 + 1)
    assert send(officer, too_large).status_code == 413
    assert db.session.scalar(select(func.count()).select_from(Blob)) == 0
