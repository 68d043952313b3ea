"""What a manifest announces belongs to one record, and is told as arrived whenever it came."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from backend.db import db, transaction
from backend.media import uploads
from backend.media.models import Photo
from tests.conftest import SignIn
from tests.media.pictures import jpeg, sha256
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town


@pytest.fixture
def phone(sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


def test_one_photo_is_not_announced_for_two_records(phone: Phone, town: Town) -> None:
    photo = deeds.photo()
    first = deeds.hazard(town, "金新街道1村", photos=[photo])
    deeds.accepted(phone, "hazard.report", first)

    again = phone.do("hazard.report", deeds.hazard(town, "金新街道1村", photos=[photo]))

    assert (again["verdict"], again["code"]) == ("rejected", "hash-conflict")
    assert str(db.session.scalars(select(Photo.owner_id)).one()) == first["case_id"]


def test_the_same_bytes_may_belong_to_two_records(phone: Phone, town: Town) -> None:
    photo = deeds.photo()
    for photo_id in (photo["photo_id"], deeds.photo()["photo_id"]):
        its = [{**photo, "photo_id": photo_id}]
        deeds.accepted(phone, "hazard.report", deeds.hazard(town, "金新街道1村", photos=its))

    assert db.session.scalar(select(func.count()).select_from(Photo)) == 2


def test_a_photo_that_was_announced_while_it_arrived_is_told_when_asked_for(
    phone: Phone, town: Town
) -> None:
    """Neither transaction saw the other: the bytes are here, and the record does not say so."""
    data = jpeg()
    uploads.arrive(sha256(data), data)
    photo = {**deeds.photo(), "sha256": sha256(data), "bytes": len(data)}
    deeds.accepted(phone, "hazard.report", deeds.hazard(town, "金新街道1村", photos=[photo]))
    with transaction():
        db.session.get_one(Photo, photo["photo_id"]).arrived_at = None

    phone.http.post("/sync/photos/have", json={"sha256": [sha256(data)]})

    phone.pull()
    assert [row["arrived"] for row in phone.of_kind("photo")] == [True]
